import { compareText } from '../fold.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { AttributeRef } from '../schema/resource-type.ts'
import type { BoundElementFilter, BoundFilter, CompareOperator } from './ast.ts'
import { foldValue } from './fold-value.ts'

/**
 * Whether a resource fulfils a filter (RFC 7644 §3.4.2.2). The resource has canonical names and its `id`, `meta`,
 * `groups` and `members` where the filter speaks of them. Never throws.
 *
 * A condition on a multi-valued attribute holds when it holds on any element: `emails.type ne "work"` means the same as
 * `emails[type ne "work"]`. `ne` is the negation of `eq` on one value, so a missing value differs from every literal.
 *
 * @example
 * ```ts
 * import { bindFilter, createRegistry, findResourceType, matchFilter, parseFilter } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   const filter = bindFilter(parseFilter('userName sw "bj" and not (title pr)'), user)
 *   console.log(matchFilter(filter, { userName: 'BJensen', title: null })) // true
 * }
 * ```
 */
export function matchFilter(filter: BoundFilter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case 'compare':
      return matchCompare(filter, resource)
    case 'present':
      return isRefPresent(filter.ref, resource)
    case 'and':
      return filter.filters.every((part) => matchFilter(part, resource))
    case 'or':
      return filter.filters.some((part) => matchFilter(part, resource))
    case 'not':
      return !matchFilter(filter.filter, resource)
    case 'element':
      return listElements(filter.ref, resource).some((element) => matchElement(filter.filter, element))
    case 'nothing':
      return false
    default:
      return filter satisfies never
  }
}

/**
 * Whether one element of an attribute fulfils the conditions within brackets. An element of a simple multi-valued
 * attribute is the value itself. Never throws.
 *
 * @example
 * ```ts
 * import { bindPath, createRegistry, findResourceType, matchElement, parsePath } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * const path = user && bindPath(parsePath('emails[primary eq true]'), user)
 * if (path?.kind === 'attribute' && path.filter !== undefined) {
 *   console.log(matchElement(path.filter, { value: 'b@example.com', primary: true })) // true
 * }
 * ```
 */
export function matchElement(filter: BoundElementFilter, element: unknown): boolean {
  switch (filter.kind) {
    case 'compare':
      return matchLeaf(filter.attribute, readLeaf(filter.attribute, element), filter)
    case 'present':
      return isPresent(readLeaf(filter.attribute, element))
    case 'and':
      return filter.filters.every((part) => matchElement(part, element))
    case 'or':
      return filter.filters.some((part) => matchElement(part, element))
    case 'not':
      return !matchElement(filter.filter, element)
    default:
      return filter satisfies never
  }
}

/** What `pr` asks: false for null, `""`, `[]`, `{}` and for what holds only such (RFC 7644 §3.4.2.2, table 3). */
export function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false
  if (Array.isArray(value)) return value.some(isPresent)
  return typeof value !== 'object' || Object.values(value).some(isPresent)
}

/** The stored value of the attribute that `ref` names, without its sub-attribute. */
export function readAttribute(ref: AttributeRef, resource: JsonObject): unknown {
  const holder = ref.schema === undefined ? resource : resource[ref.schema]
  return isJsonObject(holder) ? holder[ref.attribute.name] : undefined
}

type Condition = { readonly operator: CompareOperator; readonly value: string | number | boolean }

function matchCompare(filter: Condition & { readonly ref: AttributeRef }, resource: JsonObject): boolean {
  const { attribute, subAttribute } = filter.ref
  if (!attribute.multiValued) {
    const value = readAttribute(filter.ref, resource)
    const leaf = subAttribute === undefined ? value : readLeaf(subAttribute, value)
    return matchLeaf(subAttribute ?? attribute, leaf, filter)
  }
  return listElements(filter.ref, resource).some((element) => {
    const leaf = subAttribute === undefined ? element : readLeaf(subAttribute, element)
    return matchLeaf(subAttribute ?? attribute, leaf, filter)
  })
}

function isRefPresent(ref: AttributeRef, resource: JsonObject): boolean {
  const { subAttribute } = ref
  if (subAttribute === undefined) return isPresent(readAttribute(ref, resource))
  return listElements(ref, resource).some((element) => isPresent(readLeaf(subAttribute, element)))
}

// A single complex value is its own only element; null elements are none (RFC 7643 §2.5).
function listElements(ref: AttributeRef, resource: JsonObject): readonly unknown[] {
  const value = readAttribute(ref, resource)
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value]
  return elements.filter((element) => element !== undefined && element !== null)
}

function readLeaf(attribute: Attribute, element: unknown): unknown {
  return isJsonObject(element) ? element[attribute.name] : element
}

function matchLeaf(attribute: Attribute, leaf: unknown, condition: Condition): boolean {
  return Array.isArray(leaf)
    ? leaf.some((value) => matchOne(attribute, value, condition))
    : matchOne(attribute, leaf, condition)
}

function matchOne(attribute: Attribute, leaf: unknown, { operator, value }: Condition): boolean {
  const folded = foldValue(attribute, leaf)
  if (folded === undefined) return operator === 'ne'
  switch (operator) {
    case 'eq':
      return folded === value
    case 'ne':
      return folded !== value
    case 'co':
      return String(folded).includes(String(value))
    case 'sw':
      return String(folded).startsWith(String(value))
    case 'ew':
      return String(folded).endsWith(String(value))
    default:
      return matchOrder(compareFolded(folded, value), operator)
  }
}

function matchOrder(order: number, operator: 'gt' | 'ge' | 'lt' | 'le'): boolean {
  switch (operator) {
    case 'gt':
      return order > 0
    case 'ge':
      return order >= 0
    case 'lt':
      return order < 0
    case 'le':
      return order <= 0
    default:
      return operator satisfies never
  }
}

/** Orders two folded values: numbers by value, false before true, text by code point. */
export function compareFolded(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  return Number(a) - Number(b)
}
