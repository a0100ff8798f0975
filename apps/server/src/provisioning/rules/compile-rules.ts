import type { ProvisioningRules } from '@rollcall/admin-api'
import {
  checkScope,
  listAttributes,
  parseExpression,
  type SchemaAttribute,
  type TargetValue,
  toTargetValue,
  walk,
} from '@rollcall/expressions'
import { createRegistry, findResourceType, type Registry, type ResourceType } from '@rollcall/scim'
import type { ObjectKind } from '../object.ts'
import { findSourceAttribute, interests, readUnregistered, type SourceAttribute } from '../source/attributes.ts'
import { compilePath } from '../../mapping/paths.ts'
import type { SourceReads } from '../source/source-object.ts'
import { compileFilter } from '../source/scope-filter.ts'
import type {
  CompiledMapping,
  CompiledMatch,
  CompiledObjectRules,
  CompiledRules,
  CompiledScope,
  MappingDocument,
  MappingSource,
} from './compiled.ts'

/** What attributes there are: in our directory, and in the target (the standard ones when it was not asked). */
export type RuleSchemas = { readonly source: Registry; readonly target: Registry }

export const standardSchemas: RuleSchemas = { source: createRegistry(), target: createRegistry() }

/**
 * Rules that are ready to be evaluated. Throws ExpressionError or ScimError for a document that checkRules refuses;
 * attributes that nobody knows are no errors here: they have no value.
 */
export function compileRules(document: ProvisioningRules, schemas: RuleSchemas = standardSchemas): CompiledRules {
  const tables = toTables(document.tables)
  const users = compileObject(document.users, 'user', { schemas, tables })
  const { teams } = document
  const compiledTeams = teams?.isEnabled ? compileObject(teams, 'team', { schemas, tables }) : undefined
  const readsTeams = users.interests.has(interests.teams)
  return {
    assignment: document.assignment,
    users,
    teams: compiledTeams && teams && { ...compiledTeams, members: teams.members },
    reads: ({ assignsNested }) => ({
      // With everyone assigned, only the built-in account is asked whether somebody assigned it.
      assignment: document.assignment === 'everyone' ? 'named' : assignsNested ? 'nested' : 'direct',
      manager: managerReach(users.interests),
      teams: readsTeams,
    }),
  }
}

function managerReach(read: ReadonlySet<string>): SourceReads['manager'] {
  if ([...read].some((interest) => interest.startsWith(`${interests.manager}.`))) return 'whole'
  return read.has(interests.manager) ? 'reference' : 'none'
}

type Site = {
  readonly kind: ObjectKind
  readonly source: ResourceType
  readonly target: ResourceType
  readonly attributes: Map<string, SourceAttribute>
  readonly tables: CompiledObjectRules['tables']
}

function compileObject(
  rules: ProvisioningRules['users'],
  kind: ObjectKind,
  { schemas, tables }: { readonly schemas: RuleSchemas; readonly tables: CompiledObjectRules['tables'] },
): CompiledObjectRules {
  const typeName = kind === 'user' ? 'User' : 'Group'
  const source = findResourceType(schemas.source, typeName)
  const target = findResourceType(schemas.target, typeName)
  if (source === undefined || target === undefined) throw new Error(`no resource type ${typeName}`)
  const site: Site = { kind, source, target, attributes: new Map(), tables }
  const scope = compileScope(rules.scope, site)
  const mappings = rules.mappings.map((mapping) => compileMapping(mapping, site))
  const matching = rules.matching.map((rule) => rule.map((part) => compileMatch(part, { rules, site })))
  const { actions, leaving, adoption, onVanished } = rules
  return {
    kind,
    scope,
    mappings,
    matching,
    actions,
    leaving,
    adoption,
    onVanished,
    attributes: site.attributes,
    tables: site.tables,
    sequences: listSequences([...mappings, ...matching.flat()].map(({ from }) => from)),
    interests: new Set([
      interests.state,
      interests.assignment,
      ...[...site.attributes.values()].flatMap((attribute) => attribute.interests),
      ...(scope.kind === 'filter' ? scope.filter.roots : []),
    ]),
  }
}

function compileScope(scope: ProvisioningRules['users']['scope'], site: Site): CompiledScope {
  if ('filter' in scope) return { kind: 'filter', filter: compileFilter(scope.filter, site.source) }
  const clauses = {
    groups: scope.groups.map((group) =>
      group.map(({ attribute, operator, value, quantifier }) => ({
        attribute,
        operator,
        ...(value !== undefined && { value }),
        ...(quantifier !== undefined && { quantifier }),
      })),
    ),
  }
  checkScope(clauses)
  for (const { attribute } of clauses.groups.flat()) learn(site, attribute)
  return { kind: 'clauses', groups: clauses.groups }
}

function compileMapping(mapping: MappingDocument, site: Site): CompiledMapping {
  const { target, apply, onNull, onError, onMissing } = mapping
  const attribute = findTargetAttribute(target, site)
  const from = compileSource(mapping, site)
  const fallback = mapping.default === undefined ? undefined : toTarget(mapping.default, attribute)
  const isDisabling = apply === 'always' && listNames(from).some((name) => name.toLowerCase() === 'issoftdeleted')
  return { target, from, attribute, apply, onNull, onError, onMissing, fallback, isDisabling }
}

function compileSource(mapping: MappingDocument, site: Site): MappingSource {
  switch (mapping.kind) {
    case 'constant':
      return { kind: 'constant', value: toTarget(mapping.value ?? '', findTargetAttribute(mapping.target, site)) }
    case 'expression':
      return compileExpression(mapping.expression ?? '', site)
    case 'direct':
      return { kind: 'direct', attribute: learn(site, mapping.source ?? '') }
    case 'reference':
      // However it is written, the one reference of a person.
      return { kind: 'reference', attribute: learn(site, 'manager') }
    case 'none':
      return { kind: 'none' }
    default:
      return mapping.kind satisfies never
  }
}

function compileExpression(text: string, site: Site): MappingSource {
  const expression = parseExpression(text, { ignoresCase: true })
  const from: MappingSource = { kind: 'expression', expression }
  for (const name of listNames(from)) learn(site, name)
  return from
}

/** Without a source of its own an attribute is matched by what its mapping says. */
function compileMatch(
  part: ProvisioningRules['users']['matching'][number][number],
  { rules, site }: { readonly rules: ProvisioningRules['users']; readonly site: Site },
): CompiledMatch {
  const attribute = findTargetAttribute(part.target, site)
  if (part.expression !== undefined)
    return { target: part.target, attribute, from: compileExpression(part.expression, site) }
  if (part.source !== undefined)
    return { target: part.target, attribute, from: { kind: 'direct', attribute: learn(site, part.source) } }
  const mapping = rules.mappings.find(({ target }) => target === part.target)
  return { target: part.target, attribute, from: mapping ? compileSource(mapping, site) : { kind: 'none' } }
}

function learn({ attributes, kind, source }: Site, name: string): SourceAttribute {
  const known = attributes.get(name)
  if (known !== undefined) return known
  const found = findSourceAttribute(name, kind, source) ?? readUnregistered(name)
  attributes.set(name, found)
  return found
}

function findTargetAttribute(path: string, { target }: Site): SchemaAttribute | undefined {
  return compilePath(path, target)?.attribute
}

function toTarget(value: string | number | boolean, attribute: SchemaAttribute | undefined): TargetValue {
  return attribute === undefined ? value : toTargetValue(value, attribute)
}

/** The names of attributes that a source reads, as it writes them. */
function listNames(from: MappingSource): readonly string[] {
  if (from.kind === 'direct' || from.kind === 'reference') return [from.attribute.schema.name]
  return from.kind === 'expression' ? listAttributes(from.expression).map(({ name }) => name) : []
}

function listSequences(sources: readonly MappingSource[]): readonly string[] {
  const calls = sources.flatMap((from) => (from.kind === 'expression' ? [...walk(from.expression)] : []))
  const names = calls.flatMap((node) => {
    const isOne = node.kind === 'call' && node.name === 'Rollcall.UniqueNumber'
    const [name] = isOne ? node.arguments : []
    return name?.kind === 'text' ? [name.value] : []
  })
  return [...new Set(names)]
}

function toTables(tables: ProvisioningRules['tables'] = {}): CompiledObjectRules['tables'] {
  return new Map(Object.entries(tables).map(([name, rows]) => [name, new Map(Object.entries(rows))]))
}
