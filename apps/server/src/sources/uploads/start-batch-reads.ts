import { AccessError } from '../../access/access-error.ts'
import { selectSourcesWithBatches, selectWaitingBatches } from '../../db/queries/source-batches.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { systemActor } from '../end-read.ts'
import { getSourceRow, type SourceName } from '../source.ts'
import { startReadOf } from '../start-read.ts'

/** So many sources are begun with before reads are worked off. */
const sourcesMax = 100

/** Begins reads of what was uploaded: all that came until now is one read. */
export async function startBatchReads(database: Database, now: Date, signal: AbortSignal): Promise<void> {
  for (const name of await selectSourcesWithBatches(database, sourcesMax)) {
    if (signal.aborted) return
    await start(database, now, name).catch(passOver)
  }
}

function start(database: Database, now: Date, name: SourceName): Promise<void> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, name, { lock: true })
    // Another process may have been faster, or somebody paused it.
    if (source.state !== 'active' || (await selectWaitingBatches(tx, name, 1)).length === 0) return
    await startReadOf(tx, { now, actor: systemActor, requestId: undefined }, source, {})
  })
}

function passOver(error: unknown): void {
  if (!(error instanceof AccessError)) throw error
}
