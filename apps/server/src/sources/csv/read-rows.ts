import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, type Info, parse } from 'csv-parse'
import { SourceError } from '../source-error.ts'

/** A row, and where it begins. */
export type Row = { readonly cells: readonly string[]; readonly line: number }

/** A row that is longer is a quote that somebody forgot. */
const rowCharactersMax = 1024 * 1024

/** The rows of RFC 4180 one after the other; rows may have any number of cells. Throws SourceError. */
export async function* readRows(
  text: AsyncIterable<string>,
  delimiter: string,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    // Files that were joined have several kinds of line ends.
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowCharactersMax,
  })
  // What goes wrong before the parser destroys it with the same error, and reading it throws that.
  const fed = pipeline(Readable.from(text), parser, { signal }).catch(() => {})
  // Ends of lines within the cells so far; the parser counts those of Windows twice.
  let within = 0
  let rows = 0
  try {
    // The parser's types do not know what `info` does to records.
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      rows++
      const line = rows + info.empty_lines + within
      if (info.lines > line) within += countLineEnds(record)
      yield { cells: record, line }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw toSourceError(error, toNumber(error['records']) + toNumber(error['empty_lines']) + within + 1)
  } finally {
    parser.destroy()
    await fed
  }
}

function countLineEnds(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function toSourceError(error: CsvError, line: number): SourceError {
  const place = `line ${line}`
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new SourceError('truncated', 'The file ends within a quoted cell that began here', { place, cause: error })
    case 'INVALID_OPENING_QUOTE':
      return new SourceError('unreadable', 'A quotation mark stands in the middle of a cell that is not quoted', {
        place,
        cause: error,
      })
    case 'CSV_INVALID_CLOSING_QUOTE':
      return new SourceError(
        'unreadable',
        'Behind the end of a quoted cell something follows that is no delimiter; quotes within are doubled',
        { place, cause: error },
      )
    case 'CSV_MAX_RECORD_SIZE':
      return new SourceError('unreadable', `A row has more than ${rowCharactersMax} characters`, {
        place,
        cause: error,
      })
    default:
      return new SourceError('unreadable', error.message, { place, cause: error })
  }
}
