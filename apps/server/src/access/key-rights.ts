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
  const granted = permissionsOfScopes(key.scopes)
  const ownerId = key.serviceAccountId ?? key.userId
  // Without an owner, SCIM may give roles: what an identity provider says is then the word of the organization.
  if (ownerId === null) return hasScope(key.scopes, 'scim') ? new Set([...granted, 'roles:manage']) : granted
  const owner = toKeyOwner(await selectOwnerRoles(tx, key.organizationId, ownerId))
  return new Set([...granted].filter((name) => owner.permissions.has(name)))
}
