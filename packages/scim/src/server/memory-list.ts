import type { BoundFilter } from '../filter/ast.ts'
import { compareBySort } from '../filter/compare-by-sort.ts'
import { matchFilter } from '../filter/match-filter.ts'
import type { JsonObject } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { toEntityTag } from '../message/entity-tag.ts'
import type { AttributeRef, ResourceType } from '../schema/resource-type.ts'
import { listGroups, listMembers } from './memory-members.ts'
import type { MemoryState, StoredResource } from './memory-state.ts'
import type { ListQuery } from './storage.ts'

/** A page before its records are made. */
export type MemoryPage = {
  readonly records: readonly StoredResource[]
  readonly total: number | undefined
  readonly next: string | undefined
}

type Hides = (member: StoredResource) => boolean

/** Filters, orders and cuts the resources of one type. */
export function listMatching(state: MemoryState, type: ResourceType, query: ListQuery, hides: Hides): MemoryPage {
  const matching = toOrdered(listType(state, type, query.filter, hides), query.sort)
  const { page } = query
  if (page.kind === 'index') {
    const start = page.startIndex - 1
    return { records: matching.slice(start, start + page.count), total: matching.length, next: undefined }
  }
  const order = toOrder(query.sort)
  const after = page.after === undefined ? undefined : parsePosition(page.after)
  const rest = after === undefined ? matching : matching.filter((stored) => order(toSortable(stored), after) > 0)
  const records = rest.slice(0, page.count)
  const last = records.at(-1)
  const hasMore = rest.length > records.length && last !== undefined
  return { records, total: undefined, next: hasMore ? printPosition(last, query.sort) : undefined }
}

function listType(
  state: MemoryState,
  type: ResourceType,
  filter: BoundFilter | undefined,
  hides: Hides,
): readonly StoredResource[] {
  const matching: StoredResource[] = []
  const needs =
    filter === undefined ? undefined : { groups: mentions(filter, 'groups'), members: mentions(filter, 'members') }
  for (const stored of state.resources.values()) {
    if (stored.typeName !== type.name) continue
    if (filter === undefined || needs === undefined) matching.push(stored)
    else if (matchFilter(filter, toMatchable(state, stored, needs, hides))) matching.push(stored)
  }
  return matching
}

/** The resource as a filter sees it: with `id`, `meta`, and what is computed where the filter speaks of it. */
function toMatchable(
  state: MemoryState,
  stored: StoredResource,
  needs: { readonly groups: boolean; readonly members: boolean },
  hides: Hides,
): JsonObject {
  return {
    ...stored.attributes,
    id: stored.id,
    meta: {
      resourceType: stored.typeName,
      created: stored.created,
      lastModified: stored.lastModified,
      version: toEntityTag(String(stored.version)),
    },
    ...(needs.groups ? { groups: listGroups(state, stored.id).map(toJson) } : {}),
    ...(needs.members ? { members: listMembers(state, stored.id, hides).map(toJson) } : {}),
  }
}

function toJson(reference: {
  readonly value: string
  readonly type: string
  readonly display: string | undefined
}): JsonObject {
  return { ...reference }
}

function mentions(filter: BoundFilter, name: string): boolean {
  switch (filter.kind) {
    case 'compare':
    case 'present':
    case 'element':
      return filter.ref.attribute.name === name
    case 'and':
    case 'or':
      return filter.filters.some((part) => mentions(part, name))
    case 'not':
      return mentions(filter.filter, name)
    case 'nothing':
      return false
    default:
      return filter satisfies never
  }
}

/** What an order looks at: the attributes, and the order of creation where they tie. */
type Sortable = { readonly attributes: JsonObject; readonly sequence: number; readonly id: string }
type Order = (a: Sortable, b: Sortable) => number

function toSortable({ attributes, sequence, id, created, lastModified, typeName, version }: StoredResource): Sortable {
  const meta = { resourceType: typeName, created, lastModified, version: toEntityTag(String(version)) }
  return { attributes: { ...attributes, id, meta }, sequence, id }
}

function toOrder(sort: ListQuery['sort']): Order {
  const compare = sort === undefined ? undefined : compareBySort(sort.ref, sort.descending)
  // Ties are broken by id, so that pages neither repeat nor skip (TRAP-C5).
  if (compare === undefined) return (a, b) => a.sequence - b.sequence
  return (a, b) => compare(a.attributes, b.attributes) || (a.id < b.id ? -1 : Number(a.id > b.id))
}

function toOrdered(resources: readonly StoredResource[], sort: ListQuery['sort']): readonly StoredResource[] {
  // A Map keeps the order in which its keys came, which is that of creation.
  if (sort === undefined) return resources
  const order = toOrder(sort)
  const sortable = resources.map((stored) => ({ stored, key: toSortable(stored) }))
  return sortable.sort((a, b) => order(a.key, b.key)).map(({ stored }) => stored)
}

/** A position holds the values that the order looks at, so that it outlives the resource it was taken from. */
function printPosition(stored: StoredResource, sort: ListQuery['sort']): string {
  const { attributes, sequence, id } = toSortable(stored)
  return JSON.stringify({ sequence, id, attributes: sort === undefined ? {} : pick(attributes, sort.ref) })
}

function pick(attributes: JsonObject, { schema, attribute }: AttributeRef): JsonObject {
  if (schema === undefined) return { [attribute.name]: attributes[attribute.name] }
  const extension = attributes[schema]
  return isJsonObject(extension) ? { [schema]: { [attribute.name]: extension[attribute.name] } } : {}
}

function parsePosition(text: string): Sortable {
  // Only printPosition writes it, and cursors are signed.
  return JSON.parse(text) as Sortable
}
