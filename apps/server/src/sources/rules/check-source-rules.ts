import type { RuleFinding, SourceRules } from '@rollcall/admin-api'
import {
  checkMapping,
  checkMappings,
  checkScope,
  type CheckContext,
  type Expression,
  ExpressionError,
  listAttributes,
  lintScope,
  type Mapping,
  parseExpression,
  suggestAttribute,
  type SchemaAttribute,
  toTargetValue,
  walk,
} from '@rollcall/expressions'
import { createRegistry, findResourceType, type Registry, type ResourceType, ScimError } from '@rollcall/scim'
import { createRuleFinding, toRuleFinding, type FindingDetails } from '../../mapping/rule-findings.ts'
import { toTargetSchema } from '../../mapping/target-schema.ts'
import type { SourceMapping } from './compiled.ts'
import { compileColumnFilter } from './column-filter.ts'
import { forbiddenTargets } from './forbidden.ts'
import { compilePlace, findPlace, isWholeList } from './place.ts'

/** What can be wrong with rules of a source besides what the expressions' own check finds. */
const sourceRuleNames = {
  'E-SYNTAX': 'the expression cannot be read',
  'E-SCOPE': 'the scoping filter cannot be read',
  'E-INCOMPLETE': 'a mapping lacks what its kind needs',
  'E-TARGET': 'people have no such attribute, or a source may not write it',
  'E-DEFAULT': 'the default or constant cannot be a value of the attribute',
  'E-TABLE': 'Rollcall.Lookup asks a table that the rules do not have',
  'E-MATCH': 'an attribute of a correlation rule gets its value from nowhere',
  'E-USERNAME': 'nothing says how new people are called',
  'E-TEAMS': 'groups of the source cannot become teams as the rules say',
  'W-TEAMS': 'the rules speak of groups, and the source has none',
  'W-USERNAME': 'a user name is both mapped and generated; the generated one counts for new people',
  'W-NOMATCH': 'people who are here already are not found',
} as const satisfies Record<string, string>

type Rule = keyof typeof sourceRuleNames

type Site = {
  readonly document: SourceRules
  readonly type: ResourceType
  /** Columns as far as they are known: those that the rules declare, and those that somebody has seen. */
  readonly columns: readonly SchemaAttribute[]
  readonly isComplete: boolean
}

/**
 * Everything that can be said about rules of a source before a record is mapped by them: what cannot work is an error, with place,
 * position and suggestion; what is probably not meant is a warning.
 */
export function checkSourceRules(
  document: SourceRules,
  options: { readonly registry?: Registry; readonly columns?: readonly string[] } = {},
): readonly RuleFinding[] {
  const type = findResourceType(options.registry ?? createRegistry(), 'User')
  if (type === undefined) throw new Error('The registry has no resource type User')
  const site: Site = {
    document,
    type,
    columns: listColumns(document, options.columns),
    isComplete: options.columns !== undefined,
  }
  return [
    ...checkSourceScope(site),
    ...checkScopeFilter(site),
    ...document.mappings.flatMap((mapping, index) => checkOne(site, mapping, `mappings[${index}]`)),
    ...checkTogether(site),
    ...checkCorrelation(site),
    ...checkUserNames(site),
    ...checkText(site, document.lifecycle.active, 'lifecycle.active', 'active'),
    ...checkTeams(site),
  ]
}

function listColumns({ columns, anchor }: SourceRules, seen: readonly string[] = []): readonly SchemaAttribute[] {
  const names = new Set([anchor, ...Object.keys(columns), ...seen])
  return [...names].map((name) => ({ name, type: schemaTypes[columns[name]?.type ?? 'string'] }))
}

const schemaTypes = {
  string: 'string',
  number: 'decimal',
  boolean: 'boolean',
  date: 'string',
  dateTime: 'dateTime',
} as const

function find(rule: Rule, details: FindingDetails): RuleFinding {
  return createRuleFinding(rule, details)
}

function checkSourceScope({ document, columns, isComplete }: Site, at = 'scope'): readonly RuleFinding[] {
  return document.scope.groups.flatMap((group, row) =>
    group.flatMap(({ attribute, operator, value, quantifier }, column): readonly RuleFinding[] => {
      const field = `${at}.groups[${row}][${column}]`
      const clause = { attribute, operator, ...(value !== undefined && { value }), ...(quantifier && { quantifier }) }
      const scope = { groups: [[clause]] }
      try {
        checkScope(scope)
        const source = isComplete ? columns : [...columns, { name: attribute, type: 'string' as const }]
        return lintScope(scope, { source, people: [] }).map((finding) => toRuleFinding(finding, field))
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
        const { message, position, suggestion } = error
        return [find('E-SCOPE', { field, attribute, message, position, suggestion })]
      }
    }),
  )
}

function checkScopeFilter(site: Site): readonly RuleFinding[] {
  const { scope, columns } = site.document
  if (scope.filter === undefined) return []
  const field = 'scope.filter'
  try {
    const { columns: read } = compileColumnFilter(scope.filter, columns)
    return read.flatMap((column) => checkColumn(site, column, { field, attribute: 'userName' }))
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return [find('E-SCOPE', { field, message: error.message, position: error.position })]
  }
}

function checkOne(site: Site, mapping: SourceMapping, field: string): readonly RuleFinding[] {
  const { target } = mapping
  const refused = checkTarget(site, mapping, `${field}.target`)
  if (refused !== undefined) return [refused]
  if (mapping.kind === 'reference') return checkReference(site, mapping, field)
  const read = readMapping(mapping, field)
  if (!('kind' in read)) return [read]
  if (copiesList(site, mapping)) return []
  const context = toContext(site, [target], read)
  const checked: Mapping = { target, expression: read, apply: mapping.apply === 'always' ? 'always' : 'onCreate' }
  return [
    ...checkDefault(site, mapping, field),
    ...checkTables(site, read, { field: `${field}.${fields[mapping.kind]}`, attribute: target }),
    ...checkMapping(checked, context).map((finding) => toRuleFinding(finding, `${field}.${fields[mapping.kind]}`)),
  ]
}

const fields = { direct: 'source', reference: 'source', constant: 'value', expression: 'expression' } as const

/** Elements with parts come in as they are, so there is nothing to convert. */
function copiesList({ type }: Site, { target, kind }: SourceMapping): boolean {
  const place = findPlace(target, type)
  return kind === 'direct' && typeof place !== 'string' && isWholeList(place)
}

function checkTarget({ type }: Site, { target, kind }: SourceMapping, field: string): RuleFinding | undefined {
  const found = findPlace(target, type)
  // However it is spelt: names have no case, and a URN may stand before them.
  const root = typeof found !== 'string' && found.schema === undefined ? found.attribute.name : target
  if (forbiddenTargets.has(root)) {
    const suggestion = forbiddenTargets.get(root)
    const message = suggestion === undefined ? `a source does not write ${root}` : `${root} is said by ${suggestion}`
    return find('E-TARGET', { field, attribute: target, message, suggestion })
  }
  // As it is, a list comes in with all of its elements.
  const place = kind === 'direct' ? found : compilePlace(target, type)
  if (typeof place !== 'string') return undefined
  const near = suggestAttribute(
    toTargetSchema(type, [], () => false),
    target,
  )
  const suggestion = near === target ? undefined : near
  return find('E-TARGET', { field, attribute: target, message: place, suggestion })
}

function checkReference(site: Site, { target, source, matchOn }: SourceMapping, field: string): readonly RuleFinding[] {
  if (source === undefined) return [incomplete('reference', { field: `${field}.source`, target })]
  const place = matchOn === undefined ? undefined : compilePlace(matchOn, site.type)
  const unread = checkColumn(site, source, { field: `${field}.source`, attribute: target })
  if (typeof place !== 'string') return unread
  return [...unread, find('E-MATCH', { field: `${field}.matchOn`, attribute: target, message: place })]
}

function checkColumn(
  site: Site,
  column: string,
  at: { readonly field: string; readonly attribute: string },
): readonly RuleFinding[] {
  const expression: Expression = { kind: 'attribute', name: column, position: 0 }
  return checkMapping(
    { target: at.attribute, expression, apply: 'always' },
    toContext(site, [at.attribute], expression),
  )
    .filter(({ rule }) => rule === 'W-DEPS-UNREAD')
    .map((finding) => toRuleFinding(finding, at.field))
}

function readMapping(mapping: SourceMapping, field: string): Expression | RuleFinding {
  const { target, kind, source, value, expression } = mapping
  if (kind === 'direct' && source !== undefined) return { kind: 'attribute', name: source, position: 0 }
  if (kind === 'constant' && value !== undefined) return toLiteral(value)
  if (kind === 'expression' && expression !== undefined)
    return parse(expression, { field: `${field}.expression`, attribute: target })
  return incomplete(kind, { field: `${field}.${fields[kind]}`, target })
}

function incomplete(kind: SourceMapping['kind'], at: { readonly field: string; readonly target: string }): RuleFinding {
  const message = `A mapping of the kind ${kind} needs "${fields[kind]}"`
  return find('E-INCOMPLETE', { field: at.field, attribute: at.target, message })
}

function toLiteral(value: string | number | boolean): Expression {
  if (typeof value === 'number') return { kind: 'number', value, position: 0 }
  return { kind: 'text', value: typeof value === 'boolean' ? (value ? 'True' : 'False') : value, position: 0 }
}

function parse(text: string, at: { readonly field: string; readonly attribute: string }): Expression | RuleFinding {
  try {
    return parseExpression(text, { ignoresCase: true })
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { message, position, suggestion } = error
    return find('E-SYNTAX', { ...at, message, position, suggestion })
  }
}

/** Where nobody has seen the source yet, every column that the rules read may be there. */
function toContext({ type, columns, isComplete }: Site, targets: readonly string[], read?: Expression): CheckContext {
  const names = read === undefined || isComplete ? [] : listAttributes(read).map(({ name }) => name)
  const unseen = names.filter((name) => !columns.some((column) => column.name === name))
  const source = [...columns, ...unseen.map((name) => ({ name, type: 'string' as const }))]
  return { source, target: toTargetSchema(type, targets, () => false) }
}

function checkDefault({ type }: Site, mapping: SourceMapping, field: string): readonly RuleFinding[] {
  const { target, default: value } = mapping
  const attribute = toTargetSchema(type, [target], () => false).find(({ name }) => name === target)
  if (value === undefined || attribute === undefined) return []
  try {
    toTargetValue(value, attribute)
    return []
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return [find('E-DEFAULT', { field: `${field}.default`, attribute: target, message: error.message })]
  }
}

function checkTables(
  { document }: Site,
  expression: Expression,
  at: { readonly field: string; readonly attribute: string },
): readonly RuleFinding[] {
  const tables = Object.keys(document.tables ?? {})
  return [...walk(expression)].flatMap((node) => {
    const [name] = node.kind === 'call' && node.name === 'Rollcall.Lookup' ? node.arguments : []
    if (name?.kind !== 'text' || tables.includes(name.value)) return []
    return [find('E-TABLE', { ...at, message: `The rules have no table ${name.value}`, position: name.position })]
  })
}

/** Two mappings of one attribute; what people must have is asked for with the user name. */
function checkTogether(site: Site): readonly RuleFinding[] {
  const mappings = site.document.mappings.flatMap((mapping, index): readonly Mapping[] => {
    const read = mapping.kind === 'reference' ? undefined : readMapping(mapping, `mappings[${index}]`)
    if (read === undefined || !('kind' in read)) return []
    return [{ target: mapping.target, expression: read, apply: 'always' }]
  })
  return checkMappings(
    mappings,
    toContext(
      site,
      mappings.map(({ target }) => target),
    ),
  )
    .filter(({ rule }) => rule === 'W-SHADOW')
    .map((finding) => toRuleFinding(finding, 'mappings'))
}

function checkCorrelation(site: Site): readonly RuleFinding[] {
  const { correlation, mappings, onUnmatched } = site.document
  const findings = correlation.flatMap((rule, row) =>
    rule.flatMap(({ target, source, expression }, column): readonly RuleFinding[] => {
      const field = `correlation[${row}][${column}]`
      const place = compilePlace(target, site.type)
      if (typeof place === 'string')
        return [find('E-TARGET', { field: `${field}.target`, attribute: target, message: place })]
      if (expression !== undefined) return checkText(site, expression, `${field}.expression`, target)
      if (source !== undefined) return checkColumn(site, source, { field: `${field}.source`, attribute: target })
      if (mappings.some((mapping) => mapping.target === target)) return []
      const message = `no mapping gives ${target} a value: name a source or an expression`
      return [find('E-MATCH', { field, attribute: target, message })]
    }),
  )
  if (correlation.length > 0 || onUnmatched === 'report') return findings
  const message = 'without a correlation rule everybody is new, also who is here already'
  return [...findings, find('W-NOMATCH', { field: 'correlation', message })]
}

function checkUserNames(site: Site): readonly RuleFinding[] {
  const { userName, mappings, onUnmatched } = site.document
  const isMapped = mappings.some(({ target }) => target === 'userName')
  const candidates = userName?.candidates ?? []
  const findings = candidates.flatMap((text, index) =>
    checkText(site, text, `userName.candidates[${index}]`, 'userName'),
  )
  if (candidates.length === 0 && !isMapped && onUnmatched === 'create') {
    const message = 'new people need a user name: map userName, or generate it by userName.candidates'
    return [...findings, find('E-USERNAME', { field: 'userName', attribute: 'userName', message })]
  }
  if (candidates.length === 0 || !isMapped) return findings
  const message =
    'userName is mapped too: the next read would rename whoever got a generated one; map it onCreate or not at all'
  const isOnCreate = mappings.every(({ target, apply }) => target !== 'userName' || apply === 'onCreate')
  return isOnCreate
    ? findings
    : [...findings, find('W-USERNAME', { field: 'userName', attribute: 'userName', message })]
}

/** Groups have columns of their own, which nobody knows before they are read. */
function checkTeams(site: Site): readonly RuleFinding[] {
  const { teams } = site.document
  if (teams === undefined) return []
  const columns = ['name', 'id'].map((name) => ({ name, type: 'string' as const }))
  const groups: Site = { ...site, columns, isComplete: false, document: { ...site.document, scope: teams.scope } }
  const { column, separator } = teams
  const unsplit = find('E-TEAMS', { field: 'teams.separator', message: 'a separator splits a column: name the column' })
  return [
    ...(column === undefined ? [] : checkColumn(site, column, { field: 'teams.column', attribute: 'teams' })),
    ...(separator !== undefined && column === undefined ? [unsplit] : []),
    ...checkSourceScope(groups, 'teams.scope'),
    // Both are texts, like the display name of a person.
    ...checkText(groups, teams.name, 'teams.name', 'displayName'),
    ...checkText(groups, teams.description, 'teams.description', 'displayName'),
  ]
}

/** An expression that is written elsewhere than in a mapping. */
function checkText(site: Site, text: string | undefined, field: string, attribute: string): readonly RuleFinding[] {
  if (text === undefined) return []
  const read = parse(text, { field, attribute })
  if (!('kind' in read)) return [read]
  const unread = checkMapping(
    { target: attribute, expression: read, apply: 'onCreate' },
    toContext(site, [attribute], read),
  )
    .filter(({ rule }) => rule !== 'E-TARGET' && rule !== 'E-UNIQ-MATCH')
    .map((finding) => toRuleFinding(finding, field))
  return [...unread, ...checkTables(site, read, { field, attribute })]
}
