import type { DateTime } from '../value/value.ts'
import { ticksPerMinute, toDateTime, toTicks } from './calendar.ts'

const time = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,7})\d*)?)?(?:\s*(?<half>[AaPp][Mm]))?`
const offset = String.raw`\s*(?<offset>[Zz]|[+-]\d{1,2}:?\d{2})`
const isoDate = String.raw`(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})`
const usDate = String.raw`(?<month>\d{1,2})/(?<day>\d{1,2})/(?<year>\d{4})`
const patterns = [isoDate, usDate].map((date) => new RegExp(`^${date}(?:(?:[Tt]|\\s+)${time})?(?:${offset})?$`))

/**
 * The instant that a text says: an ISO date or date-time, or the US form that dates have as text, each with an optional
 * offset, without which it is UTC. Undefined for anything else.
 */
export function parseDateTime(text: string): DateTime | undefined {
  const trimmed = text.trim()
  if (trimmed.length > 64) return undefined
  for (const pattern of patterns) {
    const groups = pattern.exec(trimmed)?.groups
    if (groups !== undefined) return fromGroups(groups)
  }
  return undefined
}

type Groups = { readonly [name: string]: string | undefined }

function fromGroups(groups: Groups): DateTime | undefined {
  const hour = toHour(Number(groups['hour'] ?? 0), groups['half'])
  const minutes = parseOffset(groups['offset'] ?? 'Z')
  if (hour === undefined || minutes === undefined) return undefined
  const ticks = toTicks({
    year: Number(groups['year']),
    month: Number(groups['month']),
    day: Number(groups['day']),
    hour,
    minute: Number(groups['minute'] ?? 0),
    second: Number(groups['second'] ?? 0),
    fraction: Number((groups['fraction'] ?? '').padEnd(7, '0')),
  })
  return ticks === undefined ? undefined : toDateTime(ticks - BigInt(minutes) * ticksPerMinute)
}

/** The hour of the day from an hour of a half day; undefined when there is no such hour. */
export function toHour(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (half.toUpperCase().startsWith('P') ? 12 : 0)
}

/** The minutes of `+08:00`, `-0700`, `+8` or `Z`; undefined beyond 14 hours, as .NET has it. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0
  const digits = text.slice(1).replace(':', '')
  const hours = Number(digits.length > 2 ? digits.slice(0, -2) : digits)
  const minutes = digits.length > 2 ? Number(digits.slice(-2)) : 0
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
