import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'

export type Rules = RouteAnswer<'getAppRules'>['rules']
export type ObjectRules = Rules['users']
export type Mapping = ObjectRules['mappings'][number]
export type Kind = 'user' | 'team'
export type Finding = RouteAnswer<'checkAppRules'>['findings'][number]
export type SavedRules = RouteBody<'saveAppRules'>['rules']
export type TargetAttribute = RouteAnswer<'sampleAppRules'>['target'][number]

const actions = { create: true, update: true, delete: true } as const

const common = {
  scope: { groups: [] },
  actions,
  adoption: 'adopt',
  onVanished: 'recreate',
} as const

/** Of an app that has no rules yet. */
export const noRules: Rules = {
  assignment: 'assigned',
  users: {
    ...common,
    scope: { groups: [] },
    mappings: [],
    matching: [],
    leaving: { policy: 'disable', graceDays: 30 },
  },
}

/** What teams begin with: a group of the same name. */
export const firstTeamRules: NonNullable<Rules['teams']> = {
  ...common,
  scope: { groups: [] },
  mappings: [
    {
      target: 'displayName',
      kind: 'direct',
      source: 'displayName',
      apply: 'always',
      onNull: 'clear',
      onError: 'fail',
      onMissing: 'omit',
    },
  ],
  matching: [[{ target: 'displayName' }]],
  leaving: { policy: 'delete', graceDays: 30 },
  isEnabled: true,
  members: { nesting: 'flatten', isAuthoritative: false, givesAccess: false },
}

export function rulesOf(rules: Rules, kind: Kind): ObjectRules | undefined {
  return kind === 'user' ? rules.users : rules.teams
}

/** The rules with those of one kind changed. */
export function withRules(rules: Rules, kind: Kind, changed: ObjectRules): Rules {
  if (kind === 'user') return { ...rules, users: changed }
  return { ...rules, teams: { ...(rules.teams ?? firstTeamRules), ...changed } }
}

export function newMapping(target: string): Mapping {
  return { target, kind: 'direct', source: '', apply: 'always', onNull: 'clear', onError: 'fail', onMissing: 'omit' }
}

/** A mapping in the place of the one that writes the same attribute, or behind all others. */
export function setMapping(rules: ObjectRules, mapping: Mapping): ObjectRules {
  const index = rules.mappings.findIndex(({ target }) => target === mapping.target)
  const before = rules.mappings[index]
  const mappings = before === undefined ? [...rules.mappings, mapping] : rules.mappings.with(index, mapping)
  return { ...rules, mappings, matching: before === undefined ? rules.matching : follow(rules.matching, before) }
}

/** People are matched by what is mapped: a part that says the same as the mapping goes on to say what the mapping says. */
function follow(matching: ObjectRules['matching'], before: Mapping): ObjectRules['matching'] {
  return matching.map((rule) =>
    rule.map((part) =>
      part.target === before.target && part.source === before.source && part.expression === before.expression
        ? { target: part.target }
        : part,
    ),
  )
}

export function removeMapping(rules: ObjectRules, target: string): ObjectRules {
  return {
    ...rules,
    mappings: rules.mappings.filter((mapping) => mapping.target !== target),
    matching: rules.matching.filter(
      (rule) => !rule.some((part) => part.target === target && part.source === undefined),
    ),
  }
}

/** Which matching rule an attribute belongs to, from 1; 0: none. */
export function matchOf({ matching }: Pick<ObjectRules, 'matching'>, target: string): number {
  return matching.findIndex((rule) => rule.some((part) => part.target === target)) + 1
}

/** Whether an attribute is matched together with others: then its place is not changed alone. */
export function isMatchedTogether({ matching }: Pick<ObjectRules, 'matching'>, target: string): boolean {
  return matching.some((rule) => rule.length > 1 && rule.some((part) => part.target === target))
}

/** Matches by an attribute at a place, from 1; 0: no longer. */
export function setMatch(rules: ObjectRules, target: string, place: number): ObjectRules {
  const isOwn = (rule: ObjectRules['matching'][number]): boolean => rule.length === 1 && rule[0]?.target === target
  const own = rules.matching.find(isOwn) ?? [{ target }]
  const others = rules.matching.filter((rule) => !isOwn(rule))
  return { ...rules, matching: place === 0 ? others : others.toSpliced(place - 1, 0, own) }
}

/** Names of what differs: attributes that are mapped otherwise, and the other parts of the rules. */
export function listChanged(before: Rules, after: Rules): readonly string[] {
  const { users, teams, ...rest } = after
  const { users: oldUsers, teams: oldTeams, ...oldRest } = before
  return [
    ...listDiffering(oldRest, rest),
    ...listObjectChanges('users', oldUsers, users),
    ...listObjectChanges('teams', oldTeams, teams),
  ]
}

function listObjectChanges(
  place: string,
  before: ObjectRules | undefined,
  after: ObjectRules | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return before === after ? [] : [place]
  const { mappings: old, ...oldRest } = before
  const { mappings, ...rest } = after
  return [...listDiffering(byTarget(old), byTarget(mappings)), ...listDiffering(oldRest, rest)].map(
    (name) => `${place}.${name}`,
  )
}

function byTarget(mappings: readonly Mapping[]): Readonly<Record<string, Mapping>> {
  return Object.fromEntries(mappings.map((mapping) => [`mappings ${mapping.target}`, mapping]))
}

function listDiffering(before: object, after: object): readonly string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  const names = new Set([...old.keys(), ...now.keys()])
  return [...names].filter((name) => !isSame(old.get(name), now.get(name)))
}

/** Whether two values are the same JSON, in whatever order their members stand. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)]))
}

/** Whether nothing stands there half written: the server knows no empty names. */
export function isWritten({ users, teams }: Rules): boolean {
  return [users, teams].every((each) => each === undefined || hasNames(each))
}

function hasNames({ mappings, scope }: Pick<ObjectRules, 'mappings' | 'scope'>): boolean {
  const clauses = 'groups' in scope ? scope.groups.flat() : []
  return (
    mappings.every(({ target, source }) => target !== '' && source !== '') &&
    clauses.every(({ attribute }) => attribute !== '') &&
    !('filter' in scope && scope.filter === '')
  )
}
