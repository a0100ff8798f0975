import { ExpressionError, type TargetValue } from '@rollcall/expressions'
import type { CompiledMatch, CompiledObjectRules } from '../rules/compiled.ts'
import type { Subject } from '../source/attributes.ts'
import type { MatchQuery } from '../targets/target.ts'
import type { EvaluationContext, EvaluationFailure } from './evaluation.ts'
import { yieldValue } from './value.ts'

export type FoundMatches = {
  readonly matches: readonly MatchQuery[]
  readonly failure: EvaluationFailure | undefined
}

/** The queries by which an account is found, in order. A rule with an attribute that has no value asks nothing. */
export function evaluateMatches(
  rules: CompiledObjectRules,
  subject: Subject,
  context: EvaluationContext,
): FoundMatches {
  const matches: MatchQuery[] = []
  for (const rule of rules.matching) {
    const query: { attribute: string; value: TargetValue }[] = []
    for (const part of rule) {
      const value = findValue(rules, part, { subject, context })
      if (value instanceof ExpressionError)
        return {
          matches: [],
          failure: {
            reason: 'ExpressionFailed',
            attribute: part.target,
            detail: value.message,
            position: value.position,
          },
        }
      if (value !== null && value !== '') query.push({ attribute: part.target, value })
    }
    if (query.length === rule.length) matches.push(query)
  }
  return { matches, failure: undefined }
}

function isList(value: TargetValue): value is readonly TargetValue[] {
  return Array.isArray(value)
}

function findValue(
  rules: CompiledObjectRules,
  part: CompiledMatch,
  surroundings: { readonly subject: Subject; readonly context: EvaluationContext },
): TargetValue | ExpressionError {
  try {
    const { value } = yieldValue(rules, part, surroundings)
    // A list has no one value to look for: its first.
    return isList(value) ? (value[0] ?? null) : value
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
}
