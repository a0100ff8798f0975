import { isJsonObject, type JsonObject } from '../json.ts'
import { findSubAttribute } from '../schema/registry.ts'
import type { AttributeRef } from '../schema/resource-type.ts'
import { foldValue } from './fold-value.ts'
import { compareFolded, readAttribute } from './match-filter.ts'

/**
 * The order of RFC 7644 §3.4.2.3: by the attribute's type, text without regard to case unless caseExact.
 * Resources without a value come last in ascending and first in descending order. Ties give 0: break them by id.
 *
 * @example
 * ```ts
 * import { compareBySort, createRegistry, findAttribute, findResourceType } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * const ref = user && findAttribute(user, { schema: undefined, attribute: 'userName', subAttribute: undefined })
 * if (ref !== undefined) {
 *   const users = [{ userName: 'b' }, {}, { userName: 'A' }]
 *   console.log(JSON.stringify(users.sort(compareBySort(ref, false)))) // [{"userName":"A"},{"userName":"b"},{}]
 * }
 * ```
 */
export function compareBySort(ref: AttributeRef, descending: boolean): (a: JsonObject, b: JsonObject) => number {
  const direction = descending ? -1 : 1
  return (a, b) => direction * compareKeys(toSortKey(a, ref), toSortKey(b, ref))
}

/**
 * The value that a resource is sorted by; undefined when it has none. Of several values that is the primary one, else
 * the first; of a complex attribute its `value`.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, parseAttributePath, resolveAttribute, toSortKey } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * const ref = user && resolveAttribute(parseAttributePath('emails'), user)
 * const resource = { emails: [{ value: 'a@example.com' }, { value: 'B@example.com', primary: true }] }
 * if (ref !== undefined) console.log(toSortKey(resource, ref)) // b@example.com
 * ```
 */
export function toSortKey(resource: JsonObject, ref: AttributeRef): string | number | boolean | undefined {
  const value = readAttribute(ref, resource)
  const element = ref.attribute.multiValued && Array.isArray(value) ? choosePrimary(value) : value
  if (ref.attribute.type !== 'complex') return foldValue(ref.attribute, element)
  const leaf = ref.subAttribute ?? findSubAttribute(ref.attribute, 'value')
  if (leaf === undefined || !isJsonObject(element)) return undefined
  return foldValue(leaf, element[leaf.name])
}

function choosePrimary(elements: readonly unknown[]): unknown {
  return elements.find((element) => isJsonObject(element) && element['primary'] === true) ?? elements[0]
}

type SortKey = string | number | boolean | undefined

function compareKeys(a: SortKey, b: SortKey): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return compareFolded(a, b)
}
