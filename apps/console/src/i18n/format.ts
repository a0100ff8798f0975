import { useTranslation } from 'react-i18next'
import { useMemo } from 'react'
import { pseudoLanguage } from './language.ts'

export type Formats = {
  number(value: number): string
  percent(share: number): string
  /** 12 Nov 2026, 14:03 */
  instant(at: string | number | Date): string
  /** 12 Nov 2026 */
  date(at: string | number | Date): string
  /** The moment in UTC, to be copied. */
  utc(at: string | number | Date): string
  /** 3 hours ago; in 2 days */
  relative(at: string | number | Date, now: number): string
  /** 1 h 12 min */
  duration(milliseconds: number): string
  list(texts: readonly string[]): string
  bytes(count: number): string
  compare(a: string, b: string): number
}

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

/** Everything that is written otherwise in each language, by `Intl`. */
export function createFormats(language: string): Formats {
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const instant = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const list = new Intl.ListFormat(language)
  const collator = new Intl.Collator(language, { numeric: true })
  const duration = createDuration(language)
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    instant: (at) => instant.format(new Date(at)),
    date: (at) => date.format(new Date(at)),
    utc: (at) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    relative: (at, now) => {
      const distance = new Date(at).getTime() - now
      const [unit, ms] = steps.find(([, size]) => Math.abs(distance) >= size) ?? ['second', 1_000]
      return relative.format(Math.trunc(distance / ms), unit)
    },
    duration,
    list: (texts) => list.format(texts),
    bytes: (count) => formatBytes(language, count),
    compare: (a, b) => collator.compare(a, b),
  }
}

/** The two largest units that are not nothing. */
function createDuration(language: string): (milliseconds: number) => string {
  const units = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 } as const
  return (milliseconds) => {
    const parts: string[] = []
    let left = Math.max(0, milliseconds)
    for (const [unit, size] of Object.entries(units)) {
      const count =
        unit === 'second' && left < 10_000 && parts.length === 0 ? Math.round(left / 100) / 10 : Math.floor(left / size)
      left -= Math.floor(left / size) * size
      if (count > 0 && parts.length < 2)
        parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count))
    }
    return (
      parts.join(' ') ||
      new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'short' }).format(0)
    )
  }
}

function formatBytes(language: string, count: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log10(count) / 3))
  const unit = units[step] ?? 'byte'
  const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(language, options).format(count / 1000 ** step)
}

export function useFormats(): Formats {
  const language = useLocale()
  return useMemo(() => createFormats(language), [language])
}

/** The language as `Intl` knows it. */
export function useLocale(): string {
  const { i18n } = useTranslation()
  return i18n.language === pseudoLanguage ? 'en' : i18n.language
}
