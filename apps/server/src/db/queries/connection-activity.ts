import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'

export type ActivityRow = {
  readonly lastRequestAt: Date
  readonly lastSuccessAt: Date | null
  readonly lastErrorAt: Date | null
}

/** When a connection was last heard of; 0: not at all. */
export type LatestActivity = {
  readonly organizationId: string
  readonly connectionId: string
  readonly successMs: number
  readonly errorMs: number
}

/** Notes when connections were last heard of, each once; sorted by their ids, so that processes lock in one order. */
export async function updateActivity(db: Queryable, latest: readonly LatestActivity[]): Promise<void> {
  if (latest.length === 0) return
  const time = (ms: number) => (ms === 0 ? null : new Date(ms).toISOString())
  await db.query(note, [
    toArrayText(latest.map((each) => each.organizationId)),
    toArrayText(latest.map((each) => each.connectionId)),
    toArrayText(latest.map((each) => time(Math.max(each.successMs, each.errorMs)))),
    toArrayText(latest.map((each) => time(each.successMs))),
    toArrayText(latest.map((each) => time(each.errorMs))),
  ])
}

const note = {
  name: 'note_activity',
  text: `insert into connection_activity as a (organization_id, connection_id, last_request_at, last_success_at, last_error_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
    on conflict (organization_id, connection_id) do update set
      last_request_at = greatest(a.last_request_at, excluded.last_request_at),
      last_success_at = greatest(a.last_success_at, excluded.last_success_at),
      last_error_at = greatest(a.last_error_at, excluded.last_error_at)`,
}

export async function selectActivity(
  db: Queryable,
  organizationId: string,
  connectionId: string,
): Promise<ActivityRow | undefined> {
  const { rows } = await db.query<ActivityRow>(
    {
      text: `select last_request_at as "lastRequestAt", last_success_at as "lastSuccessAt", last_error_at as "lastErrorAt"
        from connection_activity where organization_id = $1 and connection_id = $2`,
    },
    [organizationId, connectionId],
  )
  return rows[0]
}

export type ErrorCause = {
  readonly status: number
  readonly scimType: string | null
  readonly method: string
  readonly resourceType: string | null
  readonly count: number
  readonly lastAt: Date
  /** Of the latest: its line in the request log and what it was told. */
  readonly requestId: string
  readonly detail: string | null
}

/** Failed requests since then by what went wrong, the most frequent first; only the newest lines are looked at. */
export async function selectErrorCauses(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly connectionId: string
    readonly since: Date
    readonly linesMax: number
    readonly rowsMax: number
  },
): Promise<readonly ErrorCause[]> {
  const { organizationId, connectionId, since, linesMax, rowsMax } = query
  const { rows } = await db.query<ErrorCause>({ text: causes }, [
    organizationId,
    connectionId,
    since,
    linesMax,
    rowsMax,
  ])
  return rows
}

const causes = `select status, scim_type as "scimType", method, resource_type as "resourceType", count(*) as count,
    max(at) as "lastAt", (array_agg(id order by id desc))[1] as "requestId", (array_agg(detail order by id desc))[1] as detail
  from (select * from request_log where organization_id = $1 and status >= 400 order by id desc limit $4) l
  where connection_id = $2 and at >= $3
  group by status, scim_type, method, resource_type order by count(*) desc, max(at) desc limit $5`
