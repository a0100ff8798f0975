import { textUnitsMax } from '../limits.ts'
import { parseDateTime } from '../date/parse-date-time.ts'
import { parseInteger } from '../value/number.ts'
import { maskText, toText } from '../value/text.ts'
import { DateTime, isComplex, isList, type ListValue, type Scalar } from '../value/value.ts'
import { type Call, fail, type Site } from './definition.ts'

/** A parameter that must be a single value. */
export function readScalar(call: Call, index: number): Scalar {
  const value = call.read(index)
  if (isList(value))
    throw fail(call, 'MultiValue', 'a list stands where one value is needed; use Join or Item', { argument: index })
  if (isComplex(value))
    throw fail(call, 'MultiValue', 'a complex value stands where one value is needed', { argument: index })
  return value
}

/** A parameter as text; null stays null. */
export function readText(call: Call, index: number): string | null {
  const value = readScalar(call, index)
  return value === null ? null : toText(value)
}

/** A parameter as text, "" when it is null or not given. */
export function readPlainText(call: Call, index: number): string {
  return readText(call, index) ?? ''
}

/** A parameter as a whole number. */
export function readInteger(call: Call, index: number): bigint {
  const value = readScalar(call, index)
  const number = parseInteger(value)
  if (number === undefined)
    throw fail(call, 'NotANumber', value === null ? 'a number is needed and the value is null' : 'a number is needed', {
      argument: index,
      sample: maskText(toText(value)),
    })
  return number
}

/** A parameter as a whole number that texts can have as index; larger ones are as good as the largest. */
export function readIndex(call: Call, index: number): number {
  const number = readInteger(call, index)
  return Number(number > 2_000_000_000n ? 2_000_000_000n : number < -2_000_000_000n ? -2_000_000_000n : number)
}

/** A parameter as an instant. */
export function readDateTime(call: Call, index: number): DateTime {
  const value = readScalar(call, index)
  const instant = value instanceof DateTime ? value : parseDateTime(toText(value))
  if (instant === undefined)
    throw fail(
      call,
      'BadDate',
      value === null || value === '' ? 'a date is needed and the value is empty' : 'the text is no date',
      {
        argument: index,
        sample: maskText(toText(value)),
      },
    )
  return instant
}

/** A parameter as a list: null is the empty one, a single value one of one. */
export function readList(call: Call, index: number): ListValue {
  const value = call.read(index)
  if (value === null) return []
  return isList(value) ? value : [value]
}

/** A text that a function made, unless it is too long. */
export function limitText(call: Call, text: string): string {
  if (text.length > textUnitsMax) throw fail(call, 'TooLong', `a text may have at most ${textUnitsMax} characters`)
  return text
}

/** A constant parameter, when it is one. */
export function findConstant({ expression }: Site, index: number): string | undefined {
  const parameter = expression.arguments[index]
  return parameter?.kind === 'text' ? parameter.value : undefined
}
