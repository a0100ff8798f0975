import { parseDateTime } from '../date/parse-date-time.ts'
import { ExpressionError } from '../errors.ts'
import type { ComparisonOperator } from '../syntax/ast.ts'
import { type Numeric, parseNumeric } from './number.ts'
import { maskText, toText } from './text.ts'
import { DateTime, type Scalar } from './value.ts'

/**
 * Holds two values against each other: text by its units and with regard to case, numbers when one side is a number,
 * instants when one side is a date-time. Null equals null and "", and is neither greater nor less than anything.
 */
export function compareValues(left: Scalar, operator: ComparisonOperator, right: Scalar): boolean {
  const isLeftEmpty = left === null || left === ''
  const isRightEmpty = right === null || right === ''
  if (isLeftEmpty && isRightEmpty && (left === null || right === null))
    return operator === '=' || operator === '<>' ? operator === '=' : false
  if (left === null || right === null) return operator === '<>'
  const isText = typeof left === 'string' && typeof right === 'string'
  // "" beside a number or a date is a missing value, not a malformed one.
  if (!isText && (isLeftEmpty || isRightEmpty)) return operator === '<>'
  return isOrdered(order(left, right), operator)
}

/** Whether an order, negative for less, is what the operator asks for. */
export function isOrdered(order: number, operator: ComparisonOperator): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '<>':
      return order !== 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    default:
      return operator satisfies never
  }
}

function order(left: Scalar, right: Scalar): number {
  if (left instanceof DateTime || right instanceof DateTime) return orderOf(toTicks(left), toTicks(right))
  if (isNumber(left) || isNumber(right)) return orderOf(toNumeric(left), toNumeric(right))
  const [leftText, rightText] = [toText(left), toText(right)]
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0
}

function orderOf(left: Numeric, right: Numeric): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function isNumber(value: Scalar): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}

function toTicks(value: Scalar): bigint {
  const instant = value instanceof DateTime ? value : parseDateTime(toText(value))
  if (instant !== undefined) return instant.ticks
  throw new ExpressionError('BadDate', 'A date-time is compared with what is no date', {
    sample: maskText(toText(value)),
  })
}

function toNumeric(value: Scalar): Numeric {
  const number = parseNumeric(value)
  if (number !== undefined) return number
  throw new ExpressionError('NotANumber', 'A number is compared with what is no number', {
    sample: maskText(toText(value)),
  })
}
