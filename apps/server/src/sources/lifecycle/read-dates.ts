import type { SourceRules } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import type { MappedDates } from '../map/mapped.ts'
import { ColumnError } from '../rules/columns.ts'
import { parseDay, startOfDay } from './zoned-days.ts'

type Lifecycle = SourceRules['lifecycle']

/** The instants that the days of a record mean where its person works. Throws ColumnError for a day or a zone that there is none of. */
export function readDates(lifecycle: Lifecycle, record: JsonObject): MappedDates | undefined {
  const { activeFrom, activeUntil, effectiveDate, createDaysAhead } = lifecycle
  const first = readDay(record, activeFrom)
  const last = readDay(record, activeUntil)
  const effective = readDay(record, effectiveDate)
  if (first === undefined && last === undefined && effective === undefined) return undefined
  const begin = (day: Temporal.PlainDate): string => beginOf(lifecycle, record, day)
  return {
    ...(first !== undefined && { from: begin(first), prepare: begin(first.subtract({ days: createDaysAhead })) }),
    // The last day is worked to its end.
    ...(last !== undefined && { until: begin(last.add({ days: 1 })) }),
    ...(effective !== undefined && { effective: begin(effective) }),
  }
}

function readDay(record: JsonObject, column: string | undefined): Temporal.PlainDate | undefined {
  const value = column === undefined ? undefined : record[column]
  if (column === undefined || value === undefined || value === null) return undefined
  const day = typeof value === 'string' || typeof value === 'number' ? parseDay(String(value)) : undefined
  if (day !== undefined) return day
  throw new ColumnError(
    'columnType',
    column,
    `Column "${column}" takes a day such as 2026-11-26, and the value is none`,
  )
}

function beginOf({ timeZone, defaultTimeZone }: Lifecycle, record: JsonObject, day: Temporal.PlainDate): string {
  const named = timeZone === undefined ? undefined : record[timeZone]
  const zone = typeof named === 'string' ? named.trim() : defaultTimeZone
  const instant = startOfDay(day, zone)
  if (instant !== undefined) return instant
  const place = typeof named === 'string' ? `Column "${timeZone ?? ''}"` : 'The default time zone of the rules'
  throw new ColumnError(
    'columnType',
    timeZone ?? 'defaultTimeZone',
    `${place} takes an IANA time zone such as Europe/Berlin`,
  )
}
