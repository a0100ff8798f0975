import type { CsvFormat } from '@rollcall/admin-api'
import type { FilePlace, SourceFile } from '../file.ts'
import { sampleMax, type ReadRequest, type SourceEntry, type SourcePage, type SourceReader } from '../reader.ts'
import { SourceError } from '../source-error.ts'
import { findDelimiter } from './find-delimiter.ts'
import { readRows, type Row } from './read-rows.ts'
import { createTable } from './table.ts'
import { type FileText, textOfFile } from './text-of-file.ts'

const pageEntries = 1_000
/** A page with so much in it has fewer. */
const pageCharacters = 8 * 1024 * 1024

export type CsvSource = {
  readonly place: FilePlace
  readonly format: CsvFormat
  /** The column that names a record. */
  readonly anchor: string
  /** Columns that the rules look at: a file without one of them is not what was agreed. */
  readonly expectedColumns: readonly string[]
}

/**
 * Reads people from a table of comma-separated values, page by page, however large. There is no delta: who is left out is
 * absent. A file that was cut off, or is no such table, ends in a SourceError and nobody counts as absent; one row with
 * a wrong number of cells is a bad entry.
 */
export function createCsvReader(source: CsvSource): SourceReader {
  return {
    abilities: { canDelta: false, tellsDeletions: false },
    read: (request) => readPages(source, request),
    probe: (signal) => readSample(source, signal),
  }
}

async function readSample(source: CsvSource, signal: AbortSignal): ReturnType<SourceReader['probe']> {
  const file = await source.place.open({ known: undefined, signal })
  if (file === 'unchanged') return { sample: [], columns: [] }
  const sample: SourceEntry[] = []
  // Whoever looks for the first time has no rules yet.
  const table = createTable({ ...source, expectedColumns: [] })
  const text = textOfFile(file, source.format.encoding)
  const found = await findDelimiter(text.chunks, source.format.delimiter)
  for await (const row of readRows(found.text, found.delimiter, signal)) {
    const entry = table.take(row)
    if (entry !== undefined) sample.push(entry)
    if (sample.length >= sampleMax) break
  }
  const encoding = text.encoding()
  const format = encoding === undefined ? {} : { format: { encoding, delimiter: found.delimiter } }
  return { sample, columns: table.columns(), ...format }
}

async function* readPages(source: CsvSource, request: ReadRequest): AsyncGenerator<SourcePage> {
  const { signal, cursor, checkpoint } = request
  const file = await source.place.open({ known: cursor === undefined ? identityOf(checkpoint) : undefined, signal })
  if (file === 'unchanged') {
    yield { entries: [], cursor, progress: { done: 0, total: 0 }, end: { checkpoint, isUnchanged: true } }
    return
  }
  const skipped = rowsBefore(file, cursor)
  const text = textOfFile(file, source.format.encoding)
  const table = createTable(source)
  const { identity, sizeBytes } = file
  let entries: SourceEntry[] = []
  let characters = 0
  const toPage = (): SourcePage => ({
    entries,
    cursor: identity === undefined ? undefined : { identity, rows: table.rows() },
    progress: { done: text.doneBytes(), total: sizeBytes },
  })
  for await (const row of rowsOf(text, source.format, signal)) {
    const entry = table.take(row)
    if (entry === undefined || table.rows() <= skipped) continue
    entries.push(entry)
    for (const cell of row.cells) characters += cell.length
    if (entries.length < pageEntries && characters < pageCharacters) continue
    yield toPage()
    entries = []
    characters = 0
  }
  table.end({ endsInLine: text.endsInLine() })
  yield { ...toPage(), end: { checkpoint: identity === undefined ? undefined : { identity } } }
}

/** Rows that were written before the read broke off; the file must still be the same. */
function rowsBefore(file: SourceFile, cursor: ReadRequest['cursor']): number {
  if (cursor === undefined) return 0
  const rows = cursor['rows']
  if (file.identity !== undefined && identityOf(cursor) === file.identity && typeof rows === 'number') return rows
  throw new SourceError('checkpointLost', 'Another file is there than when the read began: it begins anew', {
    place: file.name,
  })
}

function identityOf(kept: ReadRequest['cursor']): string | undefined {
  const identity = kept?.['identity']
  return typeof identity === 'string' ? identity : undefined
}

async function* rowsOf(text: FileText, format: CsvFormat, signal: AbortSignal): AsyncGenerator<Row> {
  const found = await findDelimiter(text.chunks, format.delimiter)
  yield* readRows(found.text, found.delimiter, signal)
}
