import { toParts } from '../date/calendar.ts'
import type { DateTime, Scalar } from './value.ts'

/**
 * The text form of a value: `True` and `False`, numbers without grouping, dates as `M/d/yyyy h:mm:ss tt` in UTC.
 *
 * @example
 * ```ts
 * import { toText } from '@rollcall/expressions'
 *
 * console.log(toText(true), toText(1000), toText(null) === '') // True 1000 true
 * ```
 */
export function toText(value: Scalar): string {
  if (value === null) return ''
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return value ? 'True' : 'False'
    case 'object':
      return printDateTime(value)
    default:
      return printNumber(value)
  }
}

/** A number without exponent: nobody who reads a user name expects one, and the grammar has none. */
function printNumber(value: number | bigint): string {
  const text = String(value)
  if (typeof value === 'bigint' || !text.includes('e')) return text
  return Number.isInteger(value) ? String(BigInt(value)) : value.toFixed(20).replace(/\.?0+$/, '')
}

function printDateTime({ ticks }: DateTime): string {
  const { year, month, day, hour, minute, second } = toParts(ticks)
  const half = hour < 12 ? 'AM' : 'PM'
  return `${month}/${day}/${year} ${hour % 12 || 12}:${twoDigits(minute)}:${twoDigits(second)} ${half}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** The shape of a value for an error message or log: letters become a, digits 9, so that nothing is told. */
export function maskText(text: string): string {
  const shape = text.slice(0, 24).replaceAll(/\p{L}/gu, 'a').replaceAll(/\p{N}/gu, '9')
  return text.length > 24 ? `${shape}…` : shape
}
