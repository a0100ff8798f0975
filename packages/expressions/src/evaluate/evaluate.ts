import { ExpressionError } from '../errors.ts'
import type { CallExpression, Expression } from '../syntax/ast.ts'
import { toText } from '../value/text.ts'
import { isComplex, isEmpty, isList, type Value } from '../value/value.ts'
import type { EvaluationContext } from './context.ts'
import { evaluateNode } from './evaluate-node.ts'
import { createState, type State } from './state.ts'

/** What an expression yields, and what its value depends on. */
export type Evaluation = {
  readonly value: Value
  /** False when the attribute is to be left out of the write (IgnoreFlowIfNullOrEmpty). */
  readonly isFlowing: boolean
  /** The attributes that were read: when none of them changes, neither does the value (but for the clock). */
  readonly dependencies: ReadonlySet<string>
  /** The first moment at which the value may be another although no attribute changed. */
  readonly nextChangeAt: Date | undefined
  /** False when another evaluation would yield another value (Guid, RandomString). */
  readonly isDeterministic: boolean
  /** Whether logs may show the value, and which attributes they may not show either. */
  readonly redaction: { readonly isSecret: boolean; readonly attributes: ReadonlySet<string> }
  /** How the target's list is to be written, when the value is one of roles. */
  readonly roles: 'add' | 'replace' | undefined
}

/**
 * The value of an expression for one object. Throws ExpressionError with code, function and position, and nothing else.
 *
 * @example
 * ```ts
 * import { evaluate, parseExpression } from '@rollcall/expressions'
 *
 * const expression = parseExpression('IIF(DateDiff("d", Now(), CDate([hired])) > 5, "False", "True")')
 * const { value, dependencies, nextChangeAt } = evaluate(expression, {
 *   attributes: { hired: '2021-08-31' },
 *   now: new Date('2021-08-18T00:00:00Z'),
 * })
 * console.log(value, [...dependencies].join()) // False hired
 * console.log(nextChangeAt?.toISOString()) // 2021-08-25T00:00:00.001Z
 * ```
 */
export function evaluate(expression: Expression, context: EvaluationContext): Evaluation {
  const state = createState(context)
  return finish(state, expression, evaluateOutermost(state, expression))
}

/**
 * The same, asking a look-up that takes time whether a candidate of SelectUniqueValue is taken.
 *
 * @example
 * ```ts
 * import { evaluateUnique, parseExpression } from '@rollcall/expressions'
 *
 * const expression = parseExpression('SelectUniqueValue([alias], [alias] & "1", [alias] & "2")')
 * const taken = new Set(['bo', 'bo1'])
 * const { value } = await evaluateUnique(expression, { attributes: { alias: 'Bo' } }, async (candidate) =>
 *   taken.has(candidate.toLowerCase()),
 * )
 * console.log(value) // Bo2
 * ```
 */
export async function evaluateUnique(
  expression: Expression,
  context: EvaluationContext,
  isTaken: (value: string) => Promise<boolean>,
): Promise<Evaluation> {
  if (!isSelection(expression)) return evaluate(expression, context)
  const state = createState(context)
  for (const candidate of iterateCandidates(state, expression)) {
    if (!(await isTaken(candidate))) return finish(state, expression, candidate)
  }
  throw refuseAllTaken(expression)
}

/**
 * What SelectUniqueValue would choose from, in its order, for a caller who chooses himself; undefined for every other
 * expression. Throws as `evaluate` does.
 *
 * @example
 * ```ts
 * import { listCandidates, parseExpression } from '@rollcall/expressions'
 *
 * const expression = parseExpression('SelectUniqueValue([alias], [alias] & "1")')
 * console.log(listCandidates(expression, { attributes: { alias: 'bo' } })?.join()) // bo,bo1
 * console.log(listCandidates(parseExpression('[alias]'), { attributes: {} })) // undefined
 * ```
 */
export function listCandidates(expression: Expression, context: EvaluationContext): readonly string[] | undefined {
  return isSelection(expression) ? [...iterateCandidates(createState(context), expression)] : undefined
}

/** The value of the whole expression, with what only the outermost function may do. */
export function evaluateOutermost(state: State, expression: Expression): Value {
  if (!isSelection(expression)) return evaluateNode(state, expression)
  const { isTaken } = state.context
  if (isTaken === undefined)
    throw new ExpressionError('NoLookup', 'SelectUniqueValue: the evaluation cannot ask what is taken', {
      position: expression.position,
      functionName: expression.name,
    })
  for (const candidate of iterateCandidates(state, expression)) {
    if (isTaken(candidate)) continue
    state.observe?.(expression, { value: candidate })
    return candidate
  }
  throw refuseAllTaken(expression)
}

function isSelection(expression: Expression): expression is CallExpression {
  return expression.kind === 'call' && expression.name === 'SelectUniqueValue'
}

/** The candidates in their order, each evaluated when it is its turn; empty ones are none. */
function* iterateCandidates(state: State, expression: CallExpression): Generator<string> {
  for (const argument of expression.arguments) {
    const value = argument === undefined ? null : evaluateNode(state, argument)
    if (isList(value) || isComplex(value))
      throw new ExpressionError('MultiValue', 'SelectUniqueValue: a candidate is a single value', {
        position: argument?.position,
        functionName: expression.name,
      })
    if (!isEmpty(value)) yield toText(value)
  }
}

function refuseAllTaken({ position, name, arguments: { length } }: CallExpression): ExpressionError {
  return new ExpressionError('Escrow', `SelectUniqueValue: all ${length} candidates are taken or empty`, {
    position,
    functionName: name,
  })
}

function finish({ found }: State, expression: Expression, value: Value): Evaluation {
  const mayBeLeftOut = expression.kind === 'call' && expression.name === 'IgnoreFlowIfNullOrEmpty'
  return {
    value,
    isFlowing: !(mayBeLeftOut && isEmpty(value)),
    dependencies: found.dependencies,
    nextChangeAt: found.nextChange === Infinity ? undefined : new Date(found.nextChange),
    isDeterministic: found.isDeterministic,
    redaction: { isSecret: found.isSecret, attributes: found.secretAttributes },
    roles: found.roles,
  }
}
