import { formatParts } from '../date/format-parts.ts'
import { toParts } from '../date/calendar.ts'
import { parseDateTime } from '../date/parse-date-time.ts'
import { parsePattern } from '../date/pattern.ts'
import { ExpressionError } from '../errors.ts'
import { type Numeric, parseNumeric } from '../value/number.ts'
import { maskText, toText } from '../value/text.ts'
import { DateTime, isComplex, isList, type Scalar, type Value } from '../value/value.ts'
import type { SchemaAttribute } from './schema.ts'

/** JSON, as a target takes it. */
export type TargetValue =
  | null
  | string
  | number
  | boolean
  | readonly TargetValue[]
  | { readonly [name: string]: TargetValue }

/**
 * A value as the target attribute takes it: texts that say True, a number or a date become that, dates become ISO 8601.
 * Throws `BadType` for what does not fit and `MultiValue` for a list in a place for one value.
 *
 * @example
 * ```ts
 * import { toTargetValue } from '@rollcall/expressions'
 *
 * console.log(toTargetValue('False', { name: 'active', type: 'boolean' })) // false
 * console.log(toTargetValue('8/25/2021 5:41:18 PM', { name: 'start', type: 'dateTime' })) // 2021-08-25T17:41:18Z
 * ```
 */
export function toTargetValue(value: Value, attribute: SchemaAttribute): TargetValue {
  if (value === null) return null
  if (!isList(value)) {
    const single = toSingle(value, attribute)
    return attribute.isMultiValued && single !== null ? [single] : single
  }
  if (attribute.isMultiValued) return value.map((item) => toSingle(item, attribute)).filter((item) => item !== null)
  throw new ExpressionError('MultiValue', `${attribute.name} takes one value and the mapping yields ${value.length}`)
}

function toSingle(value: Value, attribute: SchemaAttribute): TargetValue {
  if (isComplex(value) || isList(value)) {
    if (attribute.type === 'complex') return toPlain(value)
    throw new ExpressionError('BadType', `${attribute.name} takes no complex value`)
  }
  if (attribute.type === 'complex') throw refuse(value, attribute)
  if (attribute.type === 'string' || attribute.type === 'reference' || attribute.type === 'binary') return toText(value)
  // An empty text is no value of the other types.
  if (value === null || value === '') return null
  const converted = convert(value, attribute.type)
  if (converted === undefined) throw refuse(value, attribute)
  return converted
}

function convert(value: Scalar, type: 'boolean' | 'integer' | 'decimal' | 'dateTime'): TargetValue | undefined {
  switch (type) {
    case 'boolean':
      return toBoolean(value)
    case 'integer':
    case 'decimal':
      return typeof value === 'boolean' ? undefined : toNumber(parseNumeric(value), type)
    case 'dateTime': {
      const instant = value instanceof DateTime ? value : parseDateTime(toText(value))
      return instant && printIso(instant)
    }
    default:
      return type satisfies never
  }
}

function toBoolean(value: Scalar): boolean | undefined {
  if (typeof value === 'boolean') return value
  const text = toText(value).trim().toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : undefined
}

// What JSON cannot write as a number goes as text, as file times do.
function toNumber(number: Numeric | undefined, type: 'integer' | 'decimal'): TargetValue | undefined {
  if (typeof number === 'bigint') return String(number)
  return type === 'integer' && !Number.isInteger(number) ? undefined : number
}

function printIso({ ticks }: DateTime): string {
  const pattern = parsePattern("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'")
  return typeof pattern === 'string' ? pattern : formatParts(pattern, { ...toParts(ticks), offset: 0 })
}

function toPlain(value: Value): TargetValue {
  if (isList(value)) return value.map(toPlain)
  if (isComplex(value)) return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toPlain(part)]))
  if (value instanceof DateTime) return printIso(value)
  return typeof value === 'bigint' ? String(value) : value
}

function refuse(value: Scalar, { name, type }: SchemaAttribute): ExpressionError {
  return new ExpressionError('BadType', `${name} takes a value of type ${type}, and this is none`, {
    sample: maskText(toText(value)),
  })
}
