import { AccessError } from '../../access/access-error.ts'
import type { Sealing } from '../../access/sealed-credentials.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import {
  cancelWaitingBatches,
  countBatches,
  countOpenSessions,
  insertBatch,
  insertBatchPage,
  selectBatch,
  selectBatches,
  updateBatchState,
  type BatchKind,
  type BatchOf,
  type BatchRow,
} from '../../db/queries/source-batches.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { createId, formatTypeId } from '../../type-id.ts'
import { placeOfBatch } from '../seal/places.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from '../source.ts'
import { packEntries, type StoredEntry } from './stored-entries.ts'

export type SourceBatch = BatchRow

export type BatchName = BatchOf

/** Throws `sourceNotFound`, `sourceKind`, `sourceState`. */
export async function requireUploads(db: Queryable, name: SourceName): Promise<void> {
  const { kind, state } = await getSource(db, name)
  if (kind !== 'upload') throw new AccessError('sourceKind', `Nothing is uploaded to a source of the kind ${kind}`)
  if (state === 'draft')
    throw new AccessError('sourceState', 'No rules are live yet, so nobody could come in: publish some first')
}

/** What one request uploads, in a transaction: once this has returned, it is there. */
export async function receiveBatch(
  parts: Sealing,
  call: Call,
  request: SourceName & { readonly kind: BatchKind; readonly entries: readonly StoredEntry[] },
): Promise<BatchRow> {
  const { organizationId, sourceId, kind, entries } = request
  const batch = toRow(call, { organizationId, sourceId, kind, state: 'received' })
  const vault = await openRecordVault(parts, call.now)
  const content = vault.sealBytes(await packEntries(entries), placeOfBatch(nameBatch(batch)))
  return transaction(parts.database, async (tx) => {
    await insertBatch(tx, batch)
    await insertBatchPage(tx, batch, { entries: entries.length, content, now: call.now })
    return recordReceived(tx, call, batch)
  })
}

/** Begins a batch that comes piece by piece. Throws `sourceNotFound`, `sourceKind`, `sourceState`, `tooManyUploads`. */
export async function openBatch(
  database: Database,
  call: Call,
  { organizationId, sourceId, kind }: SourceName & { readonly kind: BatchKind },
): Promise<BatchRow> {
  await requireUploads(database, { organizationId, sourceId })
  return transaction(database, async (tx) => {
    const batch = toRow(call, { organizationId, sourceId, kind, state: 'open' })
    await insertBatch(tx, batch)
    if (kind === 'session') {
      await refuseManyOpen(tx, { organizationId, sourceId })
      await record(tx, call, batch, 'source.session_opened')
    }
    return getBatch(tx, nameBatch(batch))
  })
}

/** Sessions of a source that nobody has completed. */
const openSessionsMax = 20

/** The one that was just opened counts. */
async function refuseManyOpen(tx: Transaction, name: SourceName): Promise<void> {
  if ((await countOpenSessions(tx, name)) <= openSessionsMax) return
  const message = `${openSessionsMax} sessions of this source are open: complete or cancel one; those that are silent end after six hours`
  throw new AccessError('tooManyUploads', message)
}

/** Throws `sourceBatchNotFound`, `sourceBatchState`. */
export async function addToBatch(
  parts: Sealing,
  name: BatchOf,
  { entries, now }: { readonly entries: readonly StoredEntry[]; readonly now: Date },
): Promise<void> {
  if (entries.length === 0) return
  const vault = await openRecordVault(parts, now)
  const content = vault.sealBytes(await packEntries(entries), placeOfBatch(name))
  await transaction(parts.database, async (tx) => {
    const batch = await lockOpen(tx, name)
    await insertBatchPage(tx, batch, { entries: entries.length, content, now })
  })
}

/** Says that this was all. Throws `sourceBatchNotFound`, `sourceBatchState`, `sourceBatchIncomplete`. */
export function completeBatch(
  database: Database,
  call: Call,
  request: BatchOf & { readonly entries?: number | undefined },
): Promise<BatchRow> {
  return transaction(database, async (tx) => {
    const batch = await lockOpen(tx, request)
    if (request.entries !== undefined && request.entries !== batch.entries)
      throw new AccessError('sourceBatchIncomplete', `${batch.entries} of ${request.entries} entries are here`, {
        field: 'entries',
      })
    await updateBatchState(tx, request, { state: 'received', now: call.now })
    return recordReceived(tx, call, batch)
  })
}

/** Gives an open batch up. Throws `sourceBatchNotFound`, `sourceBatchState`. */
export function cancelBatch(database: Database, call: Call, name: BatchOf): Promise<BatchRow> {
  return transaction(database, async (tx) => {
    const batch = await lockOpen(tx, name)
    await updateBatchState(tx, name, { state: 'cancelled', now: call.now })
    await record(tx, call, batch, 'source.session_cancelled')
    return getBatch(tx, name)
  })
}

/** Forgets what waits for a source that is paused; how many batches there were. Throws `sourceNotFound`, `sourceState`. */
export function forgetWaiting(database: Database, call: Call, name: SourceName): Promise<number> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, name, { lock: true })
    if (source.state !== 'paused')
      throw new AccessError('sourceState', 'What waits is being read: pause the source first, then forget what waits')
    const batches = await cancelWaitingBatches(tx, name, call.now)
    if (batches > 0)
      await recordSource(tx, call, source, { action: 'source.batches_forgotten', data: { name: source.name, batches } })
    return batches
  })
}

/** Throws `sourceBatchNotFound`. */
export async function getBatch(
  db: Queryable,
  name: BatchOf,
  options: { readonly lock?: boolean } = {},
): Promise<BatchRow> {
  const row = await selectBatch(db, name, options)
  if (row === undefined) throw new AccessError('sourceBatchNotFound', 'There is no such batch')
  return row
}

/** Newest first. Throws `sourceNotFound`. */
export async function listBatches(db: Queryable, name: SourceName, page: PageOf): Promise<Page<BatchRow>> {
  await getSource(db, name)
  const rows = await selectBatches(db, name, { before: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countOwnBatches(db: Queryable, name: SourceName): Promise<number> {
  return countBatches(db, name)
}

/** Throws `sourceBatchNotFound`, `sourceBatchState`. */
export async function lockOpen(db: Queryable, name: BatchOf): Promise<BatchRow> {
  const batch = await getBatch(db, name, { lock: true })
  if (batch.state === 'open') return batch
  const what = batch.state === 'received' ? 'complete' : 'cancelled'
  throw new AccessError('sourceBatchState', `The batch is ${what}: open another one`)
}

function nameBatch({ organizationId, id }: Pick<BatchRow, 'organizationId' | 'id'>): BatchOf {
  return { organizationId, batchId: id }
}

function toRow(call: Call, batch: SourceName & Pick<BatchRow, 'kind' | 'state'>): Parameters<typeof insertBatch>[1] {
  return { ...batch, id: createId(), uploadedBy: call.actor, openedAt: call.now }
}

async function recordReceived(
  tx: Transaction,
  call: Call,
  batch: Pick<BatchRow, 'organizationId' | 'id' | 'sourceId'>,
): Promise<BatchRow> {
  const row = await getBatch(tx, nameBatch(batch))
  await record(tx, call, row, 'source.records_uploaded')
  return row
}

async function record(
  tx: Transaction,
  call: Call,
  batch: Pick<BatchRow, 'organizationId' | 'id' | 'sourceId' | 'kind'> & { readonly entries?: number },
  action: `source.${string}`,
): Promise<void> {
  const source = await getSourceRow(tx, batch)
  const { kind, entries = 0 } = batch
  const data = { name: source.name, batch: formatTypeId('sbt', batch.id), kind, entries }
  await recordSource(tx, call, source, { action, data })
}
