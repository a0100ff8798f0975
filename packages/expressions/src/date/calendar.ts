import { DateTime } from '../value/value.ts'

/** A wall clock; `fraction` counts ticks of 100 ns. */
export type DateParts = {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly fraction: number
}

export const ticksPerMillisecond = 10_000n
export const ticksPerSecond = 10_000_000n
export const ticksPerMinute = 60n * ticksPerSecond
export const ticksPerHour = 60n * ticksPerMinute
export const ticksPerDay = 24n * ticksPerHour
/** 1970-01-01, counted from 0001-01-01. */
export const unixEpochTicks = 621_355_968_000_000_000n
/** 1601-01-01, where file times begin. */
export const fileTimeEpochTicks = 504_911_232_000_000_000n
/** The first tick of the year 10000. */
const endTicks = 3_155_378_976_000_000_000n
const unixEpochDays = 719_162

/** A date-time, or undefined when it lies beyond the years 1 to 9999. */
export function toDateTime(ticks: bigint): DateTime | undefined {
  return ticks >= 0n && ticks < endTicks ? new DateTime(ticks) : undefined
}

/** The ticks of a wall clock; undefined when there is no such day or time. */
export function toTicks(parts: DateParts): bigint | undefined {
  const { year, month, day, hour, minute, second, fraction } = parts
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const seconds = (toDayNumber(year, month, day) * 24 + hour) * 3600 + minute * 60 + second
  return BigInt(seconds) * ticksPerSecond + BigInt(fraction)
}

/** The wall clock of ticks. */
export function toParts(ticks: bigint): DateParts {
  const days = Number(ticks / ticksPerDay)
  const rest = ticks % ticksPerDay
  const seconds = Number(rest / ticksPerSecond)
  const date = new Date((days - unixEpochDays) * 86_400_000)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: Number(rest % ticksPerSecond),
  }
}

/** Days since 0001-01-01, which was a Monday. */
export function toDayNumber(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() / 86_400_000 + unixEpochDays
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** A JavaScript Date; null when it holds none or lies beyond the years 1 to 9999. */
export function fromDate(date: Date): DateTime | null {
  const milliseconds = date.getTime()
  return Number.isNaN(milliseconds) ? null : (fromMilliseconds(milliseconds) ?? null)
}

export function fromMilliseconds(milliseconds: number): DateTime | undefined {
  return toDateTime(unixEpochTicks + BigInt(Math.trunc(milliseconds)) * ticksPerMillisecond)
}
