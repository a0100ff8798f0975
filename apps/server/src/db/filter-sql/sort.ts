import { findSubAttribute, type AttributeRef } from '@rollcall/scim'
import { columnOf, membershipOf, type FilterScope } from '../filter-sql.ts'
import { raw, sql, type Fragment } from './fragment.ts'
import { groupLeaves, groupsOf, memberLeaves, membersOf } from './membership.ts'

/** What a list is ordered by; without a key by id alone, which is the order of creation. */
export type Order = {
  readonly key: Fragment | undefined
  /** The SQL type that the key has, to read it back from a cursor. */
  readonly type: 'text' | 'jsonb' | 'timestamptz'
  readonly descending: boolean
}

/** Where a page begins: behind the row with this key and id. */
export type Position = { readonly key: string | null; readonly id: string }

export const orderById: Order = { key: undefined, type: 'text', descending: false }

/** The order of RFC 7644 §3.4.2.3: by the primary value, else the first; of a complex attribute by its `value`. */
export function toOrder(ref: AttributeRef, descending: boolean, scope: FilterScope): Order {
  const column = columnOf(ref, scope)
  if (column?.kind === 'instant') return { key: column.expression, type: 'timestamptz', descending }
  if (column?.kind === 'boolean') return { key: sql`to_jsonb(${column.expression})`, type: 'jsonb', descending }
  if (column !== undefined) return { key: sql`${column.expression}::text collate "C"`, type: 'text', descending }
  if (membershipOf(ref, scope) !== undefined)
    return { key: sql`${firstMembership(ref, scope)} collate "C"`, type: 'text', descending }
  return searchOrder(ref, descending)
}

function searchOrder(ref: AttributeRef, descending: boolean): Order {
  const { attribute, schema } = ref
  const leaf = attribute.type === 'complex' ? (ref.subAttribute ?? findSubAttribute(attribute, 'value')) : attribute
  if (leaf === undefined || (leaf !== attribute && leaf.multiValued))
    return { key: raw('null::text collate "C"'), type: 'text', descending }
  const holder = schema === undefined ? sql`r.search` : sql`r.search -> ${schema}::text`
  const value = sql`(${holder} -> ${attribute.name}::text)`
  const element = attribute.multiValued ? primaryOf(value) : value
  const json = leaf === attribute ? element : sql`(${element} -> ${leaf.name}::text)`
  const isPlain = leaf.type === 'boolean' || leaf.type === 'integer' || leaf.type === 'decimal'
  if (isPlain) return { key: json, type: 'jsonb', descending }
  return { key: sql`(${json} #>> '{}') collate "C"`, type: 'text', descending }
}

function primaryOf(json: Fragment): Fragment {
  return sql`(select e.value from jsonb_array_elements(case jsonb_typeof(${json}) when 'array' then ${json} end) with ordinality as e (value, n)
    order by coalesce((e.value -> 'primary') = 'true', false) desc, e.n limit 1)`
}

function firstMembership({ attribute, subAttribute }: AttributeRef, scope: FilterScope): Fragment {
  const name = subAttribute?.name ?? 'value'
  if (attribute.name === 'groups')
    return sql`(select ${groupLeaves.get(name) ?? raw('null::text')} from (${groupsOf()}) g order by g.type, g.id limit 1)`
  const leaf = memberLeaves.get(name) ?? raw('null::text')
  return sql`(select ${leaf} ${membersOf(sql`r.organization_id`, sql`r.id`, scope)} order by m.member_id limit 1)`
}

/** Missing values last ascending and first descending; equal ones by id. */
export function orderBy({ key, descending }: Order): Fragment {
  if (key === undefined) return sql`order by r.id`
  return descending ? sql`order by ${key} desc nulls first, r.id` : sql`order by ${key} asc nulls last, r.id`
}

/** The rows behind a position, in the same order. */
export function isBehind({ key, type, descending }: Order, position: Position): Fragment {
  const byId = sql`r.id > ${position.id}::uuid`
  if (key === undefined) return byId
  if (position.key === null) {
    const tie = sql`(${key} is null and ${byId})`
    return descending ? sql`(${key} is not null or ${tie})` : tie
  }
  const value = sql`${position.key}::${raw(type)}`
  const tie = sql`(${key} = ${value} and ${byId})`
  return descending ? sql`(${key} < ${value} or ${tie})` : sql`(${key} > ${value} or ${key} is null or ${tie})`
}
