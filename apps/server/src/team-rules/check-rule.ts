import type { RuleFinding, TeamRule } from '@rollcall/admin-api'
import type { Registry } from '@rollcall/scim'
import { checkScopeRules } from '../provisioning/rules/check-scope-rules.ts'
import { createRuleFinding } from '../provisioning/rules/rule-names.ts'
import { findSourceAttribute, interests, isEnabled } from '../provisioning/source/attributes.ts'
import type { SourcePerson } from '../provisioning/source/source-object.ts'
import { TeamError } from '../directory/team-error.ts'
import { compileTeamRule, findPersonType } from './compile-rule.ts'
import { findSourceGroups, listSourceGroups } from './source-groups.ts'

/** What of a rule cannot work, and what is probably not meant, with the people whom it concerns. */
export function checkTeamRule(
  rule: TeamRule,
  { registry, people = [] }: { readonly registry: Registry; readonly people?: readonly SourcePerson[] },
): readonly RuleFinding[] {
  const source = findPersonType(registry)
  const findings = checkScopeRules({
    place: 'users',
    kind: 'user',
    rules: { scope: rule.scope },
    more: 'groups' in rule.scope ? listSourceGroups(rule.scope.groups.flat()) : [],
    source,
    people: people.map((person) => ({
      name: person.display ?? person.id,
      attributes: (name) =>
        (findSourceGroups(name) ?? findSourceAttribute(name, 'user', source))?.read({
          source: person,
          isSoftDeleted: !isEnabled(person),
        }),
    })),
  }).map(toTeamFinding)
  if (findings.some(({ severity }) => severity === 'error')) return findings
  return [...findings, ...checkCircle(rule, registry)]
}

/** An attribute that nobody has matches nobody: in a team that is a mistake. */
function toTeamFinding(finding: RuleFinding): RuleFinding {
  const severity = finding.rule === 'W-DEPS-UNREAD' ? 'error' : finding.severity
  return { ...finding, severity, field: finding.field.replace(/^users\./, '') }
}

/** Which team somebody is in is what rules decide: one that read it would hang on itself. */
function checkCircle(rule: TeamRule, registry: Registry): readonly RuleFinding[] {
  const reads = compileTeamRule(rule, registry).interests
  if (!reads.some((read) => read === interests.teams || read === `${interests.manager}.${interests.teams}`)) return []
  const message = 'A rule cannot read who is in which team (groups): it would depend on itself and on other rules'
  return [createRuleFinding('E-SCOPE', { field: 'filter' in rule.scope ? 'scope.filter' : 'scope.groups', message })]
}

/** Throws `invalidRule` for a rule that cannot work, with the place of what is first to be mended. */
export function requireSoundRule(rule: TeamRule, registry: Registry): void {
  const errors = checkTeamRule(rule, { registry }).filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first === undefined) return
  const { field, position, message, suggestion } = first
  const place = position === null ? '' : ` at character ${position + 1}`
  const meant = suggestion === null || message.includes(suggestion) ? '' : `; try ${suggestion}`
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`
  throw new TeamError('invalidRule', `${field}${place}: ${message}${meant}${more}`, {
    field: field.replaceAll(/\[(\d+)\]/g, '.$1'),
  })
}
