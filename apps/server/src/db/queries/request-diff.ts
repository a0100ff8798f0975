import type { Queryable } from '../pool.ts'

/** What a request changed of one thing, as `changes` keeps it. */
export type RequestChangeRow = {
  readonly position: number
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly name: string | null
  readonly data: unknown
}

const rowsMax = 200

const columns = `c.position, c.action, c.subject_kind as "subjectKind", c.subject_id as "subjectId", c.data,
  coalesce(u.display, u.user_name_key, t.display) as name`
const names = `left join users u on c.subject_kind = 'user' and u.organization_id = c.organization_id and u.id = c.subject_id
  left join teams t on c.subject_kind = 'team' and t.organization_id = c.organization_id and t.id = c.subject_id`

/** By a request that came through: of the resource that it named, and of all that the audit log has under its id. */
export async function selectRequestChanges(
  db: Queryable,
  organizationId: string,
  request: { readonly requestId: string; readonly resourceId: string | null; readonly subjectIds: readonly string[] },
): Promise<readonly RequestChangeRow[]> {
  const { requestId, resourceId, subjectIds } = request
  const { rows } = await db.query<RequestChangeRow>(
    {
      text: `select ${columns} from changes c ${names}
        where c.organization_id = $1 and c.request_id = $2 and c.subject_id = any($4::uuid[] || array(
          select id from users where organization_id = $1 and scim_id::text = $3
          union all select id from teams where organization_id = $1 and scim_id::text = $3))
        order by c.position limit ${rowsMax}`,
    },
    [organizationId, requestId, resourceId, subjectIds],
  )
  return rows
}

/** Ids, as they are outside, of what the audit log says that a request was about. */
export async function selectRequestTargets(
  db: Queryable,
  organizationId: string,
  term: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      text: `select distinct unnest(targets) as id from (
          select targets from audit_events where organization_id = $1 and terms @> array[$2::text] limit ${rowsMax}) e`,
    },
    [organizationId, term],
  )
  return rows.map(({ id }) => id)
}

/** What was written behind a position under a request's id. */
export async function selectChangesBehind(
  db: Queryable,
  organizationId: string,
  { requestId, position }: { readonly requestId: string; readonly position: number },
): Promise<readonly RequestChangeRow[]> {
  const { rows } = await db.query<RequestChangeRow>(
    {
      text: `select ${columns} from changes c ${names}
        where c.organization_id = $1 and c.position > $2 and c.request_id = $3 order by c.position limit ${rowsMax}`,
    },
    [organizationId, position, requestId],
  )
  return rows
}

export type RequestErrorRow = {
  readonly status: number
  readonly scimType: string | null
  readonly method: string
  readonly endpoint: string
  readonly connectionId: string | null
  readonly count: number
  readonly firstAt: Date
  readonly lastAt: Date
  readonly lastRequestId: string
  readonly client: string | null
  readonly detail: string | null
}

/** So many of the newest failed requests are looked at. */
export const errorsLookedAt = 20_000

/** Failed requests from an id on, by what went wrong where, the most frequent first. */
export async function selectRequestErrors(
  db: Queryable,
  organizationId: string,
  query: { readonly fromId: string; readonly connectionId: string | undefined; readonly rowsMax: number },
): Promise<readonly RequestErrorRow[]> {
  const { rows } = await db.query<RequestErrorRow>(
    {
      name: 'request_errors',
      text: `with failed as (
          select status, scim_type, method, connection_id, at, id, client, detail,
            regexp_replace(regexp_replace(split_part(path, '?', 1), '^.*/scim(/v[12](\\.0)?)?(/(enterprises|organizations)/[^/]+)?(?=/|$)', ''),
              '/[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}(?=/|$)', '/{id}') as endpoint
          from request_log
          where organization_id = $1 and id > $2 and status >= 400 and ($3::uuid is null or connection_id = $3)
          order by id desc limit ${errorsLookedAt})
        select status, scim_type as "scimType", method, endpoint, connection_id as "connectionId", count(*) as count,
          min(at) as "firstAt", max(at) as "lastAt", (array_agg(id order by id desc))[1] as "lastRequestId",
          (array_agg(client order by id desc))[1] as client, (array_agg(detail order by id desc))[1] as detail
        from failed group by status, scim_type, method, endpoint, connection_id
        order by count(*) desc, max(at) desc limit $4`,
    },
    [organizationId, query.fromId, query.connectionId ?? null, query.rowsMax],
  )
  return rows
}
