import type { JsonObject } from '@rollcall/scim'
import { nothing, parseCopyLine, toCopyField } from '../copy-text.ts'
import type { Database, Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'

/** One request of an identity provider and what it got, without bodies. */
export type RequestLogLine = {
  readonly organizationId: string
  /** A UUIDv7: its order is the order of arrival. */
  readonly id: string
  readonly at: Date
  readonly connectionId: string | null
  readonly keyId: string | null
  readonly client: string | null
  readonly ip: string | null
  readonly method: string
  readonly path: string
  readonly resourceType: string | null
  readonly resourceId: string | null
  readonly externalId: string | null
  readonly status: number
  readonly scimType: string | null
  readonly detail: string | null
  readonly durationUs: number
  /** Leniencies of the profile that fired. */
  readonly rules: readonly string[]
  readonly changes: JsonObject | null
}

/** The same with the bodies that were kept. */
export type RequestLogRow = RequestLogLine & {
  readonly requestBody: string | null
  readonly responseBody: string | null
}

export const lineColumns = `organization_id as "organizationId", id, at, connection_id as "connectionId", key_id as "keyId",
  client, ip, method, path, resource_type as "resourceType", resource_id as "resourceId", external_id as "externalId",
  status, scim_type as "scimType", detail, duration_us as "durationUs", rules, changes`
export const rowColumns = `${lineColumns}, request_body as "requestBody", response_body as "responseBody"`

/**
 * A line as it goes to PostgreSQL: text, so that what waits to be written is no work for the garbage collector.
 * The values are those of `columns`; ids, times and numbers hold nothing that COPY would take for something else.
 */
export function toLogText(row: RequestLogRow): string {
  const who = `${row.organizationId}\t${row.id}\t${row.at.toISOString()}\t${row.connectionId ?? nothing}\t${row.keyId ?? nothing}`
  const asked = `${toCopyField(row.client)}\t${row.ip ?? nothing}\t${toCopyField(row.method)}\t${toCopyField(row.path)}`
  const what = `${toCopyField(row.resourceType)}\t${toCopyField(row.resourceId)}\t${toCopyField(row.externalId)}`
  const how = `${row.status}\t${toCopyField(row.scimType)}\t${toCopyField(row.detail)}\t${row.durationUs}\t${toRules(row.rules)}`
  const changes = row.changes === null ? nothing : toCopyField(JSON.stringify(row.changes))
  return `${who}\t${asked}\t${what}\t${how}\t${changes}\t${toCopyField(row.requestBody)}\t${toCopyField(row.responseBody)}`
}

function toRules(rules: readonly string[]): string {
  return rules.length === 0 ? '{}' : toCopyField(toArrayText(rules))
}

/** Writes a batch of lines, each with a line feed behind it: none may be there yet. */
export async function copyRequestLog(db: Pick<Database, 'copy'>, lines: Buffer): Promise<void> {
  await db.copy(copyText, lines)
}

/** Writes a batch of lines of which some may be there already. */
export async function insertMissingRequestLog(db: Queryable, lines: readonly string[]): Promise<void> {
  const rows = lines.map(parseCopyLine)
  const values = columns.map((_, index) => toArrayText(rows.map((row) => row[index] ?? null)))
  await db.query(insertMissing, values)
}

// In the order in which `toLogText` writes their values.
const columns = [
  ['organization_id', 'uuid'],
  ['id', 'uuid'],
  ['at', 'timestamptz'],
  ['connection_id', 'uuid'],
  ['key_id', 'uuid'],
  ['client', 'text'],
  ['ip', 'text'],
  ['method', 'text'],
  ['path', 'text'],
  ['resource_type', 'text'],
  ['resource_id', 'text'],
  ['external_id', 'text'],
  ['status', 'smallint'],
  ['scim_type', 'text'],
  ['detail', 'text'],
  ['duration_us', 'integer'],
  ['rules', 'text'],
  ['changes', 'jsonb'],
  ['request_body', 'text'],
  ['response_body', 'text'],
] as const

const names = columns.map(([column]) => column).join(', ')
const copyText = `copy request_log (${names}) from stdin`
const insertMissing = {
  name: 'request-log-insert-missing',
  text: `insert into request_log (${names})
    select ${columns.map(([column]) => (column === 'rules' ? 'rules::text[]' : column)).join(', ')}
    from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) as r (${names})
    on conflict do nothing`,
}

export type RequestLogQuery = {
  readonly rowsMax: number
  /** Id of the last line of the page before; the newest come first. */
  readonly after: string | undefined
  readonly status: number | undefined
  /** 4: statuses from 400 to 499. */
  readonly statusClass: number | undefined
  readonly failed: boolean | undefined
  readonly since: Date | undefined
  readonly until: Date | undefined
  readonly method: string | undefined
  /** Our SCIM id or the identity provider's id. */
  readonly resourceId: string | undefined
  readonly path: string | undefined
  readonly connectionId: string | undefined
  readonly keyId: string | undefined
}

export async function selectRequestLog(
  db: Queryable,
  organizationId: string,
  query: RequestLogQuery,
): Promise<readonly RequestLogLine[]> {
  const { values, bind, conditions } = toLineConditions(organizationId, query)
  if (query.after !== undefined) conditions.push(`id < ${bind(query.after)}`)
  const { rows } = await db.query<RequestLogLine>(
    {
      text: `select ${lineColumns} from request_log where ${conditions.join(' and ')}
        order by id desc limit ${bind(query.rowsMax)}`,
    },
    values,
  )
  return rows
}

/** How many lines the whole list has. */
export async function selectRequestLogCount(
  db: Queryable,
  organizationId: string,
  query: Omit<RequestLogQuery, 'rowsMax' | 'after'>,
): Promise<number> {
  const { values, conditions } = toLineConditions(organizationId, query)
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from request_log where ${conditions.join(' and ')}` },
    values,
  )
  return rows[0]?.count ?? 0
}

/** What a line has to be, by the names of its columns; `$1` is the organization. */
export function toLineConditions(organizationId: string, query: Omit<RequestLogQuery, 'rowsMax' | 'after'>) {
  const values: unknown[] = [organizationId]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const conditions = ['organization_id = $1']
  if (query.since !== undefined) conditions.push(`at >= ${bind(query.since)}`)
  if (query.until !== undefined) conditions.push(`at < ${bind(query.until)}`)
  if (query.statusClass !== undefined) conditions.push(`status / 100 = ${bind(query.statusClass)}`)
  if (query.status !== undefined) conditions.push(`status = ${bind(query.status)}`)
  if (query.failed !== undefined) conditions.push(query.failed ? 'status >= 400' : 'status < 400')
  if (query.method !== undefined) conditions.push(`method = ${bind(query.method)}`)
  if (query.resourceId !== undefined) {
    const id = bind(query.resourceId)
    conditions.push(`(resource_id = ${id} or external_id = ${id})`)
  }
  if (query.keyId !== undefined) conditions.push(`key_id = ${bind(query.keyId)}`)
  if (query.connectionId !== undefined) conditions.push(`connection_id = ${bind(query.connectionId)}`)
  if (query.path !== undefined) conditions.push(`position(${bind(query.path)} in path) > 0`)
  return { values, bind, conditions }
}

export async function selectRequest(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<RequestLogRow | undefined> {
  const { rows } = await db.query<RequestLogRow>(
    {
      text: `select ${rowColumns} from request_log where organization_id = $1 and id = $2`,
    },
    [organizationId, id],
  )
  return rows[0]
}

/** Removes at most `rowsMax` lines older than `before`; returns how many. */
export async function deleteRequestLogBefore(
  db: Queryable,
  organizationId: string,
  { before, rowsMax }: { readonly before: Date; readonly rowsMax: number },
): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from request_log where organization_id = $1 and id in
        (select id from request_log where organization_id = $1 and at < $2 order by id limit $3)`,
    },
    [organizationId, before, rowsMax],
  )
  return rowCount
}

/**
 * Removes the oldest lines above a size, packed ones with their pack; what a line costs besides its bodies is taken as 300
 * bytes. Returns how many.
 */
export async function deleteRequestLogAbove(db: Queryable, organizationId: string, bytesMax: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `with sized as (
          select id, sum(bytes) over (order by id desc) as total from (
            select id, 300 + octet_length(path) + coalesce(octet_length(request_body), 0)
              + coalesce(octet_length(response_body), 0) as bytes from request_log where organization_id = $1
            union all
            select last_id, 300 + octet_length(lines) from request_log_reads where organization_id = $1) l),
        last as (select id from sized where total > $2 order by id desc limit 1),
        packs as (delete from request_log_reads where organization_id = $1 and last_id <= (select id from last) returning line_count),
        lines as (delete from request_log where organization_id = $1 and id <= (select id from last) returning id)
        select (select count(*) from lines) + (select coalesce(sum(line_count), 0) from packs)::bigint as count`,
    },
    [organizationId, bytesMax],
  )
  return rows[0]?.count ?? 0
}
