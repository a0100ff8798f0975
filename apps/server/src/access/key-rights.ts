import { selectOwnerRoles } from '../db/queries/keys.ts'
import { selectRolesByScim } from '../db/queries/roles-by-scim.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { listBeyondMaker } from './policies/keys.ts'
import { toKeyOwner } from './rights.ts'
import { findRole } from './roles.ts'
import { hasScope, permissionsOfScopes, type Permission } from './scopes.ts'

/** Throws `beyondRights` when a key would open more than whoever asks for its secret may do himself. */
export async function refuseBeyondMaker(
  tx: Queryable,
  call: Call,
  key: {
    readonly organizationId: string
    readonly scopes: readonly string[]
    readonly serviceAccountId: string | null
    readonly userId: string | null
    readonly connectionId: string | null
    readonly isVouched: boolean
  },
): Promise<void> {
  if (call.rights === 'all') return
  const { permissions } = call.rights
  const [missing] = listBeyondMaker(permissions, await permissionsOfKey(tx, key))
  if (missing === undefined) return
  const message = `The key would allow "${missing}", which you may not do yourself: choose other scopes or another owner`
  throw new AccessError('beyondRights', message, { field: 'scopes' })
}

async function permissionsOfKey(
  tx: Queryable,
  key: Parameters<typeof refuseBeyondMaker>[2],
): Promise<ReadonlySet<Permission>> {
  const isScim = hasScope(key.scopes, 'scim')
  // Over SCIM people get roles too, as far as the owner may give them; without an owner, every role there is.
  const naming: readonly Permission[] = isScim ? ['roles:manage', 'owners:manage'] : []
  const granted = [...permissionsOfScopes(key.scopes), ...naming]
  const ownerId = key.serviceAccountId ?? key.userId
  const byOthers = isScim ? await permissionsByScim(tx, key) : []
  if (ownerId === null) return new Set([...granted, ...byOthers])
  const vouched = key.isVouched ? permissionsOfScopes(key.scopes) : []
  const owner = toKeyOwner(await selectOwnerRoles(tx, key.organizationId, ownerId), vouched)
  // For a single team is more than not at all.
  const held = new Set([owner.permissions, ...owner.ofTeams.values()].flatMap((names) => [...names]))
  return new Set([...granted.filter((name) => held.has(name)), ...byOthers])
}

/** What people get whom a key provisions, whoever owns it: by mappings of groups and by the default of its connection. */
async function permissionsByScim(
  tx: Queryable,
  { organizationId, connectionId }: Parameters<typeof refuseBeyondMaker>[2],
): Promise<readonly Permission[]> {
  const { roleIds, fallback } = await selectRolesByScim(tx, organizationId, connectionId)
  const found = []
  for (const reference of fallback === null ? roleIds : [...roleIds, fallback])
    found.push(await findRole(tx, organizationId, reference))
  return found.flatMap((role) => role?.permissions ?? [])
}

/**
 * Whether the maker answers for the SCIM key of a person, as long as the person has no role: he must be allowed to do
 * himself what it does. Any other key of such a person opens nothing until he is given a role.
 */
export function isVouchedFor(
  call: Call,
  scopes: readonly string[],
  owner: { readonly userId: string | null },
): boolean {
  if (owner.userId === null || scopes.some((scope) => scope !== 'scim')) return false
  return call.rights === 'all' || listBeyondMaker(call.rights.permissions, permissionsOfScopes(scopes)).length === 0
}
