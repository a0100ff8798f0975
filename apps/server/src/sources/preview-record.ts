import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import type { Sealing } from '../access/sealed-credentials.ts'
import { selectRawRecord, type PendingRecord } from '../db/queries/source-settling.ts'
import { selectSettlingPeople } from '../db/queries/source-people.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { nilId } from '../nil-id.ts'
import { maskMapped } from './plan/mask.ts'
import { openRecordVault } from './seal/record-vault.ts'
import { openRecord } from './seal/seal-records.ts'
import type { RecordPlan } from './settle/plan-record.ts'
import { planRecords } from './settle/settle-batch.ts'
import { openSettleSite } from './settle/settle-site.ts'
import { parseMapped } from './map/mapped.ts'
import { getSource, type SourceName } from './source.ts'

export type PreviewAsk = {
  readonly anchor?: string | undefined
  /** By column, of somebody who might be. */
  readonly attributes?: JsonObject | undefined
  readonly revision?: 'live' | 'draft' | number | undefined
}

type Named = { readonly id: string; readonly name: string | null }

export type RecordPreview = {
  readonly anchor: string
  readonly revision: number
  readonly situation: string
  readonly operation: string
  readonly reason: string | null
  readonly userId: string | null
  readonly name: string | null
  readonly candidates: readonly Named[]
  readonly mapped: unknown
  readonly attributes: JsonObject | null
  readonly differences: string | null
  readonly error: { readonly reason: string; readonly attribute: string | null; readonly detail: string } | null
  /** Attributes whose values nobody is shown. */
  readonly secret: readonly string[]
}

/**
 * What would become of one record, by any revision of the rules, without changing anything. Throws `sourceNotFound`, `rulesNotFound`,
 * `sourceRecordNotFound`, `invalidPreview`.
 */
export async function previewRecord(
  parts: Sealing,
  request: SourceName & PreviewAsk & { readonly now: Date },
): Promise<RecordPreview> {
  const { database } = parts
  const { organizationId, sourceId, now } = request
  const name = { organizationId, sourceId, readId: nilId }
  const revision = await findRevision(database, request)
  const vault = await openRecordVault(parts, now)
  const { site } = await openSettleSite(database, name, { revision, round: 0, now, vault })
  return transaction(database, async (tx) => {
    const record = await findRecord(request, site.rules.document.anchor, async (anchor) => {
      const stored = await selectRawRecord(tx, name, anchor)
      return stored && openRecord(stored, { name, vault })
    })
    const { plans } = await planRecords(tx, site, [record])
    const [plan] = plans
    if (plan === undefined) throw new Error('The record was not planned')
    const ids = plan.operation?.candidates?.slice(1, -1).split(',').filter(Boolean) ?? []
    const people = await selectSettlingPeople(tx, organizationId, ids)
    return { ...describe(plan), revision, candidates: people.map(({ id, display }) => ({ id, name: display })) }
  })
}

function describe({ operation, record }: RecordPlan): Omit<RecordPreview, 'revision' | 'candidates'> {
  const mapped = parseMapped(record.mapped)
  const secret = mapped?.secret ?? []
  const attributes: unknown = JSON.parse(operation?.attributes ?? 'null')
  return {
    anchor: record.anchor,
    situation: record.situation,
    operation: operation?.operation ?? 'none',
    reason: operation?.reason ?? null,
    userId: operation?.userId ?? record.userId,
    name: operation?.name ?? null,
    mapped: mapped === undefined ? null : maskMapped(mapped),
    attributes: isJsonObject(attributes) && secret.length === 0 ? attributes : null,
    differences: operation?.differences ?? null,
    error: record.error ?? null,
    secret,
  }
}

async function findRevision(database: Database, request: SourceName & PreviewAsk): Promise<number> {
  const { liveRevision, draftRevision } = await getSource(database, request)
  const { revision = draftRevision === null ? 'live' : 'draft' } = request
  const number = revision === 'live' ? liveRevision : revision === 'draft' ? draftRevision : revision
  if (number !== null) return number
  throw new AccessError('rulesNotFound', 'The source has no such rules yet', { field: 'revision' })
}

async function findRecord(
  { anchor, attributes }: PreviewAsk,
  anchorColumn: string,
  select: (anchor: string) => Promise<PendingRecord | undefined>,
): Promise<PendingRecord> {
  if ((anchor === undefined) === (attributes === undefined))
    throw new AccessError(
      'invalidPreview',
      'Name the anchor of a record, or give the attributes of one that might be',
      {
        field: anchor === undefined ? 'anchor' : 'attributes',
      },
    )
  const given = attributes?.[anchorColumn]
  const wanted = anchor ?? (typeof given === 'string' || typeof given === 'number' ? String(given) : '')
  const known = wanted === '' ? undefined : await select(wanted)
  if (attributes === undefined) {
    if (known !== undefined) return known
    throw new AccessError('sourceRecordNotFound', 'The source has no such record')
  }
  if (wanted === '')
    throw new AccessError(
      'invalidPreview',
      `The attributes need a value in "${anchorColumn}", which names the record`,
      {
        field: 'attributes',
      },
    )
  const nobody = { user_id: null, situation: 'new', mapped: null, place: null, left_at: null, left_reason: null }
  return { ...nobody, ...known, anchor: wanted, raw: JSON.stringify(attributes), is_deleted: false, absent_reads: 0 }
}
