import type { RouteAnswer } from '@rollcall/admin-api'
import type { permissionNames } from '@rollcall/admin-api/names'
import { queryOptions } from '@tanstack/react-query'
import { createContext, use } from 'react'
import { call } from './call.ts'

/** `instance`: runs the server. */
export type Permission = (typeof permissionNames)[number] | 'instance'

/** Who is signed in, where, and what he may do. */
export type Session = Pick<RouteAnswer<'getSession'>, 'user' | 'roles'> & {
  readonly organization: RouteAnswer<'getSession'>['organization'] & {
    /** Undefined as well when he may not read the settings. */
    readonly locale: string | undefined
  }
  readonly permissions: ReadonlySet<string>
}

/** The address names another organization than the one that he is signed in to. */
export class OtherOrganization extends Error {}

/** Asked again with every new page load, and when somebody comes back to the window after a while. */
export function sessionQuery(organization: string) {
  return queryOptions({
    queryKey: ['session', organization],
    queryFn: () => readSession(organization),
    staleTime: 60_000,
  })
}

async function readSession(wanted: string): Promise<Session> {
  const { user, roles, organization, permissions, isOperator } = await call('getSession', {})
  if (organization.slug !== wanted && organization.id !== wanted) throw new OtherOrganization()
  const params = { organization: organization.slug }
  const locale = permissions.includes('settings:read')
    ? (await call('getOrganization', { params })).settings.locale
    : undefined
  return {
    user,
    roles,
    organization: { ...organization, locale },
    permissions: new Set(isOperator ? [...permissions, 'instance'] : permissions),
  }
}

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === undefined) throw new Error('useSession is for what stands inside of an organization')
  return session
}

/** Whether whoever is signed in may do this; what he may not do is not shown. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useSession()
  return (permission) => permissions.has(permission)
}
