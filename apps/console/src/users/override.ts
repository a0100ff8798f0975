import type { RouteAnswer } from '@rollcall/admin-api'
import { addDays, today, type Day } from '../i18n/day.ts'

type Managed = Pick<RouteAnswer<'getPerson'>, 'locks'>

export function inAWeek(): Day {
  return addDays(today(), 7)
}

/** Its last second where the reader is. */
export function endOf(day: Day): string {
  return new Date(`${day}T23:59:59`).toISOString()
}

/** Whoever a source manages is changed here only by overriding it, to the end of a day. */
export function toOverride({ locks }: Managed, day: Day): { readonly overrideUntil?: string } {
  if (day === '' || !locks.lockedAttributes.includes('active')) return {}
  return { overrideUntil: endOf(day) }
}
