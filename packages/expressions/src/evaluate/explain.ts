import { ExpressionError } from '../errors.ts'
import { type Expression, listChildren } from '../syntax/ast.ts'
import { printExpression } from '../syntax/print-expression.ts'
import type { Value } from '../value/value.ts'
import type { EvaluationContext } from './context.ts'
import { evaluateOutermost } from './evaluate.ts'
import { createState, type Outcome } from './state.ts'

/** One node of an expression and what became of it. */
export type Explanation = {
  readonly text: string
  readonly position: number
  /** `skipped`: a branch that was not chosen. `secret`: evaluated, and not to be shown. */
  readonly state: 'value' | 'secret' | 'failed' | 'skipped'
  /** Null unless `state` is `value`. */
  readonly value: Value
  readonly error: ExpressionError | undefined
  readonly parts: readonly Explanation[]
}

/**
 * Why an expression yields what it yields: its tree with the value of every part. Never throws for what the expression
 * did; the parts that failed say so. What reads a secret is not shown, nor what is made of it.
 *
 * @example
 * ```ts
 * import { explain, parseExpression } from '@rollcall/expressions'
 *
 * const { parts } = explain(parseExpression('IIF([country] = "USA", [state], "none")'), {
 *   attributes: { country: 'FR' },
 * })
 * console.log(parts.map(({ text, state }) => `${text}: ${state}`).join('; ')) // [country] = "USA": value; [state]: skipped; "none": value
 * console.log(parts[0]?.value) // false
 * ```
 */
export function explain(expression: Expression, context: EvaluationContext): Explanation {
  const outcomes = new Map<Expression, Outcome>()
  const state = createState(context, (node, outcome) => outcomes.set(node, outcome))
  try {
    outcomes.set(expression, { value: evaluateOutermost(state, expression) })
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    outcomes.set(expression, { error })
  }
  return describe(expression, outcomes, context.secretAttributes ?? new Set(), false)
}

type Outcomes = ReadonlyMap<Expression, Outcome>

function describe(
  expression: Expression,
  outcomes: Outcomes,
  secrets: ReadonlySet<string>,
  isInSecret: boolean,
): Explanation {
  const isHidden = isInSecret || (expression.kind === 'call' && expression.name === 'Redact')
  const parts = listChildren(expression).map((part) => describe(part, outcomes, secrets, isHidden))
  const outcome = outcomes.get(expression)
  const error = outcome !== undefined && 'error' in outcome ? outcome.error : undefined
  const value = outcome !== undefined && 'value' in outcome ? outcome.value : null
  const isSecret = isHidden || makesSecret(expression, secrets) || parts.some((part) => part.state === 'secret')
  const state = outcome === undefined ? 'skipped' : error !== undefined ? 'failed' : isSecret ? 'secret' : 'value'
  const { position } = expression
  return { text: printExpression(expression), position, state, value: state === 'value' ? value : null, error, parts }
}

function makesSecret(expression: Expression, secrets: ReadonlySet<string>): boolean {
  if (expression.kind === 'attribute') return secrets.has(expression.name)
  return expression.kind === 'call' && expression.name === 'RandomString'
}
