import { selectKeyOwner } from '../db/queries/keys.ts'
import type { Database } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { updateConnection, type Connection } from './connections.ts'

/** Names who answers for a connection from now on; null: nobody. Throws `userNotFound`, `connectionNotFound`. */
export async function handOverConnection(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly connectionId: string; readonly ownerUserId: string | null },
): Promise<Connection> {
  const { organizationId, connectionId, ownerUserId: named } = request
  const owner = named === null ? null : await selectKeyOwner(database, organizationId, named)
  if (owner === undefined) throw new AccessError('userNotFound', 'There is no such person', { field: 'owner' })
  return updateConnection(database, call, { organizationId, connectionId, command: { ownerUserId: owner } })
}
