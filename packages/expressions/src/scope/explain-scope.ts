import { type AttributeSource, readSource } from '../evaluate/context.ts'
import { ExpressionError } from '../errors.ts'
import { fromSource } from '../value/from-source.ts'
import type { Value } from '../value/value.ts'
import { matchValue } from './match-scope.ts'
import type { Clause, Scope } from './scope.ts'

/** What one clause found. */
export type ClauseExplanation = {
  readonly clause: Clause
  readonly value: Value
  /** False also where `error` says that the data is wrong. */
  readonly holds: boolean
  readonly error: ExpressionError | undefined
}

/** Why somebody is in scope or not. */
export type ScopeExplanation = {
  readonly isInScope: boolean
  /** One entry a group; none for a scope in another language. */
  readonly groups: readonly { readonly holds: boolean; readonly clauses: readonly ClauseExplanation[] }[]
}

/**
 * Why an object is in scope or not: every clause with the value that it met. Never throws for the data.
 *
 * @example
 * ```ts
 * import { explainScope } from '@rollcall/expressions'
 *
 * const clauses = [{ attribute: 'department', operator: 'EQUALS' as const, value: 'Sales' }]
 * const { isInScope, groups } = explainScope({ groups: [clauses] }, { department: 'sales' })
 * console.log(isInScope, groups[0]?.clauses[0]?.value) // false sales
 * ```
 */
export function explainScope(scope: Scope, attributes: AttributeSource): ScopeExplanation {
  if ('filter' in scope) return { isInScope: scope.filter.matches(attributes), groups: [] }
  const groups = scope.groups.map((group) => {
    const clauses = group.map((clause) => explainClause(clause, attributes))
    return { holds: clauses.every(({ holds }) => holds), clauses }
  })
  return { isInScope: groups.length === 0 || groups.some(({ holds }) => holds), groups }
}

function explainClause(clause: Clause, attributes: AttributeSource): ClauseExplanation {
  const value = fromSource(readSource(attributes, clause.attribute))
  try {
    return { clause, value, holds: matchValue(clause, value), error: undefined }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return { clause, value, holds: false, error }
  }
}

/**
 * The attributes that a scope reads: a change of others cannot move anybody in or out.
 *
 * @example
 * ```ts
 * import { listScopeAttributes } from '@rollcall/expressions'
 *
 * console.log(listScopeAttributes({ groups: [[{ attribute: 'state', operator: 'IS NULL' }]] }).join()) // state
 * ```
 */
export function listScopeAttributes(scope: Scope): readonly string[] {
  if ('filter' in scope) return scope.filter.attributes
  return [...new Set(scope.groups.flat().map(({ attribute }) => attribute))]
}
