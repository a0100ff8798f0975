import type { Queryable } from '../pool.ts'
import type { RunRow, RunState } from './runs.ts'

export type InstanceOrganizationRow = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly plan: string
  readonly people: number
  readonly lastChangeAt: Date | null
  readonly createdAt: Date
}

/** In order of their slugs, those after `after`; people as the totals say. */
export async function selectInstanceOrganizations(
  db: Queryable,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly InstanceOrganizationRow[]> {
  const { rows } = await db.query<InstanceOrganizationRow>(
    {
      text: `select o.id, o.slug, o.name, o.plan, o.created_at as "createdAt",
          (coalesce((select t.active from directory_totals t where t.organization_id = o.id and t.kind = 'users'), 0)
            + coalesce((select sum(d.active) from directory_deltas d where d.organization_id = o.id and d.kind = 'users'), 0))::bigint
            as people,
          (select c.at from changes c where c.organization_id = o.id order by c.position desc limit 1) as "lastChangeAt"
        from organizations o where o.slug > $1 order by o.slug limit $2`,
    },
    [page.after ?? '', page.rowsMax],
  )
  return rows
}

/** A run with the organization that it works on, while there is one. */
export type InstanceRunRow = RunRow & { readonly slug: string | null; readonly organizationName: string | null }

const runColumns = `r.organization_id as "organizationId", r.id, r.kind, r.permission, r.state, r.input, r.checkpoint, r.done,
  r.total, r.attempt, r.failures, r.created_by as "createdBy", r.request_id as "requestId", r.created_at as "createdAt",
  r.started_at as "startedAt", r.ended_at as "endedAt", r.result, r.error, o.slug, o.name as "organizationName"`
const fromRuns = 'from runs r left join organizations o on o.id = r.organization_id'

/** Of all organizations, newest first, those that are older than `before`. */
export async function selectInstanceRuns(
  db: Queryable,
  page: { readonly state: RunState | undefined; readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly InstanceRunRow[]> {
  const { rows } = await db.query<InstanceRunRow>(
    {
      text: `select ${runColumns} ${fromRuns}
        where ($1::text is null or r.state = $1) and ($2::uuid is null or r.id < $2) order by r.id desc limit $3`,
    },
    [page.state ?? null, page.before ?? null, page.rowsMax],
  )
  return rows
}

export async function selectInstanceRun(db: Queryable, id: string): Promise<InstanceRunRow | undefined> {
  const { rows } = await db.query<InstanceRunRow>({ text: `select ${runColumns} ${fromRuns} where r.id = $1` }, [id])
  return rows[0]
}

export async function selectInstanceRunCount(db: Queryable, state: RunState | undefined): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from runs where $1::text is null or state = $1' },
    [state ?? null],
  )
  return rows[0]?.count ?? 0
}

/** Back into the queue from where it was; false when it has not failed. */
export async function updateRunRetried(
  tx: Queryable,
  { organizationId, id, now }: { readonly organizationId: string; readonly id: string; readonly now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `update runs set state = 'queued', failures = 0, lease_until = null, due_at = $3, ended_at = null, error = null
        where organization_id = $1 and id = $2 and state = 'failed'`,
    },
    [organizationId, id, now],
  )
  return rowCount === 1
}

export type TimetableRow = {
  readonly name: string
  readonly cron: string
  /** Of the last turn; null: there was none yet. */
  readonly state: string | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly error: string | null
}

/** Each job on the timetable with its last turn; none before the timetable has its schema. */
export async function selectTimetable(db: Queryable): Promise<readonly TimetableRow[]> {
  const { rows: tables } = await db.query<{ isThere: boolean }>({
    text: `select to_regclass('pgboss.schedule') is not null as "isThere"`,
  })
  if (tables[0]?.isThere !== true) return []
  const { rows } = await db.query<TimetableRow>({
    text: `select s.key as name, s.cron, j.state, j."startedAt", j."endedAt", j.error
      from pgboss.schedule s left join lateral (
        select state::text as state, started_on as "startedAt", completed_on as "endedAt",
          case when state = 'failed' then output ->> 'message' end as error
        from pgboss.job where name = s.name and data ->> 'name' = s.key and started_on is not null
        order by started_on desc limit 1
      ) j on true
      order by s.key`,
  })
  return rows
}

/** What the tables hold, as PostgreSQL estimates it; the largest first. */
export async function selectTableSizes(
  db: Queryable,
): Promise<readonly { readonly name: string; readonly rows: number; readonly bytes: number }[]> {
  const { rows } = await db.query<{ name: string; rows: number; bytes: number }>({
    text: `select c.relname as name, greatest(c.reltuples, 0)::bigint as rows, pg_total_relation_size(c.oid) as bytes
      from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      order by 3 desc, 1`,
  })
  return rows
}

/** Connections that processes of ours have to this database, this one included. */
export async function selectOwnSessionCount(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: `select count(*) as count from pg_stat_activity
      where datname = current_database() and application_name = 'rollcall'`,
  })
  return rows[0]?.count ?? 0
}
