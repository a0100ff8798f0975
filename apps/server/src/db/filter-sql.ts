import type { AttributeRef, BoundElementFilter, BoundFilter } from '@rollcall/scim'
import { compareInstant, compareText, negate, type Comparison } from './filter-sql/compare.ts'
import { joinFragments, sql, sqlFalse, sqlTrue, type Fragment } from './filter-sql/fragment.ts'
import { isUuid, someGroup, someMember } from './filter-sql/membership.ts'
import { compareInSearch, elementInSearch, presentInSearch, searchTextGuard } from './filter-sql/search-document.ts'
import type { DirectoryTable } from './tables.ts'

/** Where a filter is applied. */
export type FilterScope = {
  readonly table: DirectoryTable
  readonly organizationId: string
  /** externalId belongs to the connection that gave it; to others it is not there (RFC 7643 §3.1). */
  readonly connectionId: string | null
  readonly hidesSuspendedMembers: boolean
}

/**
 * A filter as a condition on the row `r`.
 *
 * "Unknown" (null) counts as false everywhere: every negation is compiled to `is not true`.
 * Conditions are written so that each `eq`, and `co`, `sw` on names and addresses, finds an index.
 */
export function compileFilter(filter: BoundFilter, scope: FilterScope): Fragment {
  switch (filter.kind) {
    case 'compare':
      return compileCompare(filter.ref, filter, scope)
    case 'present':
      return compilePresent(filter.ref, scope)
    case 'element':
      return compileElement(filter.ref, filter.filter, scope)
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => compileFilter(part, scope))
      return sql`(${joinFragments(parts, ` ${filter.kind} `, filter.kind === 'and' ? sqlTrue : sqlFalse)})`
    }
    case 'not':
      return negate(compileFilter(filter.filter, scope))
    case 'nothing':
      return sqlFalse
    default:
      return filter satisfies never
  }
}

function compileCompare(ref: AttributeRef, comparison: Comparison, scope: FilterScope): Fragment {
  const memberships = membershipOf(ref, scope)
  if (memberships !== undefined && ref.subAttribute !== undefined)
    return memberships({ kind: 'compare', attribute: ref.subAttribute, ...comparison })
  const column = columnOf(ref, scope)
  if (column === undefined) return compareInSearch(ref, comparison, scope.table)
  switch (column.kind) {
    case 'id':
      return compareId(column.expression, comparison)
    case 'externalId':
      return compareExternalId(comparison, scope)
    case 'instant':
      return compareInstant(column.expression, comparison)
    case 'boolean':
      return comparison.value === (comparison.operator === 'eq') ? column.expression : isSuspended
    case 'text': {
      const condition = compareText(column.expression, comparison)
      const guard = comparison.operator === 'sw' ? undefined : searchTextGuard(ref, comparison, scope.table)
      return guard === undefined ? condition : sql`(${guard} and ${condition})`
    }
    default:
      return column.kind satisfies never
  }
}

function compilePresent(ref: AttributeRef, scope: FilterScope): Fragment {
  const memberships = membershipOf(ref, scope)
  if (memberships !== undefined)
    return memberships(ref.subAttribute === undefined ? undefined : { kind: 'present', attribute: ref.subAttribute })
  if (ref.schema === undefined && ref.attribute.name === 'meta') return sqlTrue
  const column = columnOf(ref, scope)
  if (column === undefined) return presentInSearch(ref)
  if (column.kind === 'instant' || column.kind === 'id' || column.kind === 'boolean') return sqlTrue
  return sql`${column.expression} <> ''`
}

function compileElement(ref: AttributeRef, filter: BoundElementFilter, scope: FilterScope): Fragment {
  const memberships = membershipOf(ref, scope)
  if (memberships !== undefined) return memberships(filter)
  if (ref.schema === undefined && ref.attribute.name === 'meta') return compileMeta(ref, filter, scope)
  return elementInSearch(ref, filter, scope.table)
}

// `meta` is one object that is always there, so its brackets are plain conditions on its sub-attributes.
function compileMeta(ref: AttributeRef, filter: BoundElementFilter, scope: FilterScope): Fragment {
  switch (filter.kind) {
    case 'compare':
      return compileCompare({ ...ref, subAttribute: filter.attribute }, filter, scope)
    case 'present':
      return sqlTrue
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => compileMeta(ref, part, scope))
      return sql`(${joinFragments(parts, ` ${filter.kind} `, filter.kind === 'and' ? sqlTrue : sqlFalse)})`
    }
    case 'not':
      return negate(compileMeta(ref, filter.filter, scope))
    default:
      return filter satisfies never
  }
}

const isSuspended = sql`(r.state = 'suspended' and exists (
  select from user_states s where s.organization_id = r.organization_id and s.state = 'suspended' and s.user_id = r.id))`

type MembershipFilter = (filter: BoundElementFilter | undefined) => Fragment

/** `groups` of a user and `members` of a group are rows of memberships, not part of the search document. */
export function membershipOf(ref: AttributeRef, scope: FilterScope): MembershipFilter | undefined {
  if (ref.schema !== undefined) return undefined
  const { name } = ref.attribute
  if (scope.table.name === 'users' && name === 'groups') return (filter) => someGroup(filter, scope)
  if (scope.table.name === 'teams' && name === 'members') return (filter) => someMember(filter, scope)
  return undefined
}

/** What of a resource stands in a column and not in the search document. */
export type Column = {
  readonly kind: 'text' | 'id' | 'externalId' | 'instant' | 'boolean'
  readonly expression: Fragment
}

export function columnOf(ref: AttributeRef, scope: FilterScope): Column | undefined {
  if (ref.schema !== undefined) return undefined
  const { table, connectionId } = scope
  const { name } = ref.attribute
  const key = table.keyColumns.get(name)
  if (key !== undefined) return { kind: 'text', expression: key }
  // The state says it, so that suspending somebody changes no index. Who is deprovisioned is in no list.
  if (name === 'active' && table.name === 'users') return { kind: 'boolean', expression: sql`(r.state <> 'suspended')` }
  if (name === 'id') return { kind: 'id', expression: sql`r.scim_id` }
  if (name === 'externalId')
    return {
      kind: 'externalId',
      expression: sql`case when r.connection_id = ${connectionId}::uuid then r.external_id end`,
    }
  return name === 'meta' ? metaColumn(ref.subAttribute?.name, table) : undefined
}

function metaColumn(name: string | undefined, table: DirectoryTable): Column | undefined {
  switch (name) {
    case 'created':
      return { kind: 'instant', expression: sql`r.created_at` }
    case 'lastModified':
      return { kind: 'instant', expression: sql`r.updated_at` }
    case 'version':
      return { kind: 'text', expression: sql`('W/"' || r.version || '"')` }
    case 'resourceType':
      return { kind: 'text', expression: sql`${table.typeName}::text` }
    case 'location':
      // The handler turns absolute locations into ids; what is left is relative to the base URL.
      return { kind: 'text', expression: sql`(${table.endpoint}::text || '/' || r.scim_id)` }
    default:
      return undefined
  }
}

function compareId(column: Fragment, comparison: Comparison): Fragment {
  const { operator, value } = comparison
  if (operator !== 'eq' && operator !== 'ne') return compareText(sql`${column}::text`, comparison)
  const equal = typeof value === 'string' && isUuid(value) ? sql`${column} = ${value}::uuid` : sqlFalse
  return operator === 'eq' ? equal : negate(equal)
}

function compareExternalId(comparison: Comparison, { connectionId }: Pick<FilterScope, 'connectionId'>): Fragment {
  if (comparison.operator === 'ne')
    return negate(compareExternalId({ ...comparison, operator: 'eq' }, { connectionId }))
  return sql`(r.connection_id = ${connectionId}::uuid and ${compareText(sql`r.external_id`, comparison)})`
}
