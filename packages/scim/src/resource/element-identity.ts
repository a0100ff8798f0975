import { scimError } from '../errors.ts'
import { foldValue } from '../filter/fold-value.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findSubAttribute } from '../schema/registry.ts'

/**
 * What makes two elements of a list the same: their folded (type, value) pair (RFC 7643 §2.4).
 * Undefined for an element without a value, e.g. an address.
 */
export function identifyElement(attribute: Attribute, element: Json): string | undefined {
  if (attribute.type !== 'complex') return JSON.stringify(foldValue(attribute, element))
  if (!isJsonObject(element)) return undefined
  const value = foldSub(attribute, element, 'value')
  return value === undefined ? undefined : JSON.stringify([foldSub(attribute, element, 'type') ?? null, value])
}

function foldSub(attribute: Attribute, element: JsonObject, name: string): string | number | boolean | undefined {
  const sub = findSubAttribute(attribute, name)
  return sub === undefined ? undefined : foldValue(sub, element[sub.name])
}

/** Keeps the first of every (type, value) pair; of two the primary one wins (RFC 7643 §2.4). */
export function removeDuplicates(attribute: Attribute, elements: readonly Json[]): readonly Json[] {
  if (elements.length < 2) return elements
  const places = new Map<string, number>()
  const unique: Json[] = []
  for (const element of elements) {
    const key = identifyElement(attribute, element)
    const place = key === undefined ? undefined : places.get(key)
    if (place === undefined) {
      if (key !== undefined) places.set(key, unique.length)
      unique.push(element)
    } else if (isPrimary(element)) unique[place] = element
  }
  return unique.length === elements.length ? elements : unique
}

/**
 * Sees to it that at most one element is primary (RFC 7643 §2.4).
 *
 * An element of `after` that is not in `untouched` was set by this request and demotes the others
 * (RFC 7644 §3.5.2: "SHALL … set primary to false for any other values").
 * Throws `invalidValue` when the request sets two, unless the profile keeps the first.
 */
export function settlePrimary(
  untouched: readonly Json[],
  after: readonly Json[],
  { at, tolerance }: { readonly at: string; readonly tolerance: Tolerance },
): readonly Json[] {
  const primaries = after.filter(isPrimary)
  if (primaries.length < 2) return after
  const old = new Set(untouched)
  const fresh = primaries.filter((element) => !old.has(element))
  if (fresh.length > 1 && !tolerance.allows('multiplePrimary', at))
    throw scimError('invalidValue', `"${at}" has more than one primary value`)
  const kept = fresh[0] ?? primaries[0]
  let found = false
  return after.map((element) => {
    if (!isPrimary(element)) return element
    if (element === kept && !found) {
      found = true
      return element
    }
    return isJsonObject(element) ? { ...element, primary: false } : element
  })
}

/** Whether an element is marked as the preferred one. */
export function isPrimary(element: Json): boolean {
  return isJsonObject(element) && element['primary'] === true
}
