/** One part of a .NET date format: a specifier with its length, or characters that stand for themselves. */
export type PatternPart =
  | { readonly kind: 'specifier'; readonly letter: string; readonly length: number }
  | { readonly kind: 'literal'; readonly text: string }

/** What the one-letter formats of .NET mean in the invariant culture. */
const standard: ReadonlyMap<string, string> = new Map([
  ['d', 'MM/dd/yyyy'],
  ['D', 'dddd, dd MMMM yyyy'],
  ['t', 'HH:mm'],
  ['T', 'HH:mm:ss'],
  ['f', 'dddd, dd MMMM yyyy HH:mm'],
  ['F', 'dddd, dd MMMM yyyy HH:mm:ss'],
  ['g', 'MM/dd/yyyy HH:mm'],
  ['G', 'MM/dd/yyyy HH:mm:ss'],
  ['M', 'MMMM dd'],
  ['m', 'MMMM dd'],
  ['o', "yyyy-MM-dd'T'HH:mm:ss.fffffffK"],
  ['O', "yyyy-MM-dd'T'HH:mm:ss.fffffffK"],
  ['R', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"],
  ['r', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"],
  ['s', "yyyy-MM-dd'T'HH:mm:ss"],
  ['u', "yyyy-MM-dd HH:mm:ss'Z'"],
  ['Y', 'yyyy MMMM'],
  ['y', 'yyyy MMMM'],
])

const maximum: ReadonlyMap<string, number> = new Map([
  ['d', 4],
  ['M', 4],
  ['y', 5],
  ['H', 2],
  ['h', 2],
  ['m', 2],
  ['s', 2],
  ['f', 7],
  ['F', 7],
  ['t', 2],
  ['z', 3],
  ['K', 1],
])

/** The parts of a format; a text says what is wrong with it. */
export function parsePattern(format: string): readonly PatternPart[] | string {
  if (format === '') return 'the format is empty'
  if (format.length === 1) {
    const long = standard.get(format)
    return long === undefined ? `"${format}" is no format` : parsePattern(long)
  }
  const parts: PatternPart[] = []
  let at = 0
  while (at < format.length) {
    const part = readPart(format, at)
    if (typeof part === 'string') return part
    parts.push(part.part)
    at = part.end
  }
  return parts
}

type Read = { readonly part: PatternPart; readonly end: number }

function readPart(format: string, at: number): Read | string {
  const letter = format[at] ?? ''
  if (letter === "'" || letter === '"') return readQuoted(format, at)
  if (letter === '\\' || letter === '%') return readEscaped(format, at)
  const most = maximum.get(letter)
  if (most === undefined) return { part: { kind: 'literal', text: letter }, end: at + 1 }
  let end = at + 1
  while (format[end] === letter) end++
  if (end - at > most && (letter === 'f' || letter === 'F')) return `"${letter}" stands more than ${most} times`
  return {
    part: { kind: 'specifier', letter, length: letter === 'K' ? 1 : Math.min(end - at, most) },
    end: letter === 'K' ? at + 1 : end,
  }
}

function readQuoted(format: string, at: number): Read | string {
  const end = format.indexOf(format[at] ?? '', at + 1)
  if (end === -1) return 'a quoted part does not end'
  return { part: { kind: 'literal', text: format.slice(at + 1, end) }, end: end + 1 }
}

function readEscaped(format: string, at: number): Read | string {
  const next = format[at + 1]
  if (next === undefined) return `"${format[at]}" ends the format`
  if (format[at] === '\\') return { part: { kind: 'literal', text: next }, end: at + 2 }
  if (!maximum.has(next)) return `"%" stands before "${next}"`
  return { part: { kind: 'specifier', letter: next, length: 1 }, end: at + 2 }
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** Monday first, as 0001-01-01 was one. */
export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
