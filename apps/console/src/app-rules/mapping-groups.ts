import { matchOf, type Mapping, type ObjectRules, type TargetAttribute } from './rules.ts'

export const groupNames = ['required', 'matching', 'mapped', 'constant', 'none'] as const
export type GroupName = (typeof groupNames)[number]

/** One line of the editor; without a mapping the app demands what nothing gives. */
export type MappingRow = {
  readonly target: string
  readonly mapping: Mapping | undefined
  /** Place among the matching rules, from 1; 0: none. */
  readonly match: number
  /** Where it stands in the document, as findings name it. */
  readonly index: number
}

export type MappingGroup = { readonly name: GroupName; readonly rows: readonly MappingRow[] }

/** The mappings as people look for them: what must be there, what finds people, what flows, what is fixed. */
export function groupMappings(rules: ObjectRules, target: readonly TargetAttribute[]): readonly MappingGroup[] {
  const required = new Set(
    target.filter(({ isRequired, isReadOnly }) => isRequired && !isReadOnly).map(({ name }) => name),
  )
  const rows = rules.mappings.map((mapping, index) => ({
    target: mapping.target,
    mapping,
    match: matchOf(rules, mapping.target),
    index,
  }))
  const given = new Set(rows.map((row) => row.target))
  const missing = [...required]
    .filter((name) => !given.has(name))
    .map((name) => ({ target: name, mapping: undefined, match: matchOf(rules, name), index: -1 }))
  const groupOf = ({ target: name, mapping, match }: MappingRow): GroupName => {
    if (required.has(name)) return 'required'
    if (match > 0) return 'matching'
    if (mapping?.kind === 'constant') return 'constant'
    return mapping?.kind === 'none' ? 'none' : 'mapped'
  }
  const all: readonly MappingRow[] = [...missing, ...rows]
  return groupNames
    .map((name) => ({ name, rows: all.filter((row) => groupOf(row) === name) }))
    .filter((group) => group.rows.length > 0)
}

/** What the app could take besides. */
export function listUnmapped(rules: ObjectRules, target: readonly TargetAttribute[]): readonly TargetAttribute[] {
  const given = new Set(rules.mappings.map((mapping) => mapping.target))
  return target.filter(({ name, isReadOnly, type }) => !isReadOnly && type !== 'complex' && !given.has(name))
}

/** A rule in one line. */
export function printRule(mapping: Mapping): string {
  switch (mapping.kind) {
    case 'direct':
    case 'reference':
      return `[${mapping.source ?? ''}]`
    case 'constant':
      return JSON.stringify(mapping.value ?? '')
    case 'expression':
      return mapping.expression ?? ''
    case 'none':
      return ''
    default:
      return mapping.kind satisfies never
  }
}
