import type { Attribute, AttributeRef, BoundElementFilter, Json } from '@rollcall/scim'
import { assertWellFormed, compareJson, negate, toPattern, type Comparison } from './compare.ts'
import { joinFragments, sql, sqlFalse, sqlTrue, type Fragment } from './fragment.ts'
import { isInSearchText } from './search-text.ts'
import type { DirectoryTable } from '../tables.ts'

/** `attribute operator value` on the column `search`. */
export function compareInSearch(ref: AttributeRef, comparison: Comparison, table: DirectoryTable): Fragment {
  const leaf = ref.subAttribute ?? ref.attribute
  if (comparison.operator === 'eq') return contains(ref, toElement(ref, comparison.value), comparison.value)
  const condition = ref.attribute.multiValued
    ? someElement(ref, (element) => compareLeaf(readLeaf(ref, leaf, element), leaf, comparison, ref))
    : compareLeaf(readSingle(ref), leaf, comparison, ref)
  return withSearchText(condition, ref, comparison, table)
}

/** `attribute pr` on the column `search`: there is something in it that is not the empty text (RFC 7644 table 3). */
export function presentInSearch(ref: AttributeRef): Fragment {
  const { attribute, subAttribute } = ref
  if (subAttribute !== undefined && attribute.multiValued)
    return someElement(ref, (element) => isPresent(readLeaf(ref, subAttribute, element)))
  return isPresent(readSingle(ref))
}

/** `attribute[filter]` on the column `search`: all of it holds on one element. */
export function elementInSearch(ref: AttributeRef, filter: BoundElementFilter, table: DirectoryTable): Fragment {
  // "Some element fulfils a or b" is "some fulfils a, or some fulfils b": each part then finds its own index.
  if (filter.kind === 'or') {
    const parts = filter.filters.map((part) => elementInSearch(ref, part, table))
    return sql`(${joinFragments(parts, ' or ', sqlFalse)})`
  }
  const equalities = listEqualities(filter)
  const guards = [...containsEqualities(ref, equalities.found), ...searchTextGuards(ref, filter, table)]
  if (equalities.isComplete && guards.length > 0) return joinFragments(guards, ' and ', sqlTrue)
  const exact = ref.attribute.multiValued
    ? someElement(ref, (element) => elementCondition(filter, ref, element))
    : sql`(${readAttribute(ref)} is not null and ${elementCondition(filter, ref, readAttribute(ref))})`
  return sql`(${joinFragments([...guards, exact], ' and ', sqlTrue)})`
}

function elementCondition(filter: BoundElementFilter, ref: AttributeRef, element: Fragment): Fragment {
  switch (filter.kind) {
    case 'compare':
      return compareLeaf(readLeaf(ref, filter.attribute, element), filter.attribute, filter, ref)
    case 'present':
      return isPresent(readLeaf(ref, filter.attribute, element))
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => elementCondition(part, ref, element))
      return sql`(${joinFragments(parts, ` ${filter.kind} `, filter.kind === 'and' ? sqlTrue : sqlFalse)})`
    }
    case 'not':
      return negate(elementCondition(filter.filter, ref, element))
    default:
      return filter satisfies never
  }
}

// A sub-attribute may itself be multi-valued; a condition on it holds when it holds on any of its values.
function compareLeaf(json: Fragment, leaf: Attribute, comparison: Comparison, ref: AttributeRef): Fragment {
  const isOwnElement = leaf === ref.attribute
  if (!leaf.multiValued || isOwnElement) return compareJson(json, leaf, comparison)
  const some = sql`exists (select from jsonb_array_elements(${arrayOrNull(json)}) as v (value) where ${compareJson(sql`v.value`, leaf, comparison)})`
  return comparison.operator === 'ne' ? sql`(${json} is null or ${some})` : some
}

function isPresent(json: Fragment): Fragment {
  return sql`jsonb_path_exists(${json}, '$.** ? (@.type() == "number" || @.type() == "boolean" || (@.type() == "string" && @ != ""))')`
}

function readAttribute(ref: AttributeRef): Fragment {
  const holder = ref.schema === undefined ? sql`r.search` : sql`r.search -> ${ref.schema}::text`
  return sql`(${holder} -> ${ref.attribute.name}::text)`
}

function readSingle(ref: AttributeRef): Fragment {
  const value = readAttribute(ref)
  return ref.subAttribute === undefined ? value : sql`(${value} -> ${ref.subAttribute.name}::text)`
}

// An element of a simple multi-valued attribute is the value itself.
function readLeaf(ref: AttributeRef, leaf: Attribute, element: Fragment): Fragment {
  return leaf === ref.attribute ? element : sql`(${element} -> ${leaf.name}::text)`
}

function someElement(ref: AttributeRef, condition: (element: Fragment) => Fragment): Fragment {
  return sql`exists (select from jsonb_array_elements(${arrayOrNull(readAttribute(ref))}) as e (value) where ${condition(sql`e.value`)})`
}

// A schema that was changed may have left single values behind.
function arrayOrNull(json: Fragment): Fragment {
  return sql`case jsonb_typeof(${json}) when 'array' then ${json} end`
}

function toElement({ subAttribute }: AttributeRef, value: Json): Json {
  if (subAttribute === undefined) return value
  return { [subAttribute.name]: subAttribute.multiValued ? [value] : value }
}

/** The GIN index on `search` answers this; two conditions in one object must hold on one element. */
function contains(ref: AttributeRef, element: Json, value: unknown): Fragment {
  if (typeof value === 'string') assertWellFormed(value)
  if (typeof value === 'string' && value.includes('\0')) return sqlFalse
  const { attribute, schema } = ref
  const holder = { [attribute.name]: attribute.multiValued ? [element] : element }
  return sql`r.search @> ${JSON.stringify(schema === undefined ? holder : { [schema]: holder })}::jsonb`
}

type Equality = Extract<BoundElementFilter, { kind: 'compare' }>

/** The `eq` conditions that must all hold; complete when there are no others. */
function listEqualities(filter: BoundElementFilter): {
  readonly found: readonly Equality[]
  readonly isComplete: boolean
} {
  if (filter.kind === 'compare')
    return { found: filter.operator === 'eq' ? [filter] : [], isComplete: filter.operator === 'eq' }
  if (filter.kind !== 'and') return { found: [], isComplete: false }
  const parts = filter.filters.map(listEqualities)
  const found = parts.flatMap((part) => part.found)
  const names = new Set(found.map((part) => part.attribute.name))
  return { found, isComplete: names.size === found.length && parts.every((part) => part.isComplete) }
}

function containsEqualities(ref: AttributeRef, equalities: readonly Equality[]): readonly Fragment[] {
  const [first] = equalities
  if (first === undefined) return []
  if (first.attribute === ref.attribute) return equalities.map(({ value }) => contains(ref, value, value))
  const element = Object.fromEntries(
    equalities.map(({ attribute, value }) => [attribute.name, attribute.multiValued ? [value] : value]),
  )
  const texts = equalities.map(({ value }) => (typeof value === 'string' ? value : ''))
  return [contains(ref, element, texts.join(''))]
}

/** The condition on search_text that a comparison implies, for its index. */
function searchTextGuards(ref: AttributeRef, filter: BoundElementFilter, table: DirectoryTable): readonly Fragment[] {
  if (filter.kind === 'and') return filter.filters.flatMap((part) => searchTextGuards(ref, part, table))
  if (filter.kind !== 'compare') return []
  const guard = searchTextGuard({ ...ref, subAttribute: filter.attribute }, filter, table)
  return guard === undefined ? [] : [guard]
}

function withSearchText(
  condition: Fragment,
  ref: AttributeRef,
  comparison: Comparison,
  table: DirectoryTable,
): Fragment {
  const guard = searchTextGuard(ref, comparison, table)
  return guard === undefined ? condition : sql`(${guard} and ${condition})`
}

/** Every value stands in search_text between line feeds, so its beginning follows one and its end precedes one. */
export function searchTextGuard(
  ref: AttributeRef,
  { operator, value }: Comparison,
  table: DirectoryTable,
): Fragment | undefined {
  if (typeof value !== 'string' || value.includes('\0') || !isInSearchText(ref, table.name)) return undefined
  if (operator === 'co') return sql`r.search_text like ${toPattern('co', value)}`
  if (operator === 'sw') return sql`r.search_text like ${toPattern('co', `\n${value}`)}`
  if (operator === 'ew') return sql`r.search_text like ${toPattern('co', `${value}\n`)}`
  return undefined
}
