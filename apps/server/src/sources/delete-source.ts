import type { Call } from '../access/call.ts'
import { deleteConnectionRow } from '../db/queries/connections.ts'
import { insertRun, type RunRow } from '../db/queries/runs.ts'
import { endLease, selectOpenRead } from '../db/queries/source-reads.ts'
import { deleteSourceRow } from '../db/queries/sources.ts'
import { refuseDuringRun } from '../access/connections.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { write } from './end-read.ts'
import { getSourceRow, recordSource, type SourceName } from './source.ts'

export const deleteSourceKind = 'source.delete'

// A worker that holds a read in its hands lets go of it: what it still writes must be there to be deleted.
const settleMs = 2_000

/**
 * Ends a source: it is gone at once with its rules and credentials, and its open read with it. A run deletes its records;
 * the people it brought stay, owned by nobody. Throws `sourceNotFound`, `runInProgress`.
 */
export function deleteSource(database: Database, call: Call, name: SourceName): Promise<RunRow> {
  const { organizationId, sourceId } = name
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, name, { lock: true })
    await refuseDuringRun(tx, organizationId, sourceId)
    const open = await selectOpenRead(tx, name)
    if (open !== undefined) {
      const epoch = await endLease(tx, open)
      await write(tx, { ...open, epoch }, { state: 'cancelled', endedAt: call.now, releases: true })
    }
    await deleteSourceRow(tx, source)
    await deleteConnectionRow(tx, organizationId, sourceId)
    await recordSource(tx, call, source, { action: 'source.deleted', data: { name: source.name } })
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind: deleteSourceKind,
      permission: 'sources:manage',
      input: { sourceId, name: source.name },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: new Date(call.now.getTime() + settleMs),
    })
  })
}
