const hourMs = 3_600_000
const dayMs = 24 * hourMs

const lengths = { hour: hourMs, day: dayMs, threeDays: 3 * dayMs, week: 7 * dayMs, month: 30 * dayMs } as const

export const periods = ['hour', 'day', 'threeDays', 'week', 'month', 'custom'] as const

/** A moment as somebody says it; `local` is the time of his own clock, as the field of browsers writes it. */
export type Since = {
  readonly period: (typeof periods)[number]
  readonly local: string
  /** What `local` stands for, which has no seconds, until somebody writes another time. */
  readonly instant?: string | undefined
}

export const lastDay: Since = { period: 'day', local: '' }

/** The moment; undefined while it is not written. */
export function toInstant({ period, local, instant }: Since, now: number): string | undefined {
  if (period !== 'custom') return new Date(now - lengths[period]).toISOString()
  if (instant !== undefined) return instant
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** The other way round, for a moment that is known. */
export function fromInstant(instant: string): Since {
  const at = new Date(instant)
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return { period: 'custom', local: `${date}T${two(at.getHours())}:${two(at.getMinutes())}`, instant }
}
