import { ExpressionError } from '../errors.ts'
import { findFunction } from '../functions/catalogue.ts'
import { type Call, type FunctionDefinition } from '../functions/definition.ts'
import { elementWorkMax, textUnitsMax } from '../limits.ts'
import type { CallExpression, ComparisonExpression, Expression } from '../syntax/ast.ts'
import { compareValues } from '../value/compare.ts'
import { toText } from '../value/text.ts'
import { isComplex, isList, type Scalar, type Value } from '../value/value.ts'
import { findComparedClock, findNextOrder, findSteppingClock, type MovingClock } from './clock.ts'
import { noteChange, readAttribute, type State, toSurroundings } from './state.ts'

/** The value of one node. Throws ExpressionError and nothing else. */
export function evaluateNode(state: State, expression: Expression): Value {
  if (state.observe === undefined) return evaluateKind(state, expression)
  try {
    const value = evaluateKind(state, expression)
    state.observe(expression, { value })
    return value
  } catch (error) {
    if (error instanceof ExpressionError) state.observe(expression, { error })
    throw error
  }
}

function evaluateKind(state: State, expression: Expression): Value {
  switch (expression.kind) {
    case 'text':
    case 'number':
      return expression.value
    case 'attribute':
      return readAttribute(state, expression.name)
    case 'word':
      throw new ExpressionError('BadEnum', `${expression.name} stands for nothing here`, {
        position: expression.position,
      })
    case 'concat':
      return concat(state, expression.parts)
    case 'compare':
      return compare(state, expression)
    case 'call':
      return evaluateCall(state, expression)
    default:
      return expression satisfies never
  }
}

function concat(state: State, parts: readonly Expression[]): string {
  let text = ''
  for (const part of parts) {
    text += toText(evaluateScalar(state, part))
    if (text.length > textUnitsMax)
      throw new ExpressionError('TooLong', `A text may have at most ${textUnitsMax} characters`, {
        position: part.position,
      })
  }
  return text
}

function evaluateScalar(state: State, expression: Expression): Scalar {
  const value = evaluateNode(state, expression)
  if (!isList(value) && !isComplex(value)) return value
  throw new ExpressionError('MultiValue', 'An operator needs single values; use Join, Item or Count', {
    position: expression.position,
  })
}

function compare(state: State, expression: ComparisonExpression): boolean {
  // A comparison with the clock changes when its own outcome does, not whenever the clock does.
  const clock = state.tracksClock ? findComparedClock(expression) : undefined
  const sides = clock === undefined ? state : { ...state, tracksClock: false }
  const left = evaluateScalar(sides, expression.left)
  const right = evaluateScalar(sides, expression.right)
  const isTrue = placeErrors(expression.position, () => compareValues(left, expression.operator, right))
  if (clock !== undefined) noteClock(state, clock)
  return isTrue
}

function noteClock(state: State, clock: MovingClock): void {
  noteChange(
    state,
    findNextOrder(clock, (part, now) => evaluateAt(state, part, now), state.context.now),
  )
}

function placeErrors<Result>(position: number, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ExpressionError) || error.position !== undefined) throw error
    throw new ExpressionError(error.code, error.message, { position, sample: error.sample })
  }
}

/** The value of a node at another time, without leaving a trace. */
export function evaluateAt(state: State, expression: Expression, now: Date): Value {
  return evaluateNode(
    { ...state, context: { ...state.context, now }, observe: undefined, tracksClock: false },
    expression,
  )
}

function evaluateCall(state: State, expression: CallExpression): Value {
  const definition = findFunction(expression.name)
  if (definition === undefined)
    throw new ExpressionError('UnknownFunction', `There is no function ${expression.name}`, {
      position: expression.position,
      functionName: expression.name,
    })
  // DateDiff outside of a comparison changes when its own number does.
  const clock = state.tracksClock ? findSteppingClock(expression) : undefined
  const call = createCall(clock === undefined ? state : { ...state, tracksClock: false }, expression, definition)
  const value = callEach(call)
  if (clock !== undefined) noteClock(state, clock)
  return value
}

function callEach(call: Call): Value {
  const { mapsOver } = call.definition
  const list = mapsOver === undefined ? undefined : call.read(mapsOver)
  if (list === undefined || mapsOver === undefined || !isList(list)) return invoke(call)
  const made = list.map((item) => invoke({ ...call, read: (index) => (index === mapsOver ? item : call.read(index)) }))
  return made.flat().filter((value) => value !== null)
}

function invoke(call: Call): Value {
  return placeErrors(call.expression.position, () => call.definition.evaluate(call))
}

function createCall(state: State, expression: CallExpression, definition: FunctionDefinition): Call {
  const values = new Map<number, Value>()
  const inner = definition.name === 'Redact' ? { ...state, isRedacted: true } : state
  return {
    definition,
    expression,
    count: expression.arguments.length,
    readFor(element, index) {
      const argument = expression.arguments[index]
      return argument === undefined ? null : evaluateNode(bind(inner, expression, element), argument)
    },
    has: (index) => expression.arguments[index] !== undefined,
    read(index) {
      const known = values.get(index)
      if (known !== undefined) return known
      const argument = expression.arguments[index]
      const value = argument === undefined ? null : evaluateNode(inner, argument)
      values.set(index, value)
      return value
    },
    surroundings: toSurroundings(state),
  }
}

/** The state in which the bound word of a call stands for a value. */
function bind(state: State, call: CallExpression, element: Value): State {
  state.found.elementWork++
  if (state.found.elementWork > elementWorkMax)
    throw new ExpressionError('TooLong', `${call.name}: lists within lists are too long`, {
      position: call.position,
      functionName: call.name,
    })
  const word = call.arguments.find((argument) => argument?.kind === 'word')
  return { ...state, bindings: new Map(state.bindings).set(word?.kind === 'word' ? word.name : '', element) }
}
