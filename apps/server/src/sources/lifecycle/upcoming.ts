import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import { selectRecord, updateMapped } from '../../db/queries/source-records.ts'
import {
  cancelTimedFact,
  countAllTimedFacts,
  countTimedFacts,
  selectAllTimedFacts,
  selectTimedFacts,
  selectTimedFactsOf,
  type AnyTimedFactPlace,
  type TimedFactFilter,
  type TimedFactKind,
  type TimedFactPlace,
  type TimedFactRow,
} from '../../db/queries/timed-facts.ts'
import type { Sealing } from '../../access/sealed-credentials.ts'
import type { Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { getPerson } from '../../directory/people.ts'
import { parseMapped } from '../map/mapped.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import { openMapped, sealMapped } from '../seal/seal-records.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from '../source.ts'

export type TimedFact = TimedFactRow

/** Soonest first. Throws `sourceNotFound`. */
export async function listUpcomingOf(
  db: Queryable,
  name: SourceName,
  { limit, after, ...filter }: PageOf & TimedFactFilter,
): Promise<Page<TimedFact>> {
  await getSource(db, name)
  const rows = await selectTimedFacts(db, name, { ...filter, after: parsePlace(after), rowsMax: limit + 1 })
  return toPage(rows, limit, ({ at, anchor, kind }) => JSON.stringify({ at: at.toISOString(), anchor, kind }))
}

/** Of all sources of an organization, soonest first. */
export async function listAllUpcoming(
  db: Queryable,
  organizationId: string,
  { limit, after, ...filter }: PageOf & Pick<TimedFactFilter, 'kind' | 'state'>,
): Promise<Page<TimedFact>> {
  // Sealed as below.
  const place = after === undefined ? undefined : (JSON.parse(after) as AnyTimedFactPlace)
  const rows = await selectAllTimedFacts(db, organizationId, { ...filter, after: place, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ at, sourceId, anchor, kind }) =>
    JSON.stringify({ at: at.toISOString(), sourceId, anchor, kind }),
  )
}

// The cursor is sealed: what it holds is what we put in.
function parsePlace(after: string | undefined): TimedFactPlace | undefined {
  return after === undefined ? undefined : (JSON.parse(after) as TimedFactPlace)
}

export function countAllUpcoming(
  db: Queryable,
  organizationId: string,
  filter: Pick<TimedFactFilter, 'kind' | 'state'>,
): Promise<number> {
  return countAllTimedFacts(db, organizationId, filter)
}

export function countUpcomingOf(db: Queryable, name: SourceName, filter: TimedFactFilter): Promise<number> {
  return countTimedFacts(db, name, filter)
}

/** Throws `personNotFound`. */
export async function listUpcomingOfPerson(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<readonly TimedFact[]> {
  await getPerson(db, organizationId, userId)
  return selectTimedFactsOf(db, organizationId, userId)
}

/**
 * Calls a date off: whoever was to come stays suspended, whoever was to leave stays, until the source names another day. Throws
 * `sourceNotFound`, `sourceRecordNotFound`, `upcomingNotWaiting`.
 */
export async function cancelUpcoming(
  parts: Sealing,
  call: Call,
  request: SourceName & { readonly anchor: string; readonly kind: TimedFactKind; readonly reason: string },
): Promise<void> {
  const { anchor, kind, reason } = request
  const site = { name: request, vault: await openRecordVault(parts, call.now) }
  await transaction(parts.database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    const record = await selectRecord(tx, request, anchor, { lock: true })
    if (record === undefined) throw new AccessError('sourceRecordNotFound', 'The source has no such record')
    const mapped = parseMapped(openMapped(record, site))
    const isKept = kind === 'delete' || mapped?.dates !== undefined
    if (mapped === undefined || !isKept || !(await cancelTimedFact(tx, request, { ...call, reason })))
      throw new AccessError('upcomingNotWaiting', `No date of the kind "${kind}" waits for this record`, {
        field: 'kind',
      })
    const cancelled = [...new Set([...(mapped.dates?.cancelled ?? []), kind])]
    const kept = { ...mapped, dates: { ...mapped.dates, cancelled } }
    const sealed = sealMapped({ anchor, mapped: JSON.stringify(kept) }, site, kept)
    if (sealed !== null) await updateMapped(tx, request, anchor, sealed)
    await recordSource(tx, call, source, {
      action: 'source.date_cancelled',
      data: { name: source.name, anchor, kind, reason },
    })
  })
}
