import { ExpressionError } from '../errors.ts'
import { compileRegex } from '../regex/regex.ts'
import { findNearest } from '../suggest.ts'
import { parseInteger } from '../value/number.ts'
import { type ClauseScope, isScopeOperator, scopeOperators } from './scope.ts'

/** Clauses of one scope. */
const clausesMax = 500

/**
 * Refuses a scoping filter that cannot be right, whatever the data: an unknown operator, an operand that lacks or is no
 * number, a pattern that is malformed.
 *
 * @example
 * ```ts
 * import { checkScope, ExpressionError } from '@rollcall/expressions'
 *
 * try {
 *   checkScope({ groups: [[{ attribute: 'state', operator: 'EQUAL', value: 'NY' }]] })
 * } catch (error) {
 *   if (error instanceof ExpressionError) console.log(error.code, error.suggestion) // BadOperator EQUALS
 * }
 * ```
 */
export function checkScope(scope: {
  readonly groups: readonly (readonly {
    readonly attribute: string
    readonly operator: string
    readonly value?: string
  }[])[]
}): asserts scope is ClauseScope {
  const clauses = scope.groups.flat()
  if (clauses.length > clausesMax) throw new ExpressionError('TooLong', `A scope has at most ${clausesMax} clauses`)
  for (const clause of clauses) checkClause(clause)
}

function checkClause(clause: { readonly attribute: string; readonly operator: string; readonly value?: string }): void {
  const { attribute, operator, value } = clause
  if (!isScopeOperator(operator))
    throw new ExpressionError('BadOperator', `There is no operator ${operator.slice(0, 40)}`, {
      suggestion: findNearest(operator.replaceAll('_', ' '), Object.keys(scopeOperators)),
    })
  if (attribute === '') throw new ExpressionError('Syntax', `A clause with ${operator} names no attribute`)
  const { operand } = scopeOperators[operator]
  if (operand === 'none') return
  if (value === undefined || value === '')
    throw new ExpressionError('Syntax', `${operator} on ${attribute} needs a value; for none there is IS NULL`)
  if (operand === 'integer' && !isInteger(value))
    throw new ExpressionError('NotAnInteger', `${operator} on ${attribute} compares with a whole number`)
  if (operand === 'pattern') compileRegex(value, true)
}

/** Whether a text is a whole number. */
export function isInteger(text: string): boolean {
  return /^\s*[+-]?\d{1,40}\s*$/.test(text) && parseInteger(text) !== undefined
}
