import { trimBatchRows } from '../../db/queries/source-batches.ts'
import type { Queryable } from '../../db/pool.ts'

const hourMs = 3_600_000
/** A session to which nothing was added for so long is given up. */
const silentMs = 6 * hourMs
/** What was uploaded is kept for so long after it was read, for whoever asks what became of it. */
const pagesKeptMs = 7 * 24 * hourMs
const batchesKeptMs = 30 * 24 * hourMs

/** Gives up sessions that nobody goes on with, and forgets what was uploaded long ago. */
export function trimBatches(db: Queryable, now: Date): Promise<void> {
  const before = (ms: number): Date => new Date(now.getTime() - ms)
  return trimBatchRows(db, {
    silentBefore: before(silentMs),
    endedBefore: before(pagesKeptMs),
    forgottenBefore: before(batchesKeptMs),
  })
}
