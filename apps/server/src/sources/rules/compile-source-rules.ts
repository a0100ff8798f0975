import type { SourceRules } from '@rollcall/admin-api'
import {
  checkScope,
  type ClauseScope,
  type Expression,
  listAttributes,
  matchScope,
  parseExpression,
  type SchemaAttribute,
  type TargetValue,
  toTargetValue,
} from '@rollcall/expressions'
import { createRegistry, findResourceType, type JsonObject, type Registry, type ResourceType } from '@rollcall/scim'
import { compilePath } from '../../mapping/paths.ts'
import { compileColumnFilter } from './column-filter.ts'
import { compileColumns } from './columns.ts'
import type {
  CompiledCorrelation,
  CompiledMapping,
  CompiledReference,
  CompiledSourceRules,
  CorrelationTarget,
  SourceMapping,
  ValueSource,
} from './compiled.ts'
import { compilePlace, findPlace, type Place } from './place.ts'

/**
 * Rules that are ready for a million records. Throws ExpressionError, ScimError or Error for a document that checkSourceRules
 * refuses.
 */
export function compileSourceRules(document: SourceRules, registry: Registry = createRegistry()): CompiledSourceRules {
  const type = findResourceType(registry, 'User')
  if (type === undefined) throw new Error('The registry has no resource type User')
  const values = document.mappings.filter(({ kind }) => kind !== 'reference')
  const mappings = values.map((mapping) => compileMapping(mapping, type))
  const references = document.mappings
    .filter(({ kind }) => kind === 'reference')
    .map((mapping) => compileReference(mapping, type))
  const columns = compileColumns(document.columns)
  return {
    document,
    type,
    columns,
    secretColumns: new Set(Object.keys(document.columns).filter((name) => document.columns[name]?.isSecret)),
    isInScope: compileScope(document),
    mappings,
    references,
    correlation: document.correlation.map((rule) => rule.map((part) => compileCorrelation(part, type))),
    userNames: (document.userName?.candidates ?? []).map(parse),
    active: document.lifecycle.active === undefined ? undefined : parse(document.lifecycle.active),
    tables: new Map(Object.entries(document.tables ?? {}).map(([name, rows]) => [name, new Map(Object.entries(rows))])),
    placeOf: createPlaceFinder(type),
  }
}

function parse(text: string): Expression {
  return parseExpression(text, { ignoresCase: true })
}

function compileMapping(mapping: SourceMapping, type: ResourceType): CompiledMapping {
  const { target, apply, onNull } = mapping
  const { place, attribute } = findTarget(target, type, mapping.kind === 'direct')
  const fallback = mapping.default === undefined ? undefined : toTargetValue(mapping.default, attribute)
  return { target, place, attribute, from: compileSource(mapping, attribute), apply, onNull, fallback }
}

function compileSource(mapping: SourceMapping, attribute: SchemaAttribute): ValueSource {
  if (mapping.kind === 'constant') return { kind: 'constant', value: toConstant(mapping.value, attribute) }
  if (mapping.kind === 'expression') return toExpression(mapping.expression ?? '')
  return { kind: 'column', column: mapping.source ?? '' }
}

function toConstant(value: SourceMapping['value'], attribute: SchemaAttribute): TargetValue {
  return value === undefined ? null : toTargetValue(value, attribute)
}

function toExpression(text: string): ValueSource {
  const expression = parse(text)
  return { kind: 'expression', expression, columns: listAttributes(expression).map(({ name }) => name) }
}

function compileReference(mapping: SourceMapping, type: ResourceType): CompiledReference {
  const { target, onNull, matchOn } = mapping
  return {
    target,
    place: findTarget(target, type).place,
    column: mapping.source ?? '',
    onNull,
    matchOn: matchOn === undefined ? undefined : findTarget(matchOn, type),
  }
}

function compileCorrelation(part: SourceRules['correlation'][number][number], type: ResourceType): CompiledCorrelation {
  const target = findTarget(part.target, type)
  if (part.expression !== undefined) return { ...target, from: toExpression(part.expression) }
  return { ...target, from: part.source === undefined ? undefined : { kind: 'column', column: part.source } }
}

function findTarget(target: string, type: ResourceType, mayBeWhole = false): CorrelationTarget {
  const place = mayBeWhole ? findPlace(target, type) : compilePlace(target, type)
  if (typeof place === 'string') throw new Error(place)
  return { target, place, attribute: toSchemaAttribute(target, place, type) }
}

function toSchemaAttribute(target: string, place: Place, type: ResourceType): SchemaAttribute {
  const found = compilePath(target, type)?.attribute
  const leaf = place.sub ?? place.attribute
  return { name: target, type: leaf.type, isMultiValued: found?.isMultiValued ?? false, isRequired: leaf.required }
}

function compileScope({ scope, columns }: Pick<SourceRules, 'scope' | 'columns'>): (record: JsonObject) => boolean {
  const clauses = { groups: scope.groups.map((group) => group.map(toClause)) }
  checkScope(clauses)
  const checked: ClauseScope = clauses
  if (scope.filter === undefined) return (record) => matchScope(checked, record)
  const { matches } = compileColumnFilter(scope.filter, columns)
  return (record) => matchScope(checked, record) && matches(record)
}

export function toClause({ attribute, operator, value, quantifier }: SourceRules['scope']['groups'][number][number]) {
  return {
    attribute,
    operator,
    ...(value !== undefined && { value }),
    ...(quantifier !== undefined && { quantifier }),
  }
}

function createPlaceFinder(type: ResourceType): (target: string) => Place | undefined {
  const known = new Map<string, Place | undefined>()
  return (target) => {
    if (!known.has(target)) {
      const place = findPlace(target, type)
      known.set(target, typeof place === 'string' ? undefined : place)
    }
    return known.get(target)
  }
}
