import { explainScope } from '@rollcall/expressions'
import type { Json, JsonObject } from '@rollcall/scim'
import type { LogStep } from '../log/log-row.ts'
import { redactMark } from '../log/redact-detail.ts'
import { reasons } from '../reasons.ts'
import type { CompiledObjectRules, CompiledRules } from '../rules/compiled.ts'
import { isEnabled, type Subject } from '../source/attributes.ts'
import type { SourceObject } from '../source/source-object.ts'
import { evaluateObject } from './evaluate-object.ts'
import type { Evaluation, EvaluationContext } from './evaluation.ts'
import { explainMapping } from './explain-mapping.ts'
import { listSecretNames, toShown } from './shown.ts'

/** An evaluation, and how it came about: the steps before anything is sent. */
export type ExplainedObject = { readonly evaluation: Evaluation; readonly steps: readonly LogStep[] }

/**
 * Why an object is, or is not, what it is in an app: what was read, every clause of the filter with its value, the queries
 * that look for its account, every mapping with inputs and result. Values that Redact() hides are hidden here too.
 */
export function explainObject(
  compiled: CompiledRules,
  source: SourceObject,
  context: EvaluationContext,
): ExplainedObject {
  const evaluation = evaluateObject(compiled, source, context)
  const rules = source.kind === 'user' ? compiled.users : compiled.teams
  if (rules === undefined) return { evaluation, steps: [explainKind()] }
  const subject: Subject = { source, isSoftDeleted: evaluation.isSoftDeleted }
  return {
    evaluation,
    steps: [
      explainImport(rules, subject),
      explainScoping(compiled, rules, { subject, evaluation }),
      explainMatching(evaluation, context),
      explainProcessing(rules, { subject, evaluation, context }),
    ],
  }
}

function explainKind(): LogStep {
  return { name: 'scoping', status: 'skipped', message: 'Teams are not provisioned by these rules' }
}

function explainImport(rules: CompiledObjectRules, subject: Subject): LogStep {
  const { source } = subject
  const secrets = listSecretNames(rules)
  const values = [...rules.attributes].map(([name, attribute]): [string, Json] => [
    name,
    secrets.has(name) ? redactMark : toShown(attribute.read(subject)),
  ])
  const detail = { id: source.id, version: source.version, attributes: Object.fromEntries(values) }
  return {
    name: 'import',
    status: 'success',
    message: `${source.display ?? source.id} was read from the directory`,
    detail,
  }
}

type Decided = { readonly subject: Subject; readonly evaluation: Evaluation }

function explainScoping(
  compiled: CompiledRules,
  rules: CompiledObjectRules,
  { subject, evaluation }: Decided,
): LogStep {
  const { source } = subject
  const { leaving, failure, isInScope } = evaluation
  const detail: JsonObject = {
    isActiveInSource: 'state' in source ? isEnabled(source) : !('isDeleted' in source && source.isDeleted),
    assignment: compiled.assignment,
    ...('assignment' in source && {
      isAssignedDirectly: source.assignment.isDirect,
      assignedTeamIds: source.assignment.teamIds,
    }),
    scope: explainFilter(rules, subject),
  }
  if (failure?.reason === 'ScopeDataInvalid')
    return { name: 'scoping', status: 'failure', message: failure.detail, detail }
  if (leaving === undefined) return { name: 'scoping', status: 'success', message: 'In scope', detail }
  const { meaning } = reasons[leaving]
  return { name: 'scoping', status: isInScope ? 'warning' : 'skipped', message: meaning, detail }
}

function explainFilter({ scope, attributes, ...rules }: CompiledObjectRules, subject: Subject): JsonObject {
  if (scope.kind === 'filter') return { filter: scope.filter.text, holds: scope.filter.matches(subject) }
  const secrets = listSecretNames({ ...rules, scope, attributes })
  const { isInScope, groups } = explainScope({ groups: scope.groups }, (name) => attributes.get(name)?.read(subject))
  return {
    holds: isInScope,
    groups: groups.map((group) => ({
      holds: group.holds,
      clauses: group.clauses.map(({ clause, value, holds, error }) => ({
        attribute: clause.attribute,
        operator: clause.operator,
        ...(clause.value !== undefined && { operand: clause.value }),
        value: secrets.has(clause.attribute) ? redactMark : toShown(value),
        holds,
        ...(error && { error: error.message }),
      })),
    })),
  }
}

function explainMatching({ matches, skip, failure }: Evaluation, { isLinked }: EvaluationContext): LogStep {
  const name = 'matching'
  if (isLinked) return { name, status: 'skipped', message: 'The account is known by its link' }
  if (skip !== undefined) return { name, status: 'skipped', message: reasons[skip].meaning }
  if (failure !== undefined && matches.length === 0) return { name, status: 'skipped', message: failure.detail }
  const message =
    matches.length === 0
      ? 'Nothing is matched: an account is made'
      : `${matches.length} matching rules ask the app, in this order`
  const queries = matches.map((query) => query.map(({ attribute, value }) => ({ attribute, value: toShown(value) })))
  return { name, status: 'success', message, detail: { queries } }
}

function explainProcessing(
  rules: CompiledObjectRules,
  { subject, evaluation, context }: Decided & { readonly context: EvaluationContext },
): LogStep {
  const name = 'processing'
  const { skip, failure, isInScope } = evaluation
  if (skip !== undefined && skip !== 'MatchingValueMissing')
    return { name, status: 'skipped', message: 'Nothing is made for it' }
  const mappings = rules.mappings
    .filter((mapping) => isInScope || mapping.isDisabling)
    .map((mapping) => explainMapping(rules, mapping, { subject, context }))
  if (failure === undefined)
    return { name, status: 'success', message: `${mappings.length} mappings`, detail: { mappings } }
  return { name, status: 'failure', message: `${failure.attribute}: ${failure.detail}`, detail: { mappings } }
}
