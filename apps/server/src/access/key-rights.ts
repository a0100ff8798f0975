import { selectOwnerRoles } from '../db/queries/keys.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { listBeyondMaker } from './policies/keys.ts'
import { toKeyOwner } from './rights.ts'
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
  },
): Promise<void> {
  if (call.rights === undefined) return
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
  // Over SCIM people get roles too, as far as the owner may give them; without an owner, every role there is.
  const giving: readonly Permission[] = hasScope(key.scopes, 'scim') ? ['roles:manage', 'owners:manage'] : []
  const granted = [...permissionsOfScopes(key.scopes), ...giving]
  const ownerId = key.serviceAccountId ?? key.userId
  if (ownerId === null) return new Set(granted)
  const owner = toKeyOwner(await selectOwnerRoles(tx, key.organizationId, ownerId))
  // For a single team is more than not at all.
  const held = new Set([owner.permissions, ...owner.ofTeams.values()].flatMap((names) => [...names]))
  return new Set(granted.filter((name) => held.has(name)))
}
