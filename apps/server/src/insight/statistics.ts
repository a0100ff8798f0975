import {
  countPeopleByState,
  selectActivity,
  selectActivityMark,
  selectUnfolded,
  type ActivityCount,
  type CountedSeries,
  type Series,
} from '../db/queries/activity-counts.ts'
import { selectOriginNames, type OriginName } from '../db/queries/overview.ts'
import { selectLastPosition } from '../db/queries/outbox.ts'
import type { Queryable } from '../db/pool.ts'
import { nilId } from '../nil-id.ts'
import { startOfDay } from './count-activity.ts'

const dayMs = 86_400_000
/** Behind every id. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Days in UTC, today included. */
export type Asked = { readonly days: number; readonly now: Date }

/** A chart: nothing is said of days before `since`, of which nobody counted anything. */
export type Chart<Entry> = {
  readonly from: string
  readonly to: string
  readonly since: string | undefined
  readonly data: readonly Entry[]
}

export type PeopleOfDay = {
  readonly day: string
  readonly pending: number
  readonly active: number
  readonly suspended: number
  readonly deprovisioned: number
}

/** How many people there were in each state at the end of each day, and how many there are now. */
export async function readPeopleChart(
  db: Queryable,
  organizationId: string,
  asked: Asked,
): Promise<Chart<PeopleOfDay>> {
  const span = toSpan(asked)
  const rows = await selectActivity(db, organizationId, { series: 'people', from: span.fromAt })
  const { teams: _, ...now } = await countPeopleByState(db, organizationId)
  const before = rows.filter(({ day }) => day !== span.to)
  const days = [...new Set(before.map(({ day }) => day))].toSorted()
  const countOf = (day: string, state: string): number =>
    before.find((row) => row.day === day && row.kind === state)?.count ?? 0
  const data = days.map((day) => ({
    day,
    pending: countOf(day, 'pending'),
    active: countOf(day, 'active'),
    suspended: countOf(day, 'suspended'),
    deprovisioned: countOf(day, 'deprovisioned'),
  }))
  const since = await sinceOf(db, organizationId, 'people')
  return { from: span.from, to: span.to, since: since ?? span.to, data: [...data, { day: span.to, ...now }] }
}

/** What was counted of a series, a row a day, subject, kind and cause. */
async function readActivityChart(
  db: Queryable,
  organizationId: string,
  { series, ...asked }: Asked & { readonly series: CountedSeries },
): Promise<Chart<ActivityCount>> {
  const span = toSpan(asked)
  const { rows, since } = await readActivity(db, organizationId, { series, from: span.fromAt })
  const keyOf = ({ day, subjectId, kind, cause }: ActivityCount): string => [day, subjectId, cause, kind].join(' ')
  const data = sum(rows, keyOf).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return { from: span.from, to: span.to, since, data }
}

/** What was counted of a series since a moment, whatever the day: hours are as fine as it gets. */
export async function readActivitySince(
  db: Queryable,
  organizationId: string,
  asked: { readonly series: CountedSeries; readonly from: Date },
): Promise<readonly ActivityCount[]> {
  const { rows } = await readActivity(db, organizationId, asked)
  return sum(rows, ({ subjectId, kind, cause }) => [subjectId, kind, cause].join(' '))
}

async function readActivity(
  db: Queryable,
  organizationId: string,
  { series, from }: { readonly series: CountedSeries; readonly from: Date },
) {
  const mark = await selectActivityMark(db, organizationId, series)
  const place = (series === 'changes' ? mark?.position : mark?.lastId) ?? firstPlaces[series]
  const to = series === 'changes' ? await selectLastPosition(db) : lastId
  const folded = await selectActivity(db, organizationId, { series, from })
  const fresh = await selectUnfolded(db, organizationId, { series, from: place, to, at: from })
  const first = fresh.map(({ day }) => day).toSorted()[0]
  return { rows: [...folded, ...fresh], since: mark === undefined ? first : dayOf(mark.since) }
}

/** Changes of a day that came from one place. */
export type ChangesOfDay = {
  readonly day: string
  readonly origin: {
    readonly kind: 'connection' | 'source' | 'here' | 'system'
    readonly id: string | undefined
    readonly name: string | undefined
  }
  readonly counts: Readonly<Record<string, number>>
}

export async function readChangesChart(
  db: Queryable,
  organizationId: string,
  asked: Asked,
): Promise<Chart<ChangesOfDay>> {
  const [chart, names] = await Promise.all([
    readActivityChart(db, organizationId, { ...asked, series: 'changes' }),
    readNames(db, organizationId),
  ])
  const days = new Map<string, ChangesOfDay>()
  for (const { day, subjectId, kind, cause, count } of chart.data) {
    const key = `${day} ${subjectId} ${cause}`
    const known = days.get(key) ?? { day, origin: toOrigin(names, subjectId, cause), counts: {} }
    days.set(key, { ...known, counts: { ...known.counts, [kind]: count } })
  }
  return { ...chart, data: [...days.values()] }
}

function toOrigin(names: ReadonlyMap<string, OriginName>, id: string, cause: string): ChangesOfDay['origin'] {
  if (cause !== 'connection') return { kind: cause === 'here' ? 'here' : 'system', id: undefined, name: undefined }
  const named = names.get(id)
  return { kind: named?.kind === 'source' ? 'source' : 'connection', id, name: named?.name }
}

/** Errors of a day that had one cause. */
export type ErrorsOfDay = {
  readonly day: string
  readonly origin: 'scim' | 'app'
  readonly subject: { readonly id: string; readonly name: string | undefined } | undefined
  readonly cause: string
  readonly count: number
}

export async function readErrorsChart(
  db: Queryable,
  organizationId: string,
  asked: Asked & { readonly withApps: boolean },
): Promise<Chart<ErrorsOfDay>> {
  const [requests, operations, names] = await Promise.all([
    readActivityChart(db, organizationId, { ...asked, series: 'requestErrors' }),
    asked.withApps ? readActivityChart(db, organizationId, { ...asked, series: 'appOperations' }) : undefined,
    readNames(db, organizationId),
  ])
  const toError = (origin: 'scim' | 'app', cause: string, row: ActivityCount): ErrorsOfDay => {
    const { day, subjectId: id, count } = row
    return { day, origin, cause, count, subject: id === nilId ? undefined : { id, name: names.get(id)?.name } }
  }
  const scim = requests.data.map((row) => toError('scim', `${row.kind} ${row.cause}`.trim(), row))
  const failed = operations?.data.filter(({ kind }) => kind === 'failure') ?? []
  const app = failed.map((row) => toError('app', row.cause, row))
  const since = [requests.since, operations?.since].filter((each) => each !== undefined).toSorted()[0]
  return { ...requests, since, data: [...scim, ...app].toSorted((a, b) => (a.day < b.day ? -1 : 1)) }
}

async function readNames(db: Queryable, organizationId: string): Promise<ReadonlyMap<string, OriginName>> {
  const rows = await selectOriginNames(db, organizationId)
  return new Map(rows.map((row) => [row.id, row]))
}

const firstPlaces: Readonly<Record<CountedSeries, number | string>> = {
  changes: 0,
  requestErrors: nilId,
  appOperations: nilId,
}

/** The counts of the same key as one. */
function sum(rows: readonly ActivityCount[], keyOf: (row: ActivityCount) => string): readonly ActivityCount[] {
  const sums = new Map<string, ActivityCount>()
  for (const row of rows) {
    const known = sums.get(keyOf(row))
    sums.set(keyOf(row), known === undefined ? row : { ...known, count: known.count + row.count })
  }
  return [...sums.values()]
}

async function sinceOf(db: Queryable, organizationId: string, series: Series): Promise<string | undefined> {
  const mark = await selectActivityMark(db, organizationId, series)
  return mark === undefined ? undefined : dayOf(mark.since)
}

function toSpan({ days, now }: Asked): { readonly from: string; readonly to: string; readonly fromAt: Date } {
  const today = startOfDay(now)
  const fromAt = new Date(today.getTime() - (days - 1) * dayMs)
  return { from: dayOf(fromAt), to: dayOf(today), fromAt }
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}
