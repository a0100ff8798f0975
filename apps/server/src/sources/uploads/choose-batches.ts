import { giveBatchesToRead, releaseFailedBatches, selectWaitingBatches } from '../../db/queries/source-batches.ts'
import type { ReadRow } from '../../db/queries/source-reads.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { SourceName } from '../source.ts'

/** So many batches share a read at most. */
const batchesPerReadMax = 2_000

export type ChosenBatches = { readonly mode: ReadRow['mode']; readonly ids: readonly string[] }

/**
 * What the next read of a source takes: all that waits up to the next session, or a session by itself, since whoever it does
 * not show is absent. Nothing may wait: then the records are only mapped anew.
 */
export async function chooseBatches(tx: Transaction, name: SourceName): Promise<ChosenBatches> {
  const waiting = await selectWaitingBatches(tx, name, batchesPerReadMax)
  const [first] = waiting
  if (first?.kind === 'session') return { mode: 'session', ids: [first.id] }
  const session = waiting.findIndex(({ kind }) => kind === 'session')
  const chosen = session === -1 ? waiting : waiting.slice(0, session)
  return { mode: 'delta', ids: chosen.map(({ id }) => id) }
}

export { giveBatchesToRead, releaseFailedBatches }
