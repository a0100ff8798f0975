import { printable, toCell, widthOf } from './text.ts'

export const outputFormats = ['table', 'json', 'jsonl', 'yaml', 'csv'] as const
export type OutputFormat = (typeof outputFormats)[number]

/** A thing as the API answers it. */
export type Item = Readonly<Record<string, unknown>>

export type Listing = { readonly data: readonly Item[]; readonly nextCursor: string | null; readonly total?: number }

/** Columns of the table; the other formats carry every field. */
export type Columns = readonly string[]

export function formatList(
  listing: Listing,
  options: { readonly format: OutputFormat; readonly columns: Columns; readonly hasColor: boolean },
): string {
  const { data } = listing
  switch (options.format) {
    case 'json':
      return `${JSON.stringify(listing)}\n`
    case 'jsonl':
      return data.map((item) => `${JSON.stringify(item)}\n`).join('')
    case 'yaml':
      return data.length === 0 ? '[]\n' : `${toYaml(data, '')}\n`
    case 'csv':
      return formatCsv(data, options.columns)
    case 'table':
      return formatTable(data, options)
    default:
      return options.format satisfies never
  }
}

export function formatItem(item: Item, format: OutputFormat, columns: Columns): string {
  switch (format) {
    case 'json':
    case 'jsonl':
      return `${JSON.stringify(item)}\n`
    case 'yaml':
      return `${toYaml(item, '')}\n`
    case 'csv':
      return formatCsv([item], columns)
    case 'table':
      return formatFields(item)
    default:
      return format satisfies never
  }
}

/** Names and values, one a line; values of several lines are indented below their name. */
export function formatFields(item: Item): string {
  const entries = Object.entries(item).filter(([, value]) => toCell(value) !== '')
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  const lines = entries.map(([name, value]) => {
    const text = printable(toCell(value))
    return text.includes('\n') ? `${name}\n${indent(text)}` : `${name.padEnd(width)}  ${text}`
  })
  return lines.map((line) => `${line}\n`).join('')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

function formatTable(
  data: readonly Item[],
  { columns, hasColor }: { readonly columns: Columns; readonly hasColor: boolean },
): string {
  const rows = data.map((item) => columns.map((name) => printable(toCell(item[name])).replaceAll('\n', ' ')))
  const heads = columns.map((name) => name.replace(/([A-Z])/g, ' $1').toUpperCase())
  const widths = heads.map((head, column) => Math.max(widthOf(head), ...rows.map((row) => widthOf(row[column] ?? ''))))
  const toLine = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd()
  const head = hasColor ? `\u001b[1m${toLine(heads)}\u001b[22m` : toLine(heads)
  return [head, ...rows.map(toLine)].map((line) => `${line}\n`).join('')
}

/** RFC 4180, every field of the first kind of column; a cell that a spreadsheet would compute starts with an apostrophe. */
function formatCsv(data: readonly Item[], columns: Columns): string {
  const names = [...new Set([...columns, ...data.flatMap((item) => Object.keys(item))])]
  const lines = [names, ...data.map((item) => names.map((name) => guardFormula(toCell(item[name]))))]
  return lines.map((cells) => `${cells.map(quoteCell).join(',')}\r\n`).join('')
}

// A spreadsheet would compute what begins so. An apostrophe is doubled: taking one away from every cell that begins with
// one gives back what was there.
function guardFormula(text: string): string {
  return /^['=+\-@\t\r\n]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text
}

/** What stood there before it was guarded; an apostrophe before anything else was typed by somebody and stays. */
export function withoutGuard(text: string): string {
  return /^'['=+\-@\t\r\n]/.test(text) ? text.slice(1) : text
}

function quoteCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** YAML 1.2 in block style; text is always quoted as JSON, which YAML 1.2 contains, so nothing can be misread. */
function toYaml(value: unknown, prefix: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return value.map((item) => `${prefix}- ${toYaml(item, `${prefix}  `).trimStart()}`).join('\n')
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return '{}'
  return entries.map(([name, item]) => `${prefix}${yamlKey(name)}:${yamlMember(item, prefix)}`).join('\n')
}

function yamlMember(value: unknown, prefix: string): string {
  const text = toYaml(value, `${prefix}  `)
  const isBlock = typeof value === 'object' && value !== null && text !== '[]' && text !== '{}'
  return isBlock ? `\n${text}` : ` ${text}`
}

function yamlKey(name: string): string {
  return /^[a-zA-Z][a-zA-Z0-9]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(name)
}
