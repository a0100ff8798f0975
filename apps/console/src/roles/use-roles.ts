import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import type { Role } from './role-words.ts'

const rolesMax = 200

/** All roles that can be chosen; an organization has no more than a page of them. */
export function useRoles(): { readonly roles: readonly Role[] } {
  const can = useCan()
  const { data } = useRoute('listRoles', { query: { limit: rolesMax } }, { enabled: can('roles:read') })
  return { roles: data?.data ?? [] }
}
