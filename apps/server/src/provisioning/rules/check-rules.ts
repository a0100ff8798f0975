import type { ProvisioningRules, RuleFinding } from '@rollcall/admin-api'
import { checkMapping, checkMappings, type Person } from '@rollcall/expressions'
import { findResourceType, type ResourceType } from '@rollcall/scim'
import type { ObjectKind } from '../object.ts'
import { findSourceAttribute, isEnabled, type SourceAttribute } from '../source/attributes.ts'
import type { SourceObject } from '../source/source-object.ts'
import { checkLeaving } from './check-leaving.ts'
import { checkMatching } from './check-matching.ts'
import { checkScopeRules } from './check-scope-rules.ts'
import { type RuleSchemas, standardSchemas } from './compile-rules.ts'
import { listReads, readMapping, type ReadMapping } from './read-mapping.ts'
import { toRuleFinding } from '../../mapping/rule-findings.ts'
import { toSourceSchema, toTargetSchema } from './schemas.ts'

export type CheckOptions = {
  readonly schemas?: RuleSchemas
  /** Some or all of the people and teams, so that findings can count and name. */
  readonly objects?: readonly SourceObject[]
  readonly now?: Date
}

type Rules = ProvisioningRules['users']

/** The parts of a check that are the same for all that is checked. */
export type CheckSite = {
  /** `users` or `teams`: where the rules stand in the document. */
  readonly place: 'users' | 'teams'
  readonly kind: ObjectKind
  readonly rules: Rules
  readonly source: ResourceType
  readonly target: ResourceType
  readonly people: readonly Person[]
  readonly now: Date | undefined
  /** Names of the tables that the rules have. */
  readonly tables: readonly string[]
}

/**
 * Everything that can be said about rules before anybody is provisioned by them: what cannot work is an error, with
 * place, position and suggestion; what is probably not meant is a warning, with the people whom it concerns.
 */
export function checkRules(document: ProvisioningRules, options: CheckOptions = {}): readonly RuleFinding[] {
  const { schemas = standardSchemas, objects = [], now } = options
  const tables = Object.keys(document.tables ?? {})
  const check = (rules: Rules, place: CheckSite['place'], kind: ObjectKind): readonly RuleFinding[] => {
    const source = findResourceType(schemas.source, kind === 'user' ? 'User' : 'Group')
    const target = findResourceType(schemas.target, kind === 'user' ? 'User' : 'Group')
    if (source === undefined || target === undefined) throw new Error(`no resource type for ${kind}`)
    const find = createFinder(kind, source)
    const people = objects.filter((object) => object.kind === kind).map((object) => toPerson(object, find))
    return checkObjectRules({ place, kind, rules, source, target, people, now, tables })
  }
  const { users, teams } = document
  return [...check(users, 'users', 'user'), ...(teams?.isEnabled ? check(teams, 'teams', 'team') : [])]
}

function toPerson(object: SourceObject, find: (name: string) => SourceAttribute | undefined): Person {
  const isSoftDeleted = object.kind === 'user' ? !isEnabled(object) : object.isDeleted
  return {
    name: object.display ?? object.id,
    attributes: (name) => find(name)?.read({ source: object, isSoftDeleted }),
  }
}

/** The same names are asked for each person. */
function createFinder(kind: ObjectKind, type: ResourceType): (name: string) => SourceAttribute | undefined {
  const known = new Map<string, SourceAttribute | undefined>()
  return (name) => {
    if (!known.has(name)) known.set(name, findSourceAttribute(name, kind, type))
    return known.get(name)
  }
}

function checkObjectRules(site: CheckSite): readonly RuleFinding[] {
  const { rules, place } = site
  const mappings = rules.mappings.map((mapping, index) => readMapping(site, mapping, `${place}.mappings[${index}]`))
  return [
    ...checkScopeRules(site),
    ...mappings.flatMap(({ findings }) => findings),
    ...checkValues(site, mappings),
    ...checkMatching(site),
    ...checkLeaving(site),
  ]
}

/** What the expressions' own check finds: about each mapping, and about all of them together. */
function checkValues(
  { rules, source, target, kind, people, now, place }: CheckSite,
  read: readonly ReadMapping[],
): readonly RuleFinding[] {
  const checked = read.flatMap((each) => each.checked ?? [])
  const used = checked.flatMap(({ expression }) => listReads(expression))
  const targets = rules.mappings.map((mapping) => mapping.target)
  const schemas = { source: toSourceSchema(kind, source, used), target: toTargetSchema(target, targets) }
  const context = { ...schemas, people, ...(now !== undefined && { now }) }
  // A weak key behind a strong one is there for accounts that others made.
  const isFirstKey = (name: string): boolean =>
    kind === 'user' && (rules.matching[0] ?? []).some((part) => part.target === name)
  const single = read.flatMap(({ checked: mapping, field }) =>
    mapping === undefined
      ? []
      : checkMapping(mapping, context)
          .filter((finding) => finding.rule !== 'W-KEY-MUTABLE' || isFirstKey(finding.attribute))
          .map((finding) => toRuleFinding(finding, field)),
  )
  const given = new Set(targets)
  const together = checkMappings(checked, schemas)
    .filter(({ rule, attribute }) => togetherRules.has(rule) && !(rule === 'E-REQUIRED' && given.has(attribute)))
    .map((finding) => toRuleFinding(finding, `${place}.mappings`))
  return [...single, ...together]
}

const togetherRules: ReadonlySet<string> = new Set(['W-SHADOW', 'W-ROLES', 'E-REQUIRED'])
