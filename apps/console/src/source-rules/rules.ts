import type { RouteAnswer } from '@rollcall/admin-api'
import type { SchemaAttribute } from '@rollcall/expressions'

export type Rules = RouteAnswer<'getSourceRules'>['rules']
export type Mapping = Rules['mappings'][number]
export type Finding = RouteAnswer<'checkSourceRules'>['findings'][number]
export type Attribute = RouteAnswer<'getAttributes'>['data'][number]
export type TeamRules = NonNullable<Rules['teams']>

/** What rules begin with besides their mappings. */
export const firstRules: Omit<Rules, 'anchor' | 'mappings'> = {
  columns: {},
  scope: { groups: [] },
  correlation: [],
  onUnmatched: 'create',
  onMatched: 'link',
  lifecycle: { defaultTimeZone: 'UTC', createInactive: false, createDaysAhead: 0, onRescinded: 'keep' },
  leaving: { policy: 'suspend', graceDays: 30, absentReads: 2 },
}

export const firstTeamRules: TeamRules = {
  scope: { groups: [] },
  name: '[name]',
  nested: 'flatten',
  onMatched: 'link',
  onVanished: 'detach',
  onOutOfScope: 'detach',
  absentReads: 2,
}

export function newMapping(target: string, source = ''): Mapping {
  return { target, kind: 'direct', source, apply: 'always', onNull: 'keep' }
}

/** A mapping in the place of the one that writes the same attribute, or behind all others. */
export function setMapping(rules: Rules, mapping: Mapping): Rules {
  const index = rules.mappings.findIndex(({ target }) => target === mapping.target)
  const mappings = index < 0 ? [...rules.mappings, mapping] : rules.mappings.with(index, mapping)
  return { ...rules, mappings }
}

export function removeMapping(rules: Rules, target: string): Rules {
  return { ...rules, mappings: rules.mappings.filter((mapping) => mapping.target !== target) }
}

/** A rule in one line. */
export function printRule({ kind, source = '', value = '', expression = '' }: Mapping): string {
  if (kind === 'constant') return JSON.stringify(value)
  return kind === 'expression' ? expression : `[${source}]`
}

/** Attributes that rules may write, as the expression editor wants them. */
export function listTargets(
  attributes: readonly Attribute[],
): readonly (SchemaAttribute & { readonly isRequired: boolean })[] {
  return attributes
    .filter(({ isMappable, isReadOnly, type }) => isMappable && !isReadOnly && type !== 'complex')
    .map(({ name, type, isMultiValued, isRequired }) => ({
      name,
      // The server knows no other types.
      type: type as SchemaAttribute['type'],
      isMultiValued,
      isRequired,
    }))
}

/** Names of what differs: attributes that are mapped otherwise, and the other parts of the rules. */
export function listChanged(before: Rules | undefined, after: Rules): readonly string[] {
  if (before === undefined) return ['rules']
  const byTarget = (mappings: readonly Mapping[]): Readonly<Record<string, unknown>> =>
    Object.fromEntries(mappings.map((mapping) => [`mappings ${mapping.target}`, mapping]))
  const { mappings: old, ...oldRest } = before
  const { mappings, ...rest } = after
  return [...listDiffering(byTarget(old), byTarget(mappings)), ...listDiffering(oldRest, rest)]
}

function listDiffering(before: object, after: object): readonly string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => JSON.stringify(sorted(old.get(name))) !== JSON.stringify(sorted(now.get(name))),
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)]))
}

/** Whether nothing stands there half written: the server knows no empty names. */
export function isWritten({ anchor, mappings, scope, correlation, userName }: Rules): boolean {
  return (
    anchor !== '' &&
    mappings.length > 0 &&
    mappings.every(({ target, source }) => target !== '' && source !== '') &&
    (scope.groups ?? []).flat().every(({ attribute }) => attribute !== '') &&
    correlation.flat().every(({ target, source }) => target !== '' && source !== '') &&
    (userName?.candidates ?? ['']).length > 0
  )
}
