import { toDayNumber } from './calendar.ts'
import { dayNames, monthNames, type PatternPart } from './pattern.ts'
import type { ZonedParts } from './zoned.ts'

/** A wall clock by the parts of a .NET format, in the invariant culture. */
export function formatParts(parts: readonly PatternPart[], time: ZonedParts): string {
  let text = ''
  for (const part of parts) {
    if (part.kind === 'literal') text += part.text
    else if (part.letter === 'F') text = appendFraction(text, part.length, time)
    else text += formatSpecifier(part.letter, part.length, time)
  }
  return text
}

function formatSpecifier(letter: string, length: number, time: ZonedParts): string {
  switch (letter) {
    case 'd':
      return length > 2 ? shorten(dayNames[weekDay(time)], length) : pad(time.day, length)
    case 'M':
      return length > 2 ? shorten(monthNames[time.month - 1], length) : pad(time.month, length)
    case 'y':
      return length > 2 ? pad(time.year, length) : pad(time.year % 100, length)
    case 'H':
      return pad(time.hour, length)
    case 'h':
      return pad(time.hour % 12 || 12, length)
    case 'm':
      return pad(time.minute, length)
    case 's':
      return pad(time.second, length)
    case 'f':
      return digits(time).slice(0, length)
    case 't':
      return (time.hour < 12 ? 'AM' : 'PM').slice(0, length)
    default:
      return formatOffset(letter, length, time.offset)
  }
}

// `.FFF` prints neither zeros at the end nor, when nothing is left, the point before it.
function appendFraction(text: string, length: number, time: ZonedParts): string {
  const fraction = digits(time).slice(0, length).replace(/0+$/, '')
  if (fraction === '' && text.endsWith('.')) return text.slice(0, -1)
  return text + fraction
}

function formatOffset(letter: string, length: number, offset: number | undefined): string {
  if (letter === 'K' && offset === undefined) return ''
  if (letter === 'K' && offset === 0) return 'Z'
  const minutes = Math.abs(offset ?? 0)
  const sign = (offset ?? 0) < 0 ? '-' : '+'
  const hours = Math.floor(minutes / 60)
  if (letter === 'z' && length < 3) return sign + pad(hours, length)
  return `${sign}${pad(hours, 2)}:${pad(minutes % 60, 2)}`
}

function digits({ fraction }: ZonedParts): string {
  return pad(fraction, 7)
}

/** 0 for Monday. */
export function weekDay({ year, month, day }: Pick<ZonedParts, 'year' | 'month' | 'day'>): number {
  return toDayNumber(year, month, day) % 7
}

function shorten(name: string | undefined, length: number): string {
  return length === 3 ? (name ?? '').slice(0, 3) : (name ?? '')
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
