import { DateTime, toText, type Value } from '@rollcall/expressions'

/** A value as the vectors write it: dates by their text form. */
export function toPlain(value: Value): unknown {
  if (value instanceof DateTime) return toText(value)
  if (Array.isArray(value)) return value.map((item: Value) => toPlain(item))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toPlain(part)]))
  return value
}
