import type { DateTime } from '../value/value.ts'
import { ticksPerDay, ticksPerMillisecond, toDateTime, unixEpochTicks } from './calendar.ts'

/**
 * The instant at which clocks in a zone show what `wall` shows in UTC, or where its day starts or ends there.
 * A time that clocks skip is the moment of the skip's end; of a time that they show twice it is the first.
 */
export function zone(wall: DateTime, timeZone: string, which: 'same' | 'start' | 'end'): DateTime | 'zone' | 'range' {
  const format = findFormat(timeZone)
  if (format === undefined) return 'zone'
  const day = wall.ticks - (wall.ticks % ticksPerDay)
  const ticks = which === 'same' ? wall.ticks : which === 'start' ? day : day + ticksPerDay
  const milliseconds = Number((ticks - unixEpochTicks) / ticksPerMillisecond)
  // Offsets of a day before and a day after: one of them holds, or between them the clocks are turned.
  const candidates = [-1, 1].map((days) => milliseconds - offsetAt(format, milliseconds + days * 86_400_000))
  const shown = candidates.filter((candidate) => candidate + offsetAt(format, candidate) === milliseconds)
  const found = shown.length > 0 ? Math.min(...shown) : Math.max(...candidates)
  return toDateTime(ticks + BigInt(found - milliseconds) * ticksPerMillisecond) ?? 'range'
}

function findFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}

/** How far clocks of the zone are ahead of UTC at an instant, in milliseconds. */
function offsetAt(format: Intl.DateTimeFormat, milliseconds: number): number {
  const parts = new Map(format.formatToParts(milliseconds).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const shown = new Date(0)
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year')
  shown.setUTCFullYear(year, number('month') - 1, number('day'))
  shown.setUTCHours(number('hour'), number('minute'), number('second'))
  return shown.getTime() - Math.floor(milliseconds / 1000) * 1000
}
