import { scimError } from '../errors.ts'
import { foldValue } from '../filter/fold-value.ts'
import { isJsonObject, type Json } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import { isUnassigned } from './is-unassigned.ts'

/** Whether two stored values mean the same by the schema: folded text, instants, lists without regard to order. */
export function isSameValue(attribute: Attribute, a: Json | undefined, b: Json | undefined): boolean {
  if (isUnassigned(a) || isUnassigned(b)) return isUnassigned(a) && isUnassigned(b)
  if (Array.isArray(a) && Array.isArray(b)) return isSameList(attribute, a, b)
  if (isJsonObject(a) && isJsonObject(b))
    return attribute.subAttributes.every((sub) => isSameValue(sub, a[sub.name], b[sub.name]))
  const folded = foldValue(attribute, a)
  return folded !== undefined && folded === foldValue(attribute, b)
}

function isSameList(attribute: Attribute, a: readonly Json[], b: readonly Json[]): boolean {
  if (a.length !== b.length) return false
  const rest = [...b]
  return a.every((element) => {
    const place = rest.findIndex((other) => isSameValue(attribute, element, other))
    if (place >= 0) rest.splice(place, 1)
    return place >= 0
  })
}

/**
 * Checks that nothing immutable changes from one value to another; unassigned → value is allowed (RFC 7643 §7).
 * For single values and for one element in place; elements of a list may come and go. Throws `mutability`.
 */
export function checkImmutable(
  attribute: Attribute,
  before: Json | undefined,
  after: Json | undefined,
  at: string,
): void {
  if (isUnassigned(before)) return
  if (attribute.mutability === 'immutable' && !isSameValue(attribute, before, after))
    throw scimError('mutability', `"${at}" is immutable`)
  if (!isJsonObject(before) || !isJsonObject(after)) return
  for (const sub of attribute.subAttributes) checkImmutable(sub, before[sub.name], after[sub.name], `${at}.${sub.name}`)
}
