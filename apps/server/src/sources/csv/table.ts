import type { CsvFormat } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import type { SourceEntry } from '../reader.ts'
import { SourceError } from '../source-error.ts'
import type { Row } from './read-rows.ts'

/** Makes entries of rows: knows the header, and what a whole table ends with. */
export type Table = {
  /** Undefined for the header and the trailer. Throws SourceError where the table is not what was agreed. */
  take(row: Row): SourceEntry | undefined
  /** Throws SourceError where the table was cut off. */
  end(text: { readonly endsInLine: boolean }): void
  /** Rows of people so far. */
  rows(): number
  columns(): readonly string[]
}

export function createTable(source: {
  readonly format: CsvFormat
  readonly anchor: string
  readonly expectedColumns: readonly string[]
}): Table {
  const { format } = source
  let columns: readonly string[] | undefined = format.columns
  let rows = 0
  let lastShort: Row | undefined
  let trailer: Row | undefined
  const toEntry = (row: Row, names: readonly string[]): SourceEntry => {
    rows++
    lastShort = row.cells.length < names.length ? row : undefined
    return makeEntry(row, names, source)
  }
  return {
    rows: () => rows,
    columns: () => columns ?? [],
    take: (row) => {
      if (trailer !== undefined)
        throw new SourceError('unreadable', 'Rows follow behind the trailer', { place: `line ${row.line}` })
      if (columns === undefined) {
        columns = readHeader(row, source.expectedColumns)
        return undefined
      }
      if (format.trailer === undefined || row.cells[0] !== format.trailer.mark) return toEntry(row, columns)
      trailer = row
      return undefined
    },
    end: ({ endsInLine }) => {
      if (columns === undefined) throw new SourceError('truncated', 'The file is empty: it has not even a header')
      if (lastShort !== undefined && !endsInLine)
        throw new SourceError('truncated', 'The file ends in the middle of a row', { place: `line ${lastShort.line}` })
      if (format.trailer !== undefined) checkTrailer(format.trailer, trailer, rows)
    },
  }
}

function readHeader({ cells, line }: Row, expected: readonly string[]): readonly string[] {
  const names = cells.map((cell) => cell.trim())
  const place = `line ${line}`
  const empty = names.indexOf('')
  // A delimiter at the end of every line is common, and names nothing.
  if (empty !== -1 && empty < names.length - 1)
    throw new SourceError('columnsChanged', `Column ${empty + 1} of the header has no name`, { place })
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new SourceError('columnsChanged', `The header names "${twice}" twice`, { place })
  const missing = expected.filter((name) => !names.includes(name))
  if (missing.length === 0) return names
  throw new SourceError(
    'columnsChanged',
    `The rules look at ${missing.map((name) => `"${name}"`).join(', ')}, which the header does not have; it has ${names.join(', ').slice(0, 500)}`,
    { place },
  )
}

function makeEntry(
  { cells, line }: Row,
  names: readonly string[],
  source: { readonly format: CsvFormat; readonly anchor: string },
): SourceEntry {
  const place = `line ${line}`
  const attributes = toAttributes(cells, names, source.format)
  const said = attributes[source.anchor]
  const anchor = typeof said === 'string' ? said.trim() : ''
  const bad = { kind: 'bad', anchor: anchor === '' ? undefined : anchor, place } as const
  if (cells.length !== names.length)
    return {
      ...bad,
      attribute: undefined,
      reason: 'cellCount',
      detail: `${cells.length} cells where the header has ${names.length}`,
    }
  if (anchor === '' && source.anchor !== '')
    return { ...bad, attribute: source.anchor, reason: 'anchorMissing', detail: 'Nothing says whose row it is' }
  return { kind: 'record', anchor, attributes, place }
}

/** Without a prototype, since the names of columns are somebody else's. */
function toAttributes(cells: readonly string[], names: readonly string[], format: CsvFormat): JsonObject {
  // Nothing is inherited, so that a column named `__proto__` is a column.
  const attributes = Object.create(null) as JsonObject
  for (const [at, name] of names.entries()) {
    const cell = cells[at]
    if (name === '' || cell === undefined) continue
    Reflect.set(attributes, name, toValue(cell, format))
  }
  return attributes
}

function toValue(cell: string, { nullText, unguard }: CsvFormat): string | null {
  if (cell === '' || cell === nullText) return null
  return unguard && cell.startsWith("'") ? cell.slice(1) : cell
}

function checkTrailer({ mark, countIn }: NonNullable<CsvFormat['trailer']>, row: Row | undefined, rows: number): void {
  if (row === undefined) throw new SourceError('truncated', `The file has no last line that begins with "${mark}"`)
  if (countIn === undefined) return
  const said = row.cells[countIn - 1]?.trim() ?? ''
  if (said !== String(rows))
    throw new SourceError('truncated', `The last line speaks of ${said} rows, and there are ${rows}`, {
      place: `line ${row.line}`,
    })
}
