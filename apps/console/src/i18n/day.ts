/** A day without a time or a zone: `2027-01-31`. */
export type Day = string

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const dayMs = 86_400_000

/** As people of the language write it in figures: 31/01/2027, 2027. 1. 31. */
export function formatDay(day: Day, language: string): string {
  const format = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'UTC',
  })
  return format.format(toDate(day))
}

/** What somebody typed, in the order of the language or as ISO 8601; undefined when it is no day. */
export function parseDay(text: string, language: string): Day | undefined {
  const trimmed = text.trim()
  const [, year, month, day] = iso.exec(trimmed) ?? []
  if (year !== undefined) return toDay(Number(year), Number(month), Number(day))
  const figures = trimmed.match(/\d+/g) ?? []
  if (figures.length !== 3) return undefined
  const order = orderOf(language)
  const valueOf = (part: Part): number => Number(figures[order.indexOf(part)])
  // Two figures of a year would be a guess at the century.
  return figures[order.indexOf('year')]?.length === 4
    ? toDay(valueOf('year'), valueOf('month'), valueOf('day'))
    : undefined
}

/** Whether people of the language write the year, the month or the day first. */
export function orderOf(language: string): readonly Part[] {
  const parts = new Intl.DateTimeFormat(language, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts()
  return parts.flatMap(({ type }) => (type === 'year' || type === 'month' || type === 'day' ? [type] : []))
}

type Part = 'year' | 'month' | 'day'

export function addDays(day: Day, count: number): Day {
  return fromDate(new Date(toDate(day).getTime() + count * dayMs))
}

/** The same day of another month, or its last one where it has none such. */
export function addMonths(day: Day, count: number): Day {
  const date = toDate(day)
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(date.getUTCDate(), last))
  return fromDate(first)
}

/** The weeks of the month of a day, each of seven days, beginning as the language's people begin a week. */
export function weeksOf(day: Day, firstWeekday: number): readonly (readonly Day[])[] {
  const first = `${day.slice(0, 8)}01`
  const offset = (weekdayOf(first) - firstWeekday + 7) % 7
  const start = addDays(first, -offset)
  const weeks = Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (__, index) => addDays(start, week * 7 + index)),
  )
  return weeks.filter((week) => week.some((each) => each.slice(0, 7) === day.slice(0, 7)))
}

/** 1: Monday to 7: Sunday, as ISO 8601 counts. */
export function weekdayOf(day: Day): number {
  return toDate(day).getUTCDay() || 7
}

/** On which of these a week begins: Monday in France, Sunday in Korea. */
export function firstWeekdayOf(language: string): number {
  // Not every browser has it, and the types of none do.
  const locale: Intl.Locale & { getWeekInfo?(): { readonly firstDay: number } } = new Intl.Locale(language).maximize()
  return locale.getWeekInfo?.().firstDay ?? 1
}

/** Today where the reader is. */
export function today(now = new Date()): Day {
  return fromDate(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())))
}

export function toDate(day: Day): Date {
  return new Date(`${day}T00:00:00Z`)
}

function fromDate(date: Date): Day {
  return date.toISOString().slice(0, 10)
}

function toDay(year: number, month: number, day: number): Day | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal && year >= 1000 ? fromDate(date) : undefined
}
