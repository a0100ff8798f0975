import { diffInterval, isInterval } from '../date/interval.ts'
import { parseDateTime } from '../date/parse-date-time.ts'
import {
  type CallExpression,
  type ComparisonExpression,
  type ComparisonOperator,
  type Expression,
  walk,
} from '../syntax/ast.ts'
import { compareValues, isOrdered } from '../value/compare.ts'
import { DateTime, isComplex, isList, type Value } from '../value/value.ts'

/**
 * A number or instant that only rises or only falls as time goes by, and what it is held against, which does not move.
 * So the order of the two changes at most twice, at moments that can be searched.
 */
export type MovingClock = {
  readonly moving: Expression
  readonly fixed: Expression | undefined
  /** How they are compared, with the moving side on the left. */
  readonly operator: ComparisonOperator | undefined
}

/** The clock in a comparison; undefined where time does not move in one direction only. */
export function findComparedClock({ left, operator, right }: ComparisonExpression): MovingClock | undefined {
  if (isMoving(left) && isFixed(right)) return { moving: left, fixed: right, operator }
  return isMoving(right) && isFixed(left) ? { moving: right, fixed: left, operator: turned[operator] } : undefined
}

const turned: { readonly [operator in ComparisonOperator]: ComparisonOperator } = {
  '=': '=',
  '<>': '<>',
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
}

/** The clock in a DateDiff that stands alone; Now() and DateAdd move on without steps. */
export function findSteppingClock(call: CallExpression): MovingClock | undefined {
  return call.name === 'DateDiff' && isMoving(call)
    ? { moving: call, fixed: undefined, operator: undefined }
    : undefined
}

/** Asked for each call, so what was found is kept with the expression. */
const known = new WeakMap<Expression, boolean>()

const unsteady: ReadonlySet<string> = new Set(['Now', 'Guid', 'RandomString'])

function isFixed(expression: Expression): boolean {
  const answer = known.get(expression)
  if (answer !== undefined) return answer
  const isFree = ![...walk(expression)].some((node) => node.kind === 'call' && unsteady.has(node.name))
  known.set(expression, isFree)
  return isFree
}

function isMoving(expression: Expression): boolean {
  if (expression.kind !== 'call' || isFixed(expression)) return false
  return expression.name === 'DateDiff' ? isMovingDifference(expression) : isMovingInstant(expression)
}

function isMovingDifference({ arguments: [interval, from, to] }: CallExpression): boolean {
  if (interval === undefined || from === undefined || to === undefined || !isFixed(interval)) return false
  return (isMovingInstant(from) && isFixed(to)) || (isFixed(from) && isMovingInstant(to))
}

// Now() moved by a fixed amount, however often.
function isMovingInstant(expression: Expression): boolean {
  if (expression.kind !== 'call') return false
  const [first, second, third] = expression.arguments
  if (expression.name === 'Now') return true
  if (expression.name === 'CDate') return first !== undefined && isMovingInstant(first)
  if (expression.name !== 'DateAdd' || first === undefined || second === undefined || third === undefined) return false
  return isFixed(first) && isFixed(second) && isMovingInstant(third)
}

const endMilliseconds = Date.UTC(9999, 11, 31)

type EvaluateAt = (expression: Expression, now: Date) => Value

/**
 * The first millisecond after `now` at which the order of the two sides is another; Infinity when there is none.
 * The moving side is monotone, so its order to the fixed side is too, and the moment can be halved into.
 */
export function findNextOrder(clock: MovingClock, evaluate: EvaluateAt, now: Date | undefined): number {
  if (now === undefined) return Infinity
  const orderAt = createOrder(clock, evaluate, now)
  if (orderAt === undefined) return Infinity
  const order = orderAt(now.getTime())
  let same = now.getTime()
  // Most moments that matter are near: the distance doubles until the order has changed.
  let other = same + 60_000
  while (other < endMilliseconds && orderAt(other) === order) other = same + 2 * (other - same)
  other = Math.min(other, endMilliseconds)
  if (orderAt(other) === order) return Infinity
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (orderAt(middle) === order) same = middle
    else other = middle
  }
  return other
}

type OrderAt = (milliseconds: number) => number

function createOrder({ moving, fixed, operator }: MovingClock, evaluate: EvaluateAt, now: Date): OrderAt | undefined {
  const valueAt = createValue(moving, evaluate, now)
  const against = fixed === undefined ? valueAt(now.getTime()) : evaluate(fixed, now)
  if (against === undefined || against === null || against === '' || isList(against) || isComplex(against))
    return undefined
  let last = 0
  return (milliseconds) => {
    const value = valueAt(milliseconds)
    // Beyond the year 9999 nothing changes any more.
    if (value === undefined || value === null) return last
    last = compareValues(value, '<', against) ? -1 : compareValues(value, '>', against) ? 1 : 0
    // Equality can hold for a while only, so that the order is searched; the others turn over once.
    if (operator !== undefined && operator !== '=' && operator !== '<>') last = isOrdered(last, operator) ? 1 : 0
    return last
  }
}

type ValueAt = (milliseconds: number) => number | DateTime | undefined | null

// Only the instant is evaluated again for each moment; what stands still is evaluated once.
function createValue(moving: Expression, evaluate: EvaluateAt, now: Date): ValueAt {
  const instantAt =
    (expression: Expression): ValueAt =>
    (milliseconds) =>
      toInstant(evaluateSafely(expression, evaluate, milliseconds))
  if (moving.kind !== 'call' || moving.name !== 'DateDiff') return instantAt(moving)
  const [intervalPart, from, to] = moving.arguments
  if (intervalPart === undefined || from === undefined || to === undefined) return () => undefined
  const interval = evaluate(intervalPart, now)
  const toSide = (side: Expression): ValueAt => {
    if (!isFixed(side)) return instantAt(side)
    const still = toInstant(evaluate(side, now))
    return () => still
  }
  const [fromAt, toAt] = [toSide(from), toSide(to)]
  return (milliseconds) => {
    const [first, second] = [fromAt(milliseconds), toAt(milliseconds)]
    if (typeof interval !== 'string' || !isInterval(interval)) return undefined
    return first instanceof DateTime && second instanceof DateTime ? diffInterval(interval, first, second) : undefined
  }
}

function evaluateSafely(expression: Expression, evaluate: EvaluateAt, milliseconds: number): Value {
  try {
    return evaluate(expression, new Date(milliseconds))
  } catch {
    // A date beyond the year 9999: the search ends before it.
    return null
  }
}

function toInstant(value: Value): DateTime | undefined {
  if (value instanceof DateTime) return value
  return typeof value === 'string' ? parseDateTime(value) : undefined
}
