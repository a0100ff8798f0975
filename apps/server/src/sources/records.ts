import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import type { Sealing } from '../access/sealed-credentials.ts'
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
import { selectTimedFacts, type TimedFactRow } from '../db/queries/timed-facts.ts'
import type { Queryable } from '../db/pool.ts'
import { hideColumns, hideValues, secretColumnsOf } from './hide-secrets.ts'
import { getSourceRules } from './rules-revisions.ts'
import { openRecordVault } from './seal/record-vault.ts'
import { openRecord } from './seal/seal-records.ts'
import { getSource, type SourceName } from './source.ts'

export type SourceRecord = Omit<RecordRow, 'raw' | 'mapped'> & {
  readonly raw: JsonObject
  /** What the rules made of it; null: not yet. */
  readonly mapped: Json
  /** What waits for its day, soonest first. */
  readonly upcoming: readonly TimedFactRow[]
}

/** A record has at most one date of each kind. */
const datesMax = 10

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

/** Without what the rules call secret. Throws `sourceNotFound`, `sourceRecordNotFound`. */
export async function getRecord(
  parts: Sealing,
  { anchor, now, ...name }: SourceName & { readonly anchor: string; readonly now: Date },
): Promise<SourceRecord> {
  const { database: db } = parts
  const { liveRevision } = await getSource(db, name)
  const stored = await selectRecord(db, name, anchor)
  if (stored === undefined) throw new AccessError('sourceRecordNotFound', 'The source has no such record')
  const row = openRecord(stored, { name, vault: await openRecordVault(parts, now) })
  const rules = liveRevision === null ? undefined : await getSourceRules(db, { ...name, revision: 'live' })
  const secret = secretColumnsOf(rules?.document)
  const raw = parseRaw(row.raw)
  // Written by ourselves, as JSON.
  const mapped = row.mapped === null ? null : (JSON.parse(row.mapped) as Json)
  const dates = { anchor, state: 'waiting', after: undefined, rowsMax: datesMax } as const
  const upcoming = await selectTimedFacts(db, name, dates)
  return { ...row, raw: hideColumns(raw, secret), mapped: hideValues(mapped, raw, secret), upcoming }
}

function parseRaw(text: string): JsonObject {
  const raw: unknown = JSON.parse(text)
  return isJsonObject(raw) ? raw : {}
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
