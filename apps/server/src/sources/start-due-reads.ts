import { AccessError } from '../access/access-error.ts'
import { lockDueSource, updateNextRead } from '../db/queries/sources.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { systemActor } from './end-read.ts'
import { nextReadAt } from './schedule.ts'
import { toSource } from './source.ts'
import { startReadOf } from './start-read.ts'
import { startBatchReads } from './uploads/start-batch-reads.ts'

/** Begins the reads of all sources whose time has come, and of what was uploaded. Of a source whose last read is still open the time passes. */
export async function startDueReads(database: Database, now: Date, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await startOne(database, now)));
  await startBatchReads(database, now, signal)
}

function startOne(database: Database, now: Date): Promise<boolean> {
  return transaction(database, async (tx) => {
    const source = await lockDueSource(tx, now)
    if (source === undefined) return false
    await updateNextRead(tx, { ...source, nextReadAt: nextReadAt(toSource(source), now) })
    const by = { now, actor: systemActor, requestId: undefined }
    await startReadOf(tx, by, source, {}).catch(passOver)
    return true
  })
}

/** Nobody asked, so nobody is told: what is in the way shows by itself. */
function passOver(error: unknown): void {
  if (!(error instanceof AccessError)) throw error
}
