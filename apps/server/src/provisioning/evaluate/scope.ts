import { ExpressionError, matchScope } from '@rollcall/expressions'
import type { CompiledObjectRules, CompiledRules } from '../rules/compiled.ts'
import { isEnabled, type Subject } from '../source/attributes.ts'
import type { SourceObject } from '../source/source-object.ts'
import type { EvaluationFailure, LeavingReason } from './evaluation.ts'

/** Where an object stands before any mapping is looked at. */
export type Standing = {
  readonly isInScope: boolean
  readonly leaving: LeavingReason | undefined
  readonly failure: EvaluationFailure | undefined
}

/** Deleted, not assigned, out of the filter, disabled: the first that is true is the reason. */
export function findStanding(
  rules: CompiledObjectRules,
  assignment: CompiledRules['assignment'],
  source: SourceObject,
): Standing {
  if (source.isPurged) return leave('SourcePurged')
  if (isDeleted(source)) return leave('SourceDeleted')
  if (!isAssigned(source, assignment)) return leave('NotAssigned')
  const isDisabled = source.kind === 'user' && !isEnabled(source)
  try {
    if (!isInFilter(rules, { source, isSoftDeleted: isDisabled })) return leave('OutOfScope')
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const failure = { reason: 'ScopeDataInvalid', attribute: '', detail: error.message } as const
    return { isInScope: false, leaving: undefined, failure }
  }
  return { isInScope: true, leaving: isDisabled ? 'SourceDisabled' : undefined, failure: undefined }
}

function leave(leaving: LeavingReason): Standing {
  return { isInScope: false, leaving, failure: undefined }
}

function isDeleted(source: SourceObject): boolean {
  return source.kind === 'user' ? source.state === 'deprovisioned' : source.isDeleted
}

function isAssigned({ assignment, ...source }: SourceObject, mode: CompiledRules['assignment']): boolean {
  if (assignment.isDirect || assignment.teamIds.length > 0) return true
  return mode === 'everyone' && !('isBuiltIn' in source && source.isBuiltIn)
}

function isInFilter({ scope, attributes }: CompiledObjectRules, subject: Subject): boolean {
  if (scope.kind === 'filter') return scope.filter.matches(subject)
  return matchScope({ groups: scope.groups }, (name) => attributes.get(name)?.read(subject))
}
