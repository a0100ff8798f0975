import { parseCopyLine } from '../copy-text.ts'
import type { Database, Queryable } from '../pool.ts'
import { firstIdAt, timeOfId } from '../../id-time.ts'
import { toArrayText } from './array-text.ts'
import { mayBePacked, unpacked } from './packed-line.ts'
import {
  lineColumns,
  rowColumns,
  toLineConditions,
  type RequestLogLine,
  type RequestLogQuery,
  type RequestLogRow,
} from './request-log.ts'

/** Between the first and the last line of a pack, so that a reader knows where it need not look any more. */
export const packSpanMs = 60_000
/** Of the lines of a pack: with its other columns they fill a page of PostgreSQL. */
export const packBytesMax = 7_900
/** Packs that one statement takes apart: a page needs few, a rare line many. */
const packsFirst = 4
const packsMax = 256

const columns = [
  ['organization_id', 'uuid'],
  ['last_id', 'uuid'],
  ['first_id', 'uuid'],
  ['connection_id', 'uuid'],
  ['key_id', 'uuid'],
  ['first_at', 'timestamptz'],
  ['last_at', 'timestamptz'],
  ['line_count', 'integer'],
  ['lines', 'text'],
] as const

const names = columns.map(([column]) => column).join(', ')
const copyText = `copy request_log_reads (${names}) from stdin`
const insertMissing = {
  name: 'packed-reads-insert-missing',
  text: `insert into request_log_reads (${names})
    select * from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')})
    on conflict do nothing`,
}

/** Writes packs, each a line as COPY reads it: none may be there yet. */
export async function copyPackedReads(db: Pick<Database, 'copy'>, lines: Buffer): Promise<void> {
  await db.copy(copyText, lines)
}

/** Writes packs of which some may be there already. */
export async function insertMissingPackedReads(db: Queryable, lines: readonly string[]): Promise<void> {
  const rows = lines.map(parseCopyLine)
  await db.query(
    insertMissing,
    columns.map((_, index) => toArrayText(rows.map((row) => row[index] ?? null))),
  )
}

type Filters = Omit<RequestLogQuery, 'rowsMax' | 'after'>

/** The packed lines of a page, the newest first. */
export async function selectPackedReads(
  db: Queryable,
  organizationId: string,
  query: RequestLogQuery,
): Promise<readonly RequestLogLine[]> {
  if (!mayBePacked(query)) return []
  let found: readonly RequestLogLine[] = []
  let below: string | undefined
  for (let packs = packsFirst; ; packs = Math.min(packs * 2, packsMax)) {
    const above = found.length < query.rowsMax ? undefined : found.at(-1)?.id
    const ids = await selectPacks(db, organizationId, { query, below, above, packs })
    if (ids.length > 0) found = toPage([...found, ...(await unpack(db, organizationId, { query, ids }))], query.rowsMax)
    if (ids.length < packs) return found
    below = ids.at(-1)
  }
}

/** The newest `rowsMax` of lines from several places. */
export function toPage(lines: readonly RequestLogLine[], rowsMax: number): readonly RequestLogLine[] {
  return lines.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rowsMax)
}

type Step = {
  readonly query: RequestLogQuery
  /** Id of the last pack that was looked at. */
  readonly below: string | undefined
  /** Id of the last line of a page that is full: only a pack that ends behind it can hold a newer one. */
  readonly above: string | undefined
  readonly packs: number
}

/** Ids of the next packs that may hold lines of the page. */
async function selectPacks(
  db: Queryable,
  organizationId: string,
  { query, below, above, packs }: Step,
): Promise<readonly string[]> {
  const { values, bind, conditions } = toPackConditions(organizationId, query)
  if (query.after !== undefined) {
    conditions.push(`p.first_id < ${bind(query.after)}`)
    // What the index is entered by.
    if (below === undefined) conditions.push(`p.last_id < ${bind(firstIdAt(timeOfId(query.after) + packSpanMs + 1))}`)
  }
  if (below !== undefined) conditions.push(`p.last_id < ${bind(below)}`)
  if (above !== undefined) conditions.push(`p.last_id > ${bind(above)}`)
  const { rows } = await db.query<{ id: string }>(
    {
      text: `select p.last_id as id from request_log_reads p where ${conditions.join(' and ')}
        order by p.last_id desc limit ${bind(packs)}`,
    },
    values,
  )
  return rows.map(({ id }) => id)
}

async function unpack(
  db: Queryable,
  organizationId: string,
  { query, ids }: { readonly query: RequestLogQuery; readonly ids: readonly string[] },
): Promise<readonly RequestLogLine[]> {
  const { values, bind, conditions } = toLineConditions(organizationId, query)
  if (query.after !== undefined) conditions.push(`id < ${bind(query.after)}`)
  const { rows } = await db.query<RequestLogLine>(
    {
      text: `select ${lineColumns} from (select l.* from request_log_reads p cross join lateral ${unpacked} l
          where p.organization_id = $1 and p.last_id = any(${bind(ids)}::uuid[])) l
        where ${conditions.join(' and ')} order by id desc limit ${bind(query.rowsMax)}`,
    },
    values,
  )
  return rows
}

/** How many packed lines the whole list has: packs that match as a whole are not taken apart. */
export async function selectPackedReadCount(db: Queryable, organizationId: string, query: Filters): Promise<number> {
  if (!mayBePacked(query)) return 0
  const { values, bind, conditions } = toLineConditions(organizationId, query)
  const packs = toPackConditions(organizationId, query, { values, bind })
  const whole = [query.resourceId === undefined && query.path === undefined ? 'true' : 'false']
  if (query.since !== undefined) whole.push(`p.first_at >= ${bind(query.since)}`)
  if (query.until !== undefined) whole.push(`p.last_at < ${bind(query.until)}`)
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select coalesce(sum(case when ${whole.join(' and ')} then p.line_count
          else (select count(*) from ${unpacked} l where ${conditions.join(' and ')}) end), 0)::bigint as count
        from request_log_reads p where ${packs.conditions.join(' and ')}`,
    },
    values,
  )
  return rows[0]?.count ?? 0
}

/** What the packs of matching lines have in common. A text that is looked for is looked for in the whole pack first. */
function toPackConditions(
  organizationId: string,
  query: Filters,
  given?: Pick<ReturnType<typeof toLineConditions>, 'values' | 'bind'>,
) {
  const values: unknown[] = given?.values ?? [organizationId]
  const bind = given?.bind ?? ((value: unknown): string => `$${values.push(value)}`)
  const conditions = ['p.organization_id = $1']
  if (query.since !== undefined) conditions.push(`p.last_at >= ${bind(query.since)}`)
  if (query.until !== undefined) conditions.push(`p.first_at < ${bind(query.until)}`)
  if (query.connectionId !== undefined) conditions.push(`p.connection_id = ${bind(query.connectionId)}`)
  if (query.keyId !== undefined) conditions.push(`p.key_id = ${bind(query.keyId)}`)
  for (const text of [query.resourceId, query.path])
    if (text !== undefined) conditions.push(`position(${bind(text)}::text in p.lines) > 0`)
  return { values, bind, conditions }
}

export async function selectPackedRead(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<RequestLogRow | undefined> {
  const { rows } = await db.query<RequestLogRow>(
    {
      text: `select ${rowColumns} from (select l.* from request_log_reads p cross join lateral ${unpacked} l
          where p.organization_id = $1 and p.last_id >= $2 and p.last_id < $3 and p.first_id <= $2
            and position($4::text in p.lines) > 0) l
        where id = $2`,
    },
    [organizationId, id, firstIdAt(timeOfId(id) + packSpanMs + 1), id],
  )
  return rows[0]
}

/** Removes at most `packsMax` packs all lines of which are older than `before`; returns how many, and of how many lines. */
export async function deletePackedReadsBefore(
  db: Queryable,
  organizationId: string,
  options: { readonly before: Date; readonly packsMax: number },
): Promise<{ readonly packs: number; readonly lines: number }> {
  const { rows } = await db.query<{ line_count: number }>(
    {
      text: `delete from request_log_reads where organization_id = $1 and last_id in
        (select last_id from request_log_reads where organization_id = $1 and last_at < $2 order by last_id limit $3)
        returning line_count`,
    },
    [organizationId, options.before, options.packsMax],
  )
  return { packs: rows.length, lines: rows.reduce((sum, row) => sum + row.line_count, 0) }
}
