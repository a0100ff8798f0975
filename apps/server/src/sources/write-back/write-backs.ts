import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import { toCsvLine } from '../../csv.ts'
import {
  confirmWaiting,
  countWriteBacks,
  retryFailed,
  selectWriteBacks,
  type WriteBackRow,
  type WriteBackState,
} from '../../db/queries/source-write-backs.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from '../source.ts'

export type WriteBack = WriteBackRow

type Filter = { readonly state?: WriteBackState | undefined }

/** In the order of anchors. Throws `sourceNotFound`. */
export async function listWriteBacks(
  db: Queryable,
  name: SourceName,
  { limit, after, state }: PageOf & Filter,
): Promise<Page<WriteBack>> {
  await getSource(db, name)
  const rows = await selectWriteBacks(db, name, { state, after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ anchor }) => anchor)
}

export function countOwnWriteBacks(db: Queryable, name: SourceName, { state }: Filter): Promise<number> {
  return countWriteBacks(db, name, state)
}

const rowsPerPage = 1_000

/** What waits, a line a record, made page by page while it is sent. */
export async function* exportWriteBacks(
  db: Queryable,
  name: SourceName,
  fields: readonly string[],
): AsyncGenerator<string> {
  yield toCsvLine(['anchor', ...fields])
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows = await selectWriteBacks(db, name, { state: 'waiting', after, rowsMax: rowsPerPage })
    yield rows.map((row) => toLine(row, fields)).join('')
    after = rows.length < rowsPerPage ? undefined : rows.at(-1)?.anchor
  }
}

/** The fields that a source is told of, by name. Throws `sourceNotFound`. */
export async function listWrittenFields(db: Queryable, name: SourceName): Promise<readonly string[]> {
  const { settings } = await getSource(db, name)
  return Object.keys(settings.writeBack?.fields ?? {}).toSorted()
}

function toLine({ anchor, fields }: WriteBackRow, names: readonly string[]): string {
  const values: unknown = JSON.parse(fields)
  return toCsvLine([anchor, ...names.map((name) => textAt(values, name))])
}

function textAt(values: unknown, name: string): string | null {
  let at = values
  for (const part of name.split('.'))
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : null
  if (at === null || at === undefined) return null
  return typeof at === 'string' ? at : JSON.stringify(at)
}

/** What waited when a file was made is done. Throws `sourceNotFound`. */
export function confirmWriteBacks(
  database: Database,
  call: Call,
  request: SourceName & { readonly before: Date },
): Promise<number> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    const count = await confirmWaiting(tx, request, { before: request.before, now: call.now })
    const data = { name: source.name, state: 'done', count }
    if (count > 0) await recordSource(tx, call, source, { action: 'source.written_back', data })
    return count
  })
}

/** What failed waits again. Throws `sourceNotFound`. */
export function retryWriteBacks(database: Database, call: Call, name: SourceName): Promise<number> {
  return transaction(database, async (tx) => {
    await getSourceRow(tx, name, { lock: true })
    return retryFailed(tx, name, call.now)
  })
}
