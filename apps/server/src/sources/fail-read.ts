import { insertSourceNotice } from '../db/queries/source-notices.ts'
import { forgetCheckpoint, selectAcceptedReads, type ReadRow } from '../db/queries/source-reads.ts'
import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import { clearAll, nameOf, readOf, systemActor, write } from './end-read.ts'
import { sourceReasons } from './reasons.ts'
import { getSourceRow, recordSource } from './source.ts'
import { SourceError } from './source-error.ts'

/** So often in a row what may pass is tried again before the read fails. */
const failuresMax = 5
const retryBaseMs = 5_000
const retryMsMax = 10 * 60_000

/**
 * What becomes of a read that broke off: tried again from its cursor where that may help, begun anew as a full one where the
 * checkpoint is lost, else failed. Nobody counts as absent for it. Throws ReadLost.
 */
export async function failRead(
  database: Database,
  read: ReadRow,
  failure: { readonly error: unknown; readonly now: Date },
): Promise<void> {
  const { error, now } = failure
  const known = error instanceof SourceError ? error : undefined
  const reason = known?.reason ?? 'unexpected'
  if (reason === 'checkpointLost' && read.failures < failuresMax) return beginAnew(database, read)
  const failures = read.failures + 1
  if (sourceReasons[reason].isRetried && failures < failuresMax) {
    const waitMs = Math.min(retryMsMax, Math.max(known?.retryAfterMs ?? 0, retryBaseMs * 4 ** (failures - 1)))
    const retryAt = new Date(now.getTime() + waitMs)
    await transaction(database, (tx) => write(tx, read, { failures, retryAt, ...told(reason, known), releases: true }))
    return
  }
  await transaction(database, async (tx) => {
    await write(tx, read, { state: 'failed', failures, endedAt: now, ...told(reason, known), releases: true })
    await tellFailed(tx, read, { reason, error: known, now })
  })
  await clearAll(database, readOf(read))
}

/** What a reader says stays; what an error of ours says stands in the log only. */
function told(reason: string, error: SourceError | undefined): Pick<ReadRow, 'errorReason' | 'errorDetail'> {
  const place = error?.place === undefined ? '' : `${error.place}: `
  return { errorReason: reason, errorDetail: error === undefined ? null : place + error.message }
}

async function beginAnew(database: Database, read: ReadRow): Promise<void> {
  await transaction(database, async (tx) => {
    await forgetCheckpoint(tx, nameOf(read))
    const nothing = { cursor: null, counts: {}, columns: {}, progress: null, failures: read.failures + 1 }
    await write(tx, read, { mode: 'full', ...nothing, releases: true })
  })
  await clearAll(database, readOf(read))
}

async function tellFailed(
  tx: Transaction,
  read: ReadRow,
  failure: { readonly reason: keyof typeof sourceReasons; readonly error: SourceError | undefined; readonly now: Date },
): Promise<void> {
  const { reason, error, now } = failure
  const source = await getSourceRow(tx, nameOf(read))
  const { meaning, remedy } = sourceReasons[reason]
  const detail = told(reason, error).errorDetail
  const id = formatTypeId('srd', read.id)
  await recordSource(tx, { now, actor: systemActor, requestId: undefined }, source, {
    action: 'source.read_failed',
    data: { name: source.name, read: id, reason, detail },
  })
  const modes = ['full', 'delta', 'session'] as const
  const [last] = await selectAcceptedReads(tx, nameOf(read), { modes, rowsMax: 1 })
  await insertSourceNotice(tx, {
    organizationId: read.organizationId,
    sourceId: read.sourceId,
    kind: 'sourceReadFailed',
    // One notice for all failures in a row of that kind.
    occasion: `${reason} since ${last?.id ?? 'the beginning'}`,
    data: { read: id, reason, meaning, remedy, detail },
    at: now,
  })
}
