import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { listBeyondGiver } from '../access/policies/roles.ts'
import { toKeyOwner } from '../access/rights.ts'
import { selectOwnerRoles } from '../db/queries/keys.ts'
import { selectIsOperator } from '../db/queries/operators.ts'
import type { Queryable } from '../db/pool.ts'

/** Whoever decides how somebody signs in could sign in as that person. Throws `beyondRights` where that would be more. */
export async function refuseBeyondRights(
  tx: Queryable,
  call: Call,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<void> {
  if (call.rights === 'all') return
  const owner = toKeyOwner(await selectOwnerRoles(tx, organizationId, userId))
  const held = new Set([owner.permissions, ...owner.ofTeams.values()].flatMap((names) => [...names]))
  // Whoever runs the server may do more than anybody here; owners are trusted as much.
  if (await selectIsOperator(tx, organizationId, userId)) held.add('owners:manage')
  const [missing] = listBeyondGiver(call.rights.permissions, [...held])
  if (missing === undefined) return
  throw new AccessError('beyondRights', `The person may do more than you: "${missing}". Somebody who may do it too can`)
}
