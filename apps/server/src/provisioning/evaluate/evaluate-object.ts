import type { CompiledObjectRules, CompiledRules } from '../rules/compiled.ts'
import type { Subject } from '../source/attributes.ts'
import type { SourceObject } from '../source/source-object.ts'
import type { Evaluation, EvaluationContext, LeavingReason } from './evaluation.ts'
import { evaluateMappings, type Mapped, nothingMapped } from './mappings.ts'
import { evaluateMatches } from './matches.ts'
import { findStanding, type Standing } from './scope.ts'

/**
 * What becomes of a person or team in an app: in scope or not and why, what the account should hold, by what it is found.
 * Depends on rules, object and time only, so that the same always yields the same; never throws for what the data is.
 */
export function evaluateObject(compiled: CompiledRules, source: SourceObject, context: EvaluationContext): Evaluation {
  const rules = source.kind === 'user' ? compiled.users : compiled.teams
  if (rules === undefined) return conclude(source, { isInScope: false, leaving: 'OutOfScope', failure: undefined })
  const standing = findStanding(rules, compiled.assignment, source)
  const destructiveClass = findDestructiveClass(rules, source, standing.leaving)
  if (standing.failure !== undefined) return conclude(source, standing)
  const skip = context.isLinked ? undefined : standing.leaving
  if (skip !== undefined) return { ...conclude(source, standing), skip }
  const subject: Subject = { source, isSoftDeleted: standing.leaving !== undefined }
  const mapped = mapObject(rules, subject, { standing, context })
  const found = context.isLinked ? { matches: [], failure: undefined } : evaluateMatches(rules, subject, context)
  const isUnmatchable = !context.isLinked && rules.matching.length > 0 && found.matches.length === 0
  return {
    ...conclude(source, standing, mapped),
    destructiveClass,
    skip: isUnmatchable && found.failure === undefined ? 'MatchingValueMissing' : undefined,
    matches: found.matches,
    failure: mapped.failure ?? found.failure,
  }
}

/** Leavers keep what they have but for what says that they left: it must not fail, whatever is wrong with the rest. */
function mapObject(
  rules: CompiledObjectRules,
  subject: Subject,
  { standing, context }: { readonly standing: Standing; readonly context: EvaluationContext },
): Mapped {
  const disabling = rules.mappings.filter(({ isDisabling }) => isDisabling)
  if (!standing.isInScope) return evaluateMappings(rules, disabling, { subject, context })
  const mapped = evaluateMappings(rules, rules.mappings, { subject, context })
  const isBlocked = mapped.failure !== undefined && standing.leaving !== undefined && disabling.length > 0
  return isBlocked ? evaluateMappings(rules, disabling, { subject, context }) : mapped
}

function findDestructiveClass(
  { leaving: { policy }, actions }: CompiledObjectRules,
  { kind }: SourceObject,
  leaving: LeavingReason | undefined,
): Evaluation['destructiveClass'] {
  if (leaving === undefined || policy === 'nothing' || policy === 'unlink')
    return leaving === 'SourceDisabled' ? 'disable' : undefined
  if (leaving === 'SourceDisabled') return 'disable'
  // Who is gone for good is deleted, unless deletions are off.
  if (actions.delete && (policy === 'delete' || leaving === 'SourcePurged')) return 'delete'
  return kind === 'user' ? 'disable' : undefined
}

function conclude(source: SourceObject, standing: Standing, mapped: Mapped = nothingMapped): Evaluation {
  return {
    kind: source.kind,
    id: source.id,
    version: source.version,
    isInScope: standing.isInScope,
    isSoftDeleted: standing.leaving !== undefined,
    leaving: standing.leaving,
    destructiveClass: undefined,
    skip: undefined,
    matches: [],
    ...mapped,
    failure: standing.failure ?? mapped.failure,
  }
}
