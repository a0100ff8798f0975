import type { SourceSchedule } from '@rollcall/admin-api'
import { CronExpressionParser } from 'cron-parser'
import { AccessError } from '../access/access-error.ts'
import type { Source } from './source.ts'

const minuteMs = 60_000

/** When a source is read by itself the next time after an instant; null: not by itself. Throws `invalidSchedule`. */
export function nextReadAt(source: Pick<Source, 'state' | 'settings'>, after: Date): Date | null {
  const next = nextOf(source.settings.schedule, after)
  return source.state === 'active' ? next : null
}

/** The next times of a schedule, whatever its source is doing. Throws `invalidSchedule`. */
export function listNextReads(schedule: SourceSchedule, after: Date, count: number): readonly Date[] {
  const times: Date[] = []
  for (let at = nextOf(schedule, after); at !== null && times.length < count; at = nextOf(schedule, at)) times.push(at)
  return times
}

function nextOf(schedule: SourceSchedule, after: Date): Date | null {
  switch (schedule.kind) {
    case 'none':
      return null
    case 'interval':
      return new Date(after.getTime() + schedule.minutes * minuteMs)
    case 'cron':
      return nextOfCron(schedule, after)
    default:
      return schedule satisfies never
  }
}

/** In the zone of the schedule: an hour that a change of clocks skips comes when it would have been, one that comes twice once. */
function nextOfCron({ cron, timeZone }: SourceSchedule & { readonly kind: 'cron' }, after: Date): Date {
  try {
    return CronExpressionParser.parse(cron, { currentDate: after, tz: timeZone }).next().toDate()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'it is never due'
    throw new AccessError('invalidSchedule', `The schedule "${cron}" cannot be read: ${message}`, {
      field: 'settings.schedule.cron',
    })
  }
}
