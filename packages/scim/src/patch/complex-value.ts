import { foldValue } from '../filter/fold-value.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { normaliseElement, normaliseValue } from '../resource/normalise-value.ts'
import type { ValueContext } from '../resource/value-context.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findSubAttribute } from '../schema/registry.ts'

/** Where a value stands, for messages, and how it is read. */
export type ValuePlace = { readonly at: string; readonly context: ValueContext }

/**
 * A complex value after `given` was added to it: sub-attributes that `given` does not name are left unchanged
 * (RFC 7644 §3.5.2.3), those that it names as null are unassigned (RFC 7643 §2.5).
 * Undefined: nothing is left, or `given` itself is unassigned.
 */
export function mergeComplex(
  attribute: Attribute,
  before: Json | undefined,
  given: unknown,
  place: ValuePlace,
): Json | undefined {
  if (isUnassigned(given)) return undefined
  const { at, context } = place
  const normal = attribute.multiValued
    ? normaliseElement(attribute, given, at, context)
    : normaliseValue(attribute, given, at, context)
  if (!isJsonObject(before)) return normal
  if (normal === undefined && !isJsonObject(given)) return undefined
  const news = isJsonObject(normal) ? normal : {}
  const cleared = listCleared(attribute, given, news)
  const merged: Record<string, Json | undefined> = { ...dropStale(attribute, before, news, cleared) }
  for (const name of cleared) delete merged[name]
  Object.assign(merged, news)
  return isUnassigned(merged) ? undefined : merged
}

/** A complex value with one sub-attribute set, or unassigned when `value` is undefined. */
export function withSubAttribute(
  attribute: Attribute,
  before: JsonObject,
  sub: Attribute,
  value: Json | undefined,
): JsonObject {
  if (value !== undefined) return { ...dropStale(attribute, before, { [sub.name]: value }, []), [sub.name]: value }
  const { [sub.name]: _, ...rest } = dropStale(attribute, before, {}, [sub.name])
  return rest
}

/** Sub-attributes that `given` names without a value. */
function listCleared(attribute: Attribute, given: unknown, news: JsonObject): readonly string[] {
  if (!isJsonObject(given)) return []
  const cleared: string[] = []
  for (const key of Object.keys(given)) {
    const sub = findSubAttribute(attribute, key)
    if (sub !== undefined && sub.mutability !== 'readOnly' && news[sub.name] === undefined) cleared.push(sub.name)
  }
  return cleared
}

const describing: ReadonlySet<string> = new Set(['$ref', 'display', 'displayName'])

/**
 * What describes a reference goes when the reference changes: a new manager does not keep the old one's `$ref`.
 * Only for single references such as `manager`, where RFC 7643 §4.3 makes `$ref` follow from `value`.
 */
function dropStale(attribute: Attribute, before: JsonObject, news: JsonObject, cleared: readonly string[]): JsonObject {
  const value = findSubAttribute(attribute, 'value')
  if (attribute.multiValued || value === undefined || findSubAttribute(attribute, '$ref') === undefined) return before
  const given = news[value.name]
  const isSame = given === undefined || foldValue(value, given) === foldValue(value, before[value.name])
  if (isSame && !cleared.includes(value.name)) return before
  return Object.fromEntries(Object.entries(before).filter(([name]) => !describing.has(name)))
}
