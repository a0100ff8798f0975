import { daysInMonth } from './calendar.ts'
import { weekDay } from './format-parts.ts'
import { parseOffset, toHour } from './parse-date-time.ts'
import { dayNames, monthNames, type PatternPart } from './pattern.ts'
import type { ZonedParts } from './zoned.ts'

/** White space that a text may have beyond its format. */
export type WhiteSpace = { readonly isOuterAllowed: boolean; readonly isInnerAllowed: boolean }

type Reading = {
  readonly text: string
  at: number
  year?: number
  month?: number
  day?: number
  hour?: number
  halfHour?: number
  half?: string
  minute?: number
  second?: number
  fraction?: number
  offset?: number
  weekDay?: number
}

/** Reads a text by the parts of a .NET format exactly; undefined when it does not fit. What the format leaves out is the first. */
export function parseExact(source: string, parts: readonly PatternPart[], space: WhiteSpace): ZonedParts | undefined {
  const reading: Reading = { text: space.isOuterAllowed ? source.trim() : source, at: 0 }
  for (const [index, part] of parts.entries()) {
    if (space.isInnerAllowed) skipSpace(reading)
    const next = parts[index + 1]
    const isRead =
      part.kind === 'literal'
        ? readLiteral(reading, part.text, next, space)
        : readSpecifier(reading, part.letter, part.length)
    if (!isRead) return undefined
  }
  if (space.isInnerAllowed) skipSpace(reading)
  return reading.at === reading.text.length ? finish(reading) : undefined
}

function skipSpace(reading: Reading): void {
  while (/\s/.test(reading.text[reading.at] ?? '')) reading.at++
}

function readLiteral(reading: Reading, text: string, next: PatternPart | undefined, space: WhiteSpace): boolean {
  if (space.isInnerAllowed && text.trim() === '') return true
  if (reading.text.startsWith(text, reading.at)) {
    reading.at += text.length
    // A Z that stands for itself still means UTC to .NET.
    if (text === 'Z' && reading.offset === undefined) reading.offset = 0
    return true
  }
  return text === '.' && next?.kind === 'specifier' && next.letter === 'F'
}

function readSpecifier(reading: Reading, letter: string, length: number): boolean {
  switch (letter) {
    case 'd':
      return length > 2 ? readName(reading, 'weekDay', dayNames, length, 0) : readNumber(reading, 'day', length)
    case 'M':
      return length > 2 ? readName(reading, 'month', monthNames, length, 1) : readNumber(reading, 'month', length)
    case 'y':
      return readYear(reading, length)
    case 'H':
      return readNumber(reading, 'hour', length)
    case 'h':
      return readNumber(reading, 'halfHour', length)
    case 'm':
      return readNumber(reading, 'minute', length)
    case 's':
      return readNumber(reading, 'second', length)
    case 'f':
    case 'F':
      return readFraction(reading, length, letter === 'F')
    case 't':
      return readHalf(reading, length)
    default:
      return readOffset(reading, letter, length)
  }
}

/** The next match of a pattern that begins here, taken. */
function take(reading: Reading, pattern: RegExp): string | undefined {
  pattern.lastIndex = reading.at
  const found = pattern.exec(reading.text)?.[0]
  if (found !== undefined) reading.at += found.length
  return found
}

const oneOrTwoDigits = /\d{1,2}/y
const twoDigits = /\d{2}/y

function readNumber(
  reading: Reading,
  field: 'day' | 'month' | 'hour' | 'halfHour' | 'minute' | 'second',
  length: number,
): boolean {
  const digits = take(reading, length === 1 ? oneOrTwoDigits : twoDigits)
  if (digits === undefined) return false
  reading[field] = Number(digits)
  return true
}

// .NET's two-digit years end with 2049.
function readYear(reading: Reading, length: number): boolean {
  const digits =
    length > 2
      ? take(reading, new RegExp(String.raw`\d{${length}}`, 'y'))
      : take(reading, length === 1 ? oneOrTwoDigits : twoDigits)
  if (digits === undefined) return false
  const year = Number(digits)
  reading.year = length > 2 ? year : year < 50 ? 2000 + year : 1900 + year
  return true
}

function readName(
  reading: Reading,
  field: 'weekDay' | 'month',
  names: readonly string[],
  length: number,
  first: number,
): boolean {
  const rest = reading.text.slice(reading.at, reading.at + 12).toLowerCase()
  const index = names.findIndex((name) => rest.startsWith((length === 3 ? name.slice(0, 3) : name).toLowerCase()))
  if (index === -1) return false
  reading.at += length === 3 ? 3 : (names[index]?.length ?? 0)
  reading[field] = index + first
  return true
}

function readFraction(reading: Reading, length: number, isOptional: boolean): boolean {
  const count = isOptional ? `{0,${length}}` : `{${length}}`
  const digits = take(reading, new RegExp(String.raw`\d${count}`, 'y'))
  if (digits === undefined) return false
  reading.fraction = Number(digits.padEnd(7, '0'))
  return true
}

function readHalf(reading: Reading, length: number): boolean {
  const half = take(reading, length === 1 ? /[AP]/iy : /[AP]M/iy)
  if (half !== undefined) reading.half = half
  return half !== undefined
}

const offsetPatterns: ReadonlyMap<string, RegExp> = new Map([
  ['K1', /Z|[+-]\d{2}:?\d{2}|/y],
  ['z1', /[+-]\d{1,2}/y],
  ['z2', /[+-]\d{2}/y],
  ['z3', /[+-]\d{1,2}:?\d{2}/y],
])

function readOffset(reading: Reading, letter: string, length: number): boolean {
  const pattern = offsetPatterns.get(`${letter}${length}`)
  const text = pattern === undefined ? undefined : take(reading, pattern)
  if (text === undefined) return false
  if (text === '') return true
  const offset = parseOffset(text)
  if (offset !== undefined) reading.offset = offset
  return offset !== undefined
}

function finish(reading: Reading): ZonedParts | undefined {
  const { year = 1, month = 1, day = 1, minute = 0, second = 0, fraction = 0 } = reading
  const hour = reading.hour ?? (reading.halfHour === undefined ? 0 : toHalfDayHour(reading))
  if (hour === undefined || hour > 23 || minute > 59 || second > 59) return undefined
  if (!isDay(year, month, day)) return undefined
  // A weekday that is not the date's own is a mistake in the data.
  if (reading.weekDay !== undefined && reading.day !== undefined && reading.weekDay !== weekDay({ year, month, day }))
    return undefined
  return { year, month, day, hour, minute, second, fraction, offset: reading.offset }
}

function isDay(year: number, month: number, day: number): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

function toHalfDayHour({ halfHour = 0, half }: Reading): number | undefined {
  return half === undefined ? (halfHour > 12 ? undefined : halfHour % 12) : toHour(halfHour, half)
}
