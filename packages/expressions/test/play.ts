import { evaluate, type EvaluationContext, ExpressionError, parseExpression } from '@rollcall/expressions'
import { toPlain } from './plain.ts'

/** What an expression yields for attributes, dates by their text form; the code of the error when it fails. */
export function play(
  text: string,
  attributes: { readonly [name: string]: unknown } = {},
  context: Partial<EvaluationContext> = {},
): unknown {
  try {
    return toPlain(evaluate(parseExpression(text), { attributes, ...context }).value)
  } catch (error) {
    if (error instanceof ExpressionError) return `error ${error.code}`
    throw error
  }
}
