import { selectConnectionKeyIds } from '../db/queries/connection-keys.ts'
import { deleteConnectionRow } from '../db/queries/connections.ts'
import { selectKey } from '../db/queries/keys.ts'
import { releaseRoles } from '../db/queries/role-assignments.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { getConnection, recordConnection, refuseDuringRun, requireScim, staleConnection } from './connections.ts'
import { recordKey, toKey } from './issue-key.ts'

/** So many keys are told of; a connection has a few. */
const keysMax = 1_000

/**
 * Its keys end; what it brought stays, owned by nobody. Throws `runInProgress`, and `defaultConnection` for the one that
 * keys fall back to.
 */
export async function deleteConnection(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly connectionId: string
    readonly ifVersion?: number | undefined
  },
): Promise<void> {
  await transaction(database, async (tx) => {
    const before = await getConnection(tx, request.organizationId, request.connectionId, { lock: true })
    if (request.ifVersion !== undefined && request.ifVersion !== before.version) throw staleConnection(before.version)
    if (before.isDefault)
      throw new AccessError(
        'defaultConnection',
        'The connection that an organization was born with can be disabled, not deleted',
      )
    requireScim(before)
    await refuseDuringRun(tx, request.organizationId, request.connectionId)
    await endKeys(tx, call, request)
    await releaseRoles(tx, request.organizationId, request.connectionId)
    await deleteConnectionRow(tx, request.organizationId, request.connectionId)
    await recordConnection(tx, call, before, 'connection.deleted')
  })
}

/** They go with the connection: history says so, and whoever owns them is told. */
async function endKeys(
  tx: Queryable,
  call: Call,
  at: { readonly organizationId: string; readonly connectionId: string },
): Promise<void> {
  const query = { ...at, now: call.now, rowsMax: keysMax, isRotatable: false }
  for (const id of await selectConnectionKeyIds(tx, query)) {
    const row = await selectKey(tx, at.organizationId, id)
    if (row === undefined) continue
    await recordKey(tx, call, toKey(row), { action: 'key.revoked', data: { reason: 'connection.deleted' } })
  }
}
