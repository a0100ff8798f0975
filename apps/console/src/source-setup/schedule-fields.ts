import type { RouteAnswer } from '@rollcall/admin-api'

type Schedule = RouteAnswer<'getSource'>['settings']['schedule']

/** How often, in the words of the form: a cron that is no plain daily one stays as it is written. */
export type Rhythm = 'none' | 'interval' | 'daily' | 'weekdays' | 'cron'
export const rhythms: readonly Rhythm[] = ['none', 'interval', 'daily', 'weekdays', 'cron']

export type WrittenSchedule = {
  readonly rhythm: Rhythm
  readonly minutes: number
  /** Such as `06:30`. */
  readonly time: string
  readonly cron: string
  readonly timeZone: string
}

const daily = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5)$/

export function fromSchedule(schedule: Schedule, ownZone: string): WrittenSchedule {
  const first = { rhythm: 'none', minutes: 60, time: '06:00', cron: '0 6 * * *', timeZone: ownZone } as const
  if (schedule.kind === 'interval') return { ...first, rhythm: 'interval', minutes: schedule.minutes }
  if (schedule.kind === 'none') return first
  const { cron, timeZone } = schedule
  const [, minute, hour, days] = daily.exec(cron) ?? []
  if (minute === undefined || hour === undefined) return { ...first, rhythm: 'cron', cron, timeZone }
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  return { ...first, rhythm: days === '*' ? 'daily' : 'weekdays', time, cron, timeZone }
}

export function toSchedule({ rhythm, minutes, time, cron, timeZone }: WrittenSchedule): Schedule {
  if (rhythm === 'none') return { kind: 'none' }
  if (rhythm === 'interval') return { kind: 'interval', minutes }
  if (rhythm === 'cron') return { kind: 'cron', cron: cron.trim().replaceAll(/\s+/g, ' '), timeZone }
  const [hour = '6', minute = '0'] = time.split(':')
  return { kind: 'cron', cron: `${Number(minute)} ${Number(hour)} * * ${rhythm === 'daily' ? '*' : '1-5'}`, timeZone }
}
