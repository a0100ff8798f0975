import type { SqlPull } from '@rollcall/admin-api'
import type { Json, JsonObject } from '@rollcall/scim'
import {
  connectForeign,
  type ForeignConnection,
  type ForeignDatabase,
  type ForeignPage,
  type ForeignRow,
} from '../../db/foreign-postgres.ts'
import { OutboundError } from '../../outbound-fetch.ts'
import { sampleMax, type ReadRequest, type SourceEntry, type SourcePage, type SourceReader } from '../reader.ts'
import { SourceError } from '../source-error.ts'
import { toSqlError } from './sql-error.ts'

const rowsPerPage = 1_000

export type SqlSource = {
  readonly pull: SqlPull
  readonly credentials: { readonly user: string; readonly password: string }
  readonly anchor: string
}

export type SqlReaderParts = {
  /** Finds the address of a host that may be reached. Throws OutboundError. */
  readonly reach: (host: string, isPlain: boolean) => Promise<{ readonly address: string }>
}

/** Reads people from a PostgreSQL of somebody else: by key, page by page, or what changed by a column that grows. */
export function createSqlReader(source: SqlSource, parts: SqlReaderParts): SourceReader {
  const { delta, deletedAt } = source.pull
  return {
    abilities: { canDelta: delta !== undefined, tellsDeletions: deletedAt !== undefined },
    read: (request) => readPages(source, parts, request),
    probe: (signal) =>
      withConnection(source, parts, signal, async (connection) => {
        const page = { query: source.pull.query, order: [source.pull.key], after: undefined, from: undefined }
        const { rows, columns } = await connection.readPage({ ...page, rowsMax: sampleMax })
        return { sample: rows.map((row) => toEntry(source, row)), columns }
      }),
  }
}

async function* readPages(source: SqlSource, parts: SqlReaderParts, request: ReadRequest): AsyncGenerator<SourcePage> {
  const connection = await open(source, parts)
  const stop = (): void => void connection.close().catch(() => {})
  request.signal.addEventListener('abort', stop)
  try {
    yield* readFrom(source, connection, request)
  } catch (error) {
    throw toSqlError(error, source.pull)
  } finally {
    request.signal.removeEventListener('abort', stop)
    await connection.close().catch(() => {})
  }
}

async function* readFrom(
  source: SqlSource,
  connection: ForeignConnection,
  { mode, checkpoint, cursor }: ReadRequest,
): AsyncGenerator<SourcePage> {
  const { pull } = source
  const isDelta = mode === 'delta' && pull.delta !== undefined
  const begun = textOf(cursor?.['begun']) ?? (await findBeginning(pull, connection))
  const order = isDelta && pull.delta !== undefined ? [pull.delta.column, pull.key] : [pull.key]
  const from = isDelta ? toSince(pull, textOf(checkpoint?.['begun'])) : undefined
  let after = toAfter(cursor, order.length)
  let done = typeof cursor?.['done'] === 'number' ? cursor['done'] : 0
  for (;;) {
    const page: ForeignPage = { query: pull.query, order, after, from, rowsMax: rowsPerPage }
    // Each page depends on where the one before ended.
    const { rows } = await connection.readPage(page)
    done += rows.length
    const last = rows.at(-1)
    after = last === undefined ? after : order.map((column) => toKey(last, column))
    const isEnd = rows.length < rowsPerPage
    yield {
      entries: rows.map((row) => toEntry(source, row)),
      cursor: after === undefined ? undefined : { after, done, ...(begun !== undefined && { begun }) },
      progress: { done, total: undefined },
      ...(isEnd && { end: { checkpoint: begun === undefined ? undefined : { begun } } }),
    }
    if (isEnd) return
  }
}

/** Where the next delta begins: before this read looked at anything. */
async function findBeginning({ delta, query }: SqlPull, connection: ForeignConnection): Promise<string | undefined> {
  if (delta === undefined) return undefined
  if (delta.kind === 'time') return await connection.readTime()
  return (await connection.readMaximum(query, delta.column)) ?? undefined
}

function toSince({ delta }: SqlPull, begun: string | undefined): string | undefined {
  if (delta === undefined || begun === undefined) return undefined
  if (delta.kind === 'number') return String(BigInt(begun) - BigInt(delta.overlap))
  return new Date(Date.parse(begun) - delta.overlap * 60_000).toISOString()
}

function toKey(row: ForeignRow, column: string): string {
  const value = row[column]
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  const problem = value === undefined ? 'is no column of the query' : 'is null or no text, number or date in some row'
  throw new SourceError('misconfigured', `Pages cannot go by "${column}": it ${problem}`)
}

function toEntry({ pull, anchor: anchorAt }: SqlSource, row: ForeignRow): SourceEntry {
  const place = `${pull.key} ${toScalarText(row[pull.key])}`
  const anchor = toScalarText(row[anchorAt]).trim()
  if (anchor === '' && anchorAt !== '')
    return {
      kind: 'bad',
      anchor: undefined,
      place,
      attribute: anchorAt,
      reason: 'anchorMissing',
      detail: 'Nothing says whose row it is',
    }
  const gone = pull.deletedAt === undefined ? null : row[pull.deletedAt]
  if (gone !== null && gone !== undefined && gone !== false && gone !== 0 && gone !== '')
    return { kind: 'deleted', anchor, place }
  return { kind: 'record', anchor, attributes: toAttributes(row), place }
}

function toScalarText(value: ForeignRow[string] | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function toAttributes(row: ForeignRow): JsonObject {
  // Nothing is inherited, since the names are somebody else's; values are what JSON has (db/foreign-postgres.ts).
  return Object.assign(Object.create(null) as JsonObject, row)
}

function toAfter(cursor: JsonObject | undefined, count: number): readonly string[] | undefined {
  const after = cursor?.['after']
  const texts = Array.isArray(after) ? after.filter((value) => typeof value === 'string') : []
  return texts.length === count ? texts : undefined
}

async function withConnection<Value>(
  source: SqlSource,
  parts: SqlReaderParts,
  signal: AbortSignal,
  work: (connection: ForeignConnection) => Promise<Value>,
): Promise<Value> {
  const connection = await open(source, parts)
  const stop = (): void => void connection.close().catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    return await work(connection)
  } catch (error) {
    throw toSqlError(error, source.pull)
  } finally {
    signal.removeEventListener('abort', stop)
    await connection.close().catch(() => {})
  }
}

async function open({ pull, credentials }: SqlSource, { reach }: SqlReaderParts): Promise<ForeignConnection> {
  const isPlain = pull.tls === 'off'
  try {
    const { address } = await reach(pull.host, isPlain)
    const place: ForeignDatabase = {
      ...pull,
      ...credentials,
      address,
      tlsName: isPlain ? undefined : pull.host,
      ca: pull.ca,
    }
    return await connectForeign(place)
  } catch (error) {
    if (error instanceof OutboundError) throw new SourceError('misconfigured', error.message, { cause: error })
    throw toSqlError(error, pull)
  }
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
