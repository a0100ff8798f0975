import { AccessError } from '../access/access-error.ts'
import { toPage, type Page, type PageOf } from '../access/call.ts'
import { countEscrow, selectEscrow, type EscrowRow } from '../db/queries/source-escrow.ts'
import {
  countRecords,
  selectRecord,
  selectRecords,
  type RecordFilter,
  type RecordRow,
  type RecordSummaryRow,
} from '../db/queries/source-records.ts'
import type { Queryable } from '../db/pool.ts'
import { getSource, type SourceName } from './source.ts'

export type SourceRecord = RecordRow

export type SourceRecordSummary = RecordSummaryRow

export type EscrowEntry = EscrowRow

/** In the order of anchors. Throws `sourceNotFound`. */
export async function listRecords(
  db: Queryable,
  name: SourceName,
  page: PageOf & RecordFilter,
): Promise<Page<RecordSummaryRow>> {
  await getSource(db, name)
  const { situation, search, after } = page
  const rows = await selectRecords(db, name, { situation, search, after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.anchor)
}

export function countOwnRecords(db: Queryable, name: SourceName, filter: RecordFilter): Promise<number> {
  return countRecords(db, name, filter)
}

/** Throws `sourceNotFound`, `sourceRecordNotFound`. */
export async function getRecord(db: Queryable, name: SourceName, anchor: string): Promise<RecordRow> {
  await getSource(db, name)
  const record = await selectRecord(db, name, anchor)
  if (record === undefined) throw new AccessError('sourceRecordNotFound', 'The source has no such record')
  return record
}

type EscrowFilter = { readonly reason?: string | undefined }

/** In the order in which they were found. Throws `sourceNotFound`. */
export async function listEscrow(
  db: Queryable,
  name: SourceName,
  page: PageOf & EscrowFilter,
): Promise<Page<EscrowRow>> {
  await getSource(db, name)
  const { reason, after } = page
  const rows = await selectEscrow(db, name, { reason, after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countOwnEscrow(db: Queryable, name: SourceName, { reason }: EscrowFilter): Promise<number> {
  return countEscrow(db, name, reason)
}
