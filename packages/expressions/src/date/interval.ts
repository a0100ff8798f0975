import type { DateTime } from '../value/value.ts'
import {
  daysInMonth,
  ticksPerDay,
  ticksPerHour,
  ticksPerMinute,
  ticksPerSecond,
  toDateTime,
  toParts,
  toTicks,
} from './calendar.ts'

/** The intervals of DateAdd and DateDiff: year, month, day, week, hour, minute, second. */
export const intervals = ['yyyy', 'm', 'd', 'ww', 'h', 'n', 's'] as const

export type Interval = (typeof intervals)[number]

export function isInterval(text: string): text is Interval {
  return intervals.some((interval) => interval === text)
}

const lengths = {
  d: ticksPerDay,
  ww: 7n * ticksPerDay,
  h: ticksPerHour,
  n: ticksPerMinute,
  s: ticksPerSecond,
} as const

/** More than ten thousand years of seconds leads nowhere. */
const amountMax = 400_000_000_000n

/** A date-time moved by so many intervals; months and years keep to the last day. Undefined beyond the years 1 to 9999. */
export function addInterval(interval: Interval, amount: bigint, { ticks }: DateTime): DateTime | undefined {
  if (amount > amountMax || amount < -amountMax) return undefined
  if (interval === 'yyyy') return addMonths(ticks, amount * 12n)
  if (interval === 'm') return addMonths(ticks, amount)
  return toDateTime(ticks + amount * lengths[interval])
}

function addMonths(ticks: bigint, months: bigint): DateTime | undefined {
  const parts = toParts(ticks)
  const total = parts.year * 12 + parts.month - 1 + Number(months)
  const [year, month] = [Math.floor(total / 12), (total % 12) + 1]
  if (year < 1 || year > 9999) return undefined
  const moved = toTicks({ ...parts, year, month, day: Math.min(parts.day, daysInMonth(year, month)) })
  return moved === undefined ? undefined : toDateTime(moved)
}

/**
 * `to` minus `from` by the rules of VB.NET: years and months count boundaries of the calendar, weeks count Sundays,
 * days and smaller cut the elapsed time off toward zero.
 */
export function diffInterval(interval: Interval, from: DateTime, to: DateTime): number {
  switch (interval) {
    case 'yyyy':
      return toParts(to.ticks).year - toParts(from.ticks).year
    case 'm':
      return countMonths(to) - countMonths(from)
    case 'ww':
      return countSundays(to) - countSundays(from)
    default:
      return Number((to.ticks - from.ticks) / lengths[interval])
  }
}

function countMonths({ ticks }: DateTime): number {
  const { year, month } = toParts(ticks)
  return year * 12 + month
}

// 0001-01-01 was a Monday, so that the first Sunday is day 6.
function countSundays({ ticks }: DateTime): number {
  return Math.floor((Number(ticks / ticksPerDay) + 1) / 7)
}
