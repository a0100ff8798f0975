import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
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

const lineColumns = `organization_id as "organizationId", id, at, connection_id as "connectionId", key_id as "keyId",
  client, ip, method, path, resource_type as "resourceType", resource_id as "resourceId", external_id as "externalId",
  status, scim_type as "scimType", detail, duration_us as "durationUs", rules, changes`

/**
 * Writes a batch with one prepared statement, whatever its length. Arrays are what PostgreSQL takes apart fastest:
 * half the time of a JSON recordset. `isRepeated`: the batch may have been written before, so lines that are there stay.
 */
export async function insertRequestLogRows(
  db: Queryable,
  rows: readonly RequestLogRow[],
  isRepeated = false,
): Promise<void> {
  const values = insertColumns.map(([, , valueOf]) => toArrayText(rows.map(valueOf)))
  await db.query(isRepeated ? insertMissing : insertAll, values)
}

type InsertColumn = readonly [column: string, type: string, valueOf: (row: RequestLogRow) => string | number | null]

const insertColumns: readonly InsertColumn[] = [
  ['organization_id', 'uuid', (row) => row.organizationId],
  ['id', 'uuid', (row) => row.id],
  ['at', 'timestamptz', (row) => row.at.toISOString()],
  ['connection_id', 'uuid', (row) => row.connectionId],
  ['key_id', 'uuid', (row) => row.keyId],
  ['client', 'text', (row) => row.client],
  ['ip', 'text', (row) => row.ip],
  ['method', 'text', (row) => row.method],
  ['path', 'text', (row) => row.path],
  ['resource_type', 'text', (row) => row.resourceType],
  ['resource_id', 'text', (row) => row.resourceId],
  ['external_id', 'text', (row) => row.externalId],
  ['status', 'smallint', (row) => row.status],
  ['scim_type', 'text', (row) => row.scimType],
  ['detail', 'text', (row) => row.detail],
  ['duration_us', 'integer', (row) => row.durationUs],
  // Lists within a list would have to be of one length; a JSON text of each row need not.
  ['rules', 'jsonb', (row) => (row.rules.length === 0 ? null : JSON.stringify(row.rules))],
  ['changes', 'jsonb', (row) => (row.changes === null ? null : JSON.stringify(row.changes))],
  ['request_body', 'text', (row) => row.requestBody],
  ['response_body', 'text', (row) => row.responseBody],
]

const insertNames = insertColumns.map(([column]) => column).join(', ')
const insertText = `insert into request_log (${insertNames})
  select ${insertColumns.map(([column]) => (column === 'rules' ? toTextArray(column) : column)).join(', ')}
  from unnest(${insertColumns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) as r (${insertNames})`

const insertAll = { name: 'request-log-insert', text: insertText }
const insertMissing = { name: 'request-log-insert-missing', text: `${insertText} on conflict do nothing` }

function toTextArray(column: string): string {
  return `case when ${column} is null then '{}' else array(select jsonb_array_elements_text(${column})) end`
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
  const { values, bind, conditions } = toConditions(organizationId, query)
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
  const { values, conditions } = toConditions(organizationId, query)
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from request_log where ${conditions.join(' and ')}` },
    values,
  )
  return rows[0]?.count ?? 0
}

function toConditions(organizationId: string, query: Omit<RequestLogQuery, 'rowsMax' | 'after'>) {
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
      text: `select ${lineColumns}, request_body as "requestBody", response_body as "responseBody"
        from request_log where organization_id = $1 and id = $2`,
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

/** Removes the oldest lines above a size; what a line costs besides its bodies is taken as 300 bytes. */
export async function deleteRequestLogAbove(db: Queryable, organizationId: string, bytesMax: number): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `with sized as (
          select id, sum(300 + octet_length(path) + coalesce(octet_length(request_body), 0)
            + coalesce(octet_length(response_body), 0)) over (order by id desc) as total
          from request_log where organization_id = $1)
        delete from request_log where organization_id = $1
          and id <= (select id from sized where total > $2 order by id desc limit 1)`,
    },
    [organizationId, bytesMax],
  )
  return rowCount
}
