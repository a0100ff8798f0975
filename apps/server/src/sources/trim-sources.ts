import { deleteBrokenUploads, deleteOldReads } from '../db/queries/source-trim.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { brokenAfterMs } from './files.ts'

const dayMs = 86_400_000
/** Reads are kept so long, with what they did. */
const readDays = 90
/** And the newest of each source whatever their age: the guards compare with them. */
const readsKept = 20
const readsPerTransaction = 20

/** Forgets old reads and uploads that broke off. */
export async function trimSources(database: Database, now: Date, signal: AbortSignal): Promise<void> {
  const endedBefore = new Date(now.getTime() - readDays * dayMs)
  const old = { endedBefore, kept: readsKept, rowsMax: readsPerTransaction }
  while (!signal.aborted && (await transaction(database, (tx) => deleteOldReads(tx, old))) === readsPerTransaction);
  const begunBefore = new Date(now.getTime() - brokenAfterMs)
  await transaction(database, (tx) => deleteBrokenUploads(tx, begunBefore))
}
