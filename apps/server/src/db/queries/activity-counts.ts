import type { Queryable } from '../pool.ts'
import { nilId } from '../../nil-id.ts'

export type Series = 'people' | 'changes' | 'requestErrors' | 'appOperations'

/** Up to where a series of an organization was counted. */
export type ActivityMark = { readonly position: number; readonly lastId: string; readonly since: Date }

/** One column of a chart: a day, or an hour that is not over long. */
export type ActivityCount = {
  readonly day: string
  readonly subjectId: string
  readonly kind: string
  readonly cause: string
  readonly count: number
}

// What a series is made of: rows with at, subject_id, kind, cause between two places. $1 is the organization, $2 and $3 the
// places (exclusive, inclusive).
const rowsOf = {
  // Most changes name the connection that they came by; what names none, or nil, was done here or by itself.
  changes: `select at, coalesce(connection_id, '${nilId}') as subject_id,
      case
        when action in ('user.created', 'user.restored', 'team.created', 'team.restored') then 'created'
        when action in ('user.deleted', 'team.deleted') then 'deleted'
        when action = 'user.suspended' then 'suspended'
        when action = 'team.members_changed' then 'members'
        else 'updated' end as kind,
      case when connection_id <> '${nilId}' then 'connection' when actor like 'usr\\_%' or actor like 'key\\_%' then 'here'
        else 'system' end as cause
    from changes where organization_id = $1 and position > $2::bigint and position <= $3::bigint
      and subject_kind in ('user', 'team')`,
  requestErrors: `select at, coalesce(connection_id, '${nilId}') as subject_id, status::text as kind,
      coalesce(scim_type, '') as cause
    from request_log where organization_id = $1 and id > $2::uuid and id <= $3::uuid and status >= 400`,
  appOperations: `select at, app_id as subject_id, status as kind, reason as cause
    from provisioning_log where organization_id = $1 and id > $2::uuid and id <= $3::uuid`,
} as const

export type CountedSeries = keyof typeof rowsOf

/** The mark, which nobody else moves until the transaction ends; made where there is none yet. */
export async function lockActivityMark(
  tx: Queryable,
  organizationId: string,
  at: { readonly series: Series; readonly now: Date },
): Promise<ActivityMark> {
  await tx.query(makeMark, [organizationId, at.series, at.now])
  const mark = await selectActivityMark(tx, organizationId, at.series, { lock: true })
  if (mark === undefined) throw new Error('A mark that was just made is not there')
  return mark
}

const makeMark = {
  text: `insert into activity_marks (organization_id, series, since) values ($1, $2, $3) on conflict do nothing`,
}

export async function selectActivityMark(
  db: Queryable,
  organizationId: string,
  series: Series,
  options: { readonly lock?: boolean } = {},
): Promise<ActivityMark | undefined> {
  const { rows } = await db.query<ActivityMark>(
    {
      text: `select position, last_id as "lastId", since from activity_marks
        where organization_id = $1 and series = $2${options.lock === true ? ' for update' : ''}`,
    },
    [organizationId, series],
  )
  return rows[0]
}

/** Adds what lies between two places to the hours that it belongs to. */
export async function foldActivity(
  tx: Queryable,
  organizationId: string,
  range: { readonly series: CountedSeries; readonly from: number | string; readonly to: number | string },
): Promise<void> {
  await tx.query(
    {
      text: `insert into activity_counts as a (organization_id, series, from_at, subject_id, kind, cause, count)
        select $1, '${range.series}', date_trunc('hour', at, 'UTC'), subject_id, kind, cause, count(*)
        from (${rowsOf[range.series]}) r group by 3, 4, 5, 6
        on conflict (organization_id, series, from_at, subject_id, kind, cause) do update set count = a.count + excluded.count`,
    },
    [organizationId, range.from, range.to],
  )
}

export async function moveActivityMark(
  tx: Queryable,
  organizationId: string,
  mark: {
    readonly series: Series
    readonly position?: number
    readonly lastId?: string
    readonly since?: Date | undefined
  },
): Promise<void> {
  await tx.query(
    {
      text: `update activity_marks set position = coalesce($3, position), last_id = coalesce($4, last_id),
          since = least(since, $5::timestamptz)
        where organization_id = $1 and series = $2`,
    },
    [organizationId, mark.series, mark.position ?? null, mark.lastId ?? null, mark.since ?? null],
  )
}

/** The place of the last of the next rows, and when the first of them was; undefined: there are none. */
export async function selectNextPlace(
  db: Queryable,
  organizationId: string,
  range: {
    readonly series: CountedSeries
    readonly from: number | string
    readonly to: number | string
    readonly rowsMax: number
  },
): Promise<{ readonly last: string; readonly firstAt: Date; readonly count: number } | undefined> {
  const { table, place, filter } = places[range.series]
  const { rows } = await db.query<{ last: string | null; firstAt: Date; count: number }>(
    {
      text: `with r as materialized (
          select ${place} as place, at from ${table} where organization_id = $1 and ${place} > $2 and ${place} <= $3 ${filter}
          order by ${place} limit $4)
        select (select place::text from r order by place desc limit 1) as last, min(at) as "firstAt", count(*) as count from r`,
    },
    [organizationId, range.from, range.to, range.rowsMax],
  )
  const [row] = rows
  return row === undefined || row.last === null ? undefined : { ...row, last: row.last }
}

const places = {
  changes: { table: 'changes', place: 'position', filter: '' },
  requestErrors: { table: 'request_log', place: 'id', filter: 'and status >= 400' },
  appOperations: { table: 'provisioning_log', place: 'id', filter: '' },
} as const

/** Writes how many people there are in each state on a day; what was written of that day before gives way. */
export async function upsertPeopleCounts(
  tx: Queryable,
  organizationId: string,
  { day, counts }: { readonly day: Date; readonly counts: Readonly<Record<string, number>> },
): Promise<void> {
  await tx.query(
    {
      text: `insert into activity_counts (organization_id, series, from_at, subject_id, kind, cause, count)
        select $1, 'people', $2, '${nilId}', kind, '', count
        from unnest($3::text[], $4::bigint[]) as c (kind, count)
        on conflict (organization_id, series, from_at, subject_id, kind, cause) do update set count = excluded.count`,
    },
    [organizationId, day, Object.keys(counts), Object.values(counts)],
  )
}

/** The counts of a series from a moment on: what was folded, and what came since the mark. */
export async function selectActivity(
  db: Queryable,
  organizationId: string,
  asked: { readonly series: Series; readonly from: Date },
): Promise<readonly ActivityCount[]> {
  const { rows } = await db.query<ActivityCount>(
    {
      name: 'activity',
      text: `select to_char(from_at at time zone 'UTC', 'YYYY-MM-DD') as day, subject_id as "subjectId", kind, cause,
          sum(count)::bigint as count
        from activity_counts where organization_id = $1 and series = $2 and from_at >= $3 group by 1, 2, 3, 4`,
    },
    [organizationId, asked.series, asked.from],
  )
  return rows
}

/** What was not folded yet. */
export async function selectUnfolded(
  db: Queryable,
  organizationId: string,
  range: {
    readonly series: CountedSeries
    readonly from: number | string
    readonly to: number | string
    readonly at: Date
  },
): Promise<readonly ActivityCount[]> {
  const { rows } = await db.query<ActivityCount>(
    {
      text: `select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, subject_id as "subjectId", kind, cause, count(*) as count
        from (${rowsOf[range.series]}) r where at >= $4 group by 1, 2, 3, 4`,
    },
    [organizationId, range.from, range.to, range.at],
  )
  return rows
}

/** Hours of before become days, and what is older than the other moment is forgotten. */
export async function condenseActivity(
  tx: Queryable,
  organizationId: string,
  { hoursBefore, keptFrom }: { readonly hoursBefore: Date; readonly keptFrom: Date },
): Promise<void> {
  await tx.query({ text: 'delete from activity_counts where organization_id = $1 and from_at < $2' }, [
    organizationId,
    keptFrom,
  ])
  await tx.query(
    {
      text: `with hours as (
          delete from activity_counts where organization_id = $1 and from_at < $2
            and from_at <> date_trunc('day', from_at, 'UTC')
          returning series, from_at, subject_id, kind, cause, count)
        insert into activity_counts as a (organization_id, series, from_at, subject_id, kind, cause, count)
        select $1, series, date_trunc('day', from_at, 'UTC'), subject_id, kind, cause, sum(count)
        from hours group by 2, 3, 4, 5, 6
        on conflict (organization_id, series, from_at, subject_id, kind, cause) do update set count = a.count + excluded.count`,
    },
    [organizationId, hoursBefore],
  )
}

/** How many people are in which state: two sums that are kept, and two states that few are in. */
export async function countPeopleByState(
  db: Queryable,
  organizationId: string,
): Promise<{
  readonly pending: number
  readonly active: number
  readonly suspended: number
  readonly deprovisioned: number
  readonly teams: number
}> {
  const { rows } = await db.query<{
    all: number
    inUse: number
    pending: number
    deprovisioned: number
    teams: number
  }>(peopleByState, [organizationId])
  const { all = 0, inUse = 0, pending = 0, deprovisioned = 0, teams = 0 } = rows[0] ?? {}
  return { pending, active: Math.max(0, inUse - pending), suspended: Math.max(0, all - inUse), deprovisioned, teams }
}

const sumOf = (kind: 'users' | 'teams', column: 'total' | 'active'): string =>
  `(coalesce((select ${column} from directory_totals where organization_id = $1 and kind = '${kind}'), 0)
    + coalesce((select sum(${column}) from directory_deltas where organization_id = $1 and kind = '${kind}'), 0))::bigint`
const countOf = (state: string): string =>
  `(select count(*) from user_states where organization_id = $1 and state = '${state}')`

const peopleByState = {
  name: 'people_by_state',
  text: `select ${sumOf('users', 'total')} as "all", ${sumOf('users', 'active')} as "inUse", ${sumOf('teams', 'total')} as teams,
    ${countOf('pending')} as pending, ${countOf('deprovisioned')} as deprovisioned`,
}
