import { fromDate } from '../date/calendar.ts'
import { DateTime, type Value } from './value.ts'

/** Lists and complex values within each other that are read; deeper ones are null. */
const depthMax = 8

/** A value of a source, which may be anything, as a value of the language. */
export function fromSource(source: unknown, depth = 0): Value {
  if (source === null || depth > depthMax) return null
  switch (typeof source) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return source
    case 'number':
      return Number.isFinite(source) ? source : null
    case 'object':
      return fromObject(source, depth)
    default:
      return null
  }
}

function fromObject(source: object, depth: number): Value {
  if (source instanceof DateTime) return source
  if (source instanceof Date) return fromDate(source)
  // A list holds values: a null in it is none.
  if (Array.isArray(source)) return source.map((item) => fromSource(item, depth + 1)).filter((item) => item !== null)
  return Object.fromEntries(Object.entries(source).map(([name, part]) => [name, fromSource(part, depth + 1)]))
}
