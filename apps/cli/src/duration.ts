import { usageFailure } from './failure.ts'

const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
])

/** `90d`, `1h`, `30m` in milliseconds; undefined when the text is no duration. */
export function findDurationMs(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdw])$/.exec(text)
  const unit = unitMs.get(match?.[2] ?? '')
  return unit === undefined ? undefined : Number(match?.[1]) * unit
}

export function parseDurationMs(text: string, option: string): number {
  const duration = findDurationMs(text)
  if (duration !== undefined) return duration
  throw usageFailure(`${option} takes a duration such as 30m, 24h or 7d, not "${text}"`)
}

/** A point in time, given as such (RFC 3339, or a date) or as a duration away from now. */
export function parseInstant(
  text: string,
  options: { readonly option: string; readonly now: Date; readonly direction: 'past' | 'future' },
): string {
  const duration = findDurationMs(text)
  if (duration !== undefined) {
    const sign = options.direction === 'past' ? -1 : 1
    return new Date(options.now.getTime() + sign * duration).toISOString()
  }
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time))
    throw usageFailure(
      `${options.option} takes a time such as 2026-11-21T09:00:00Z or a duration such as 1h, not "${text}"`,
    )
  return new Date(time).toISOString()
}
