/** The end of all days, as HR systems write that there is none: behind it instants as text would no longer stand in their order. */
export const neverAt = '9999-12-31T00:00:00.000Z'
const neverMs = Date.parse(neverAt)

/** Instants that are remembered: a source names the same days and zones over and over. */
const rememberedMax = 10_000
const remembered = new Map<string, string>()

/**
 * When a day begins where somebody works: midnight, or what comes first where clocks skip it. A day that a zone skipped as a whole
 * begins with the next one; the last day of all is `neverAt`. Undefined: there is no such zone.
 */
export function startOfDay(day: Temporal.PlainDate, timeZone: string): string | undefined {
  const key = `${day.toString()} ${timeZone}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  try {
    // Without a time it is the first instant of the day, whatever the clocks do.
    const { epochMilliseconds } = day.toZonedDateTime(timeZone)
    const instant = epochMilliseconds < neverMs ? new Date(epochMilliseconds).toISOString() : neverAt
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(key, instant)
    return instant
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Calendar days as HR systems write them: `2026-11-26`, `20261126`, `2026/11/26`, and the day of a date with a time. */
export function parseDay(text: string): Temporal.PlainDate | undefined {
  const [, year = '', month = '', day = ''] =
    /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?$/.exec(text.trim().replaceAll('/', '-')) ?? []
  if (year === '') return undefined
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    )
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
