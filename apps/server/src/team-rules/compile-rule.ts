import type { TeamRule } from '@rollcall/admin-api'
import { checkScope, ExpressionError, matchScope } from '@rollcall/expressions'
import { findResourceType, type Registry, type ResourceType } from '@rollcall/scim'
import type { CompiledScope } from '../provisioning/rules/compiled.ts'
import {
  findSourceAttribute,
  interests,
  isEnabled,
  readUnregistered,
  type SourceAttribute,
} from '../provisioning/source/attributes.ts'
import { compileFilter } from '../provisioning/source/scope-filter.ts'
import type { SourcePerson, SourceReads } from '../provisioning/source/source-object.ts'
import { findSourceGroups } from './source-groups.ts'

/** A rule that is ready to be asked about a million people. */
export type CompiledTeamRule = {
  readonly states: ReadonlySet<SourcePerson['state']>
  readonly scope: CompiledScope
  readonly attributes: ReadonlyMap<string, SourceAttribute>
  /** What of people it looks at: a change of anything else moves nobody. */
  readonly interests: readonly string[]
  readonly manager: SourceReads['manager']
}

/** Throws ExpressionError or ScimError for what `checkTeamRule` refuses. */
export function compileTeamRule({ scope, states }: TeamRule, registry: Registry): CompiledTeamRule {
  const type = findPersonType(registry)
  if ('filter' in scope) {
    const filter = compileFilter(scope.filter, type)
    return complete({ states, scope: { kind: 'filter', filter }, attributes: new Map(), reads: filter.roots })
  }
  const { groups } = scope
  const clauses = {
    groups: groups.map((group) =>
      group.map(({ attribute, operator, value, quantifier }) => ({
        attribute,
        operator,
        ...(value !== undefined && { value }),
        ...(quantifier !== undefined && { quantifier }),
      })),
    ),
  }
  checkScope(clauses)
  const names = new Set(clauses.groups.flat().map(({ attribute }) => attribute))
  const attributes = new Map(
    [...names].map(
      (name) =>
        [name, findSourceGroups(name) ?? findSourceAttribute(name, 'user', type) ?? readUnregistered(name)] as const,
    ),
  )
  const reads = [...attributes.values()].flatMap((attribute) => attribute.interests)
  return complete({ states, scope: { kind: 'clauses', groups: clauses.groups }, attributes, reads })
}

export function findPersonType(registry: Registry): ResourceType {
  const type = findResourceType(registry, 'User')
  if (type === undefined) throw new Error('no resource type User')
  return type
}

function complete(rule: {
  readonly states: TeamRule['states']
  readonly scope: CompiledScope
  readonly attributes: ReadonlyMap<string, SourceAttribute>
  readonly reads: readonly string[]
}): CompiledTeamRule {
  const { states, scope, attributes, reads } = rule
  const readsManager = reads.some((read) => read.startsWith(`${interests.manager}.`))
  return {
    states: new Set(states),
    scope,
    attributes,
    // However a change says that somebody was suspended or came back.
    interests: [...new Set([interests.state, 'active', ...reads])],
    manager: readsManager ? 'whole' : reads.includes(interests.manager) ? 'reference' : 'none',
  }
}

/** Whom a person's exception concerns: the rule is not asked. */
export type Exception = 'always' | 'never'

/**
 * Whether a person should be in the team. `undecided`: the rule compares numbers and met something else; then everything
 * stays as it is.
 */
export function decide(
  rule: CompiledTeamRule,
  person: SourcePerson,
  exception: Exception | undefined,
): 'in' | 'out' | 'undecided' {
  if (person.state === 'deprovisioned' || person.isPurged || exception === 'never') return 'out'
  if (exception === 'always') return 'in'
  if (person.isBuiltIn || !rule.states.has(person.state)) return 'out'
  const subject = { source: person, isSoftDeleted: !isEnabled(person) }
  if (rule.scope.kind === 'filter') return rule.scope.filter.matches(subject) ? 'in' : 'out'
  try {
    const { groups } = rule.scope
    return matchScope({ groups }, (name) => rule.attributes.get(name)?.read(subject)) ? 'in' : 'out'
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return 'undecided'
  }
}
