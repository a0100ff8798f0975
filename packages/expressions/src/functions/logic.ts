import { compareValues } from '../value/compare.ts'
import { narrow, parseCondition } from '../value/number.ts'
import { maskText, toText } from '../value/text.ts'
import { isEmpty, type Scalar, type Value } from '../value/value.ts'
import { readInteger, readPlainText, readScalar } from './arguments.ts'
import { type Call, fail, type FunctionDefinition } from './definition.ts'
import { exactly } from './text.ts'

const expression = { name: 'expression' }

/** Conditions and choices. Only the branch that is chosen is evaluated. */
export const logicFunctions: readonly FunctionDefinition[] = [
  {
    name: 'IIF',
    summary: 'One value or another, by a condition.',
    parameters: [{ name: 'condition', isSingle: true }, { name: 'valueIfTrue' }, { name: 'valueIfFalse' }],
    ...exactly(3),
    result: 'branches',
    branches: () => [1, 2],
    evaluate: (call) => call.read(readCondition(call, 0) ? 1 : 2),
  },
  {
    name: 'Switch',
    summary: 'The value behind the first key that equals the source, else the default. Null matches the key "".',
    parameters: [
      { name: 'source', isSingle: true },
      { name: 'defaultValue', mayBeEmpty: true },
      { name: 'key', isSingle: true },
      { name: 'value' },
    ],
    minimum: 4,
    maximum: Infinity,
    isCountWrong: (count) => count % 2 === 1,
    result: 'branches',
    branches: (count) => Array.from({ length: count / 2 }, (_, index) => 2 * index + 1),
    evaluate: switchOn,
  },
  {
    name: 'Coalesce',
    summary: 'The first value that is not null; "" is a value.',
    parameters: [{ name: 'source' }, { name: 'defaultValue' }],
    minimum: 1,
    maximum: Infinity,
    result: 'branches',
    branches: (count) => Array.from({ length: count }, (_, index) => index),
    evaluate: coalesce,
  },
  {
    name: 'IgnoreFlowIfNullOrEmpty',
    summary: 'Leaves the attribute out when the value is null or empty: the target keeps what it has.',
    parameters: [expression],
    ...exactly(1),
    result: 'first',
    isOutermostOnly: true,
    evaluate: (call) => call.read(0),
  },
  {
    name: 'Error',
    summary: 'Refuses the object, with this text.',
    parameters: [{ name: 'message', isSingle: true }],
    ...exactly(1),
    result: 'any',
    evaluate(call) {
      throw fail(call, 'UserError', readPlainText(call, 0) || 'the mapping refuses')
    },
  },
  predicate('IsNull', 'Whether the value is null or missing.', (value) => value === null),
  predicate('IsNothing', 'Whether the value is null or missing.', (value) => value === null),
  predicate('IsNullOrEmpty', 'Whether the value is null, missing, "" or an empty list.', isEmpty),
  predicate('IsPresent', 'Whether there is a value that is not empty.', (value) => !isEmpty(value)),
  predicate('IsString', 'Whether the value is text.', (value) => typeof value === 'string'),
  predicate('Not', 'False for True, and True for everything else.', (value) => !isTrue(value)),
  {
    name: 'CBool',
    summary: 'A comparison, a number (0 is False) or the text true or false as truth value.',
    parameters: [{ name: 'expression', isSingle: true }],
    ...exactly(1),
    result: 'boolean',
    evaluate: (call) => readCondition(call, 0),
  },
  {
    name: 'BitAnd',
    summary: 'The bits that two whole numbers share.',
    parameters: [
      { name: 'value1', isSingle: true },
      { name: 'value2', isSingle: true },
    ],
    ...exactly(2),
    result: 'number',
    evaluate: (call) => narrow(readInteger(call, 0) & readInteger(call, 1)),
  },
]

function predicate(name: string, summary: string, test: (value: Value) => boolean): FunctionDefinition {
  return {
    name,
    summary,
    parameters: [expression],
    ...exactly(1),
    result: 'boolean',
    evaluate: (call) => test(call.read(0)),
  }
}

function isTrue(value: Value): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true')
}

export function readCondition(call: Call, index: number): boolean {
  const value = readScalar(call, index)
  const condition = parseCondition(value)
  if (condition === undefined)
    throw fail(call, 'NotANumber', 'the value is neither true nor false', {
      argument: index,
      sample: maskText(toText(value)),
    })
  return condition
}

function switchOn(call: Call): Value {
  const source = readScalar(call, 0)
  for (let index = 2; index < call.count; index += 2) {
    if (isSameText(source, readScalar(call, index))) return call.read(index + 1)
  }
  return call.read(1)
}

function isSameText(source: Scalar, key: Scalar): boolean {
  return compareValues(toText(source), '=', toText(key))
}

function coalesce(call: Call): Value {
  for (let index = 0; index < call.count; index++) {
    const value = call.read(index)
    if (value !== null) return value
  }
  return null
}
