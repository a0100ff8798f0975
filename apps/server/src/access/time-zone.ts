import type { JsonObject } from '@rollcall/scim'

const timeZoneDefault = 'UTC'

/** Whether it is the name of a time zone of the IANA database. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The organization's setting `timeZone`: where days begin and end for whom nothing else is known. */
export function toTimeZone(stored: JsonObject): string {
  const zone = stored['timeZone']
  return typeof zone === 'string' && isTimeZone(zone) ? zone : timeZoneDefault
}

/** The end of a day, `2026-12-31`, on the clocks of a zone. Throws RangeError for what is no day. */
export function endOfDay(date: string, timeZone: string): Date {
  const next = Temporal.PlainDate.from(date, { overflow: 'reject' }).add({ days: 1 })
  return new Date(next.toZonedDateTime(timeZone).epochMilliseconds)
}
