import { createRoute, redirect } from '@tanstack/react-router'
import { sessionQuery } from '../api/session.ts'
import { followOrganization } from '../i18n/i18n.ts'
import { firstPermitted } from '../shell/navigation.ts'
import { OrganizationFrame } from '../shell/organization-frame.tsx'
import { ErrorPage, NotFoundPage } from '../shell/lost-pages.tsx'
import { queryClient } from './query-client.ts'
import { rootRoute } from './root-route.tsx'

/** Everything inside of an organization: who is signed in is known, rail and bar stand. */
export const organizationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$organization',
  loader: async ({ params }) => {
    const session = await queryClient.ensureQueryData(sessionQuery(params.organization))
    await followOrganization(session.organization.locale)
    return session
  },
  component: OrganizationFrame,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
})

/** The first page that whoever is signed in may see. */
export const organizationIndexRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/',
  beforeLoad: async ({ params }) => {
    const { permissions } = await queryClient.ensureQueryData(sessionQuery(params.organization))
    if (permissions.size === 0) throw redirect({ to: '/$organization/me', params, replace: true })
    const entry = firstPermitted(permissions)
    if (entry !== undefined) throw redirect({ to: entry.to, params, replace: true })
  },
})
