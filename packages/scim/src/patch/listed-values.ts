import { scimError } from '../errors.ts'
import { foldValue } from '../filter/fold-value.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { normaliseElement } from '../resource/normalise-value.ts'
import type { ValueContext } from '../resource/value-context.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findSubAttribute } from '../schema/registry.ts'

/** What a `remove` lists in its value, ready to be asked for many elements. */
export type ListedValues = {
  /** Folded values that were listed without a type, or are the value of a simple attribute. */
  readonly values: ReadonlySet<string>
  /** Folded (type, value) pairs. */
  readonly pairs: ReadonlySet<string>
  /** Folded values of the pairs: they also stand for elements without a type. */
  readonly typedValues: ReadonlySet<string>
  /** Listed without a value: an element matches when it has all that is said. */
  readonly parts: readonly JsonObject[]
}

// Every part is compared with every element.
const partsMax = 100

/**
 * Reads the value of a `remove`: only what it lists is removed (TRAP-D22), since Entra ID and JumpCloud mean that.
 * By the letter of RFC 7644 §3.5.2.2 everything would go, so a profile without the leniency is told: `invalidSyntax`.
 */
export function parseListed(attribute: Attribute, value: unknown, at: string, context: ValueContext): ListedValues {
  if (!context.tolerance.allows('removeWithValue', at))
    throw scimError('invalidSyntax', `remove takes no value; name what to remove of "${at}" by a filter in the path`)
  const listed = { values: new Set<string>(), pairs: new Set<string>(), typedValues: new Set<string>() }
  const parts: JsonObject[] = []
  for (const item of Array.isArray(value) ? value : [value]) {
    const element = normaliseElement(attribute, item, at, context)
    if (element === undefined) continue
    const { type, key } = identify(attribute, element)
    if (key !== undefined && type === undefined) listed.values.add(key)
    else if (key !== undefined) {
      listed.pairs.add(toPair(type, key))
      listed.typedValues.add(key)
    } else if (isJsonObject(element)) parts.push(element)
  }
  if (parts.length > partsMax)
    throw scimError('invalidValue', `"${at}": at most ${partsMax} values may be listed without their "value"`)
  return { ...listed, parts }
}

/** Whether one value, or one element of a list, is among those listed. */
export function isListed(attribute: Attribute, element: Json, listed: ListedValues): boolean {
  const { type, key } = identify(attribute, element)
  if (key !== undefined) {
    if (listed.values.has(key)) return true
    if (type === undefined ? listed.typedValues.has(key) : listed.pairs.has(toPair(type, key))) return true
  }
  return isJsonObject(element) && listed.parts.some((part) => hasAll(attribute, element, part))
}

/** The elements that are not listed; `elements` itself when none is. */
export function withoutListed(attribute: Attribute, elements: readonly Json[], listed: ListedValues): readonly Json[] {
  const rest = elements.filter((element) => !isListed(attribute, element, listed))
  return rest.length === elements.length ? elements : rest
}

type Identity = { readonly type: string | undefined; readonly key: string | undefined }

function identify(attribute: Attribute, element: Json): Identity {
  if (attribute.type !== 'complex') return { type: undefined, key: toKey(attribute, element) }
  if (!isJsonObject(element)) return { type: undefined, key: undefined }
  return { type: subKey(attribute, element, 'type'), key: subKey(attribute, element, 'value') }
}

function subKey(attribute: Attribute, element: JsonObject, name: string): string | undefined {
  const sub = findSubAttribute(attribute, name)
  return sub === undefined ? undefined : toKey(sub, element[sub.name])
}

function toKey(attribute: Attribute, value: unknown): string | undefined {
  const folded = foldValue(attribute, value)
  return folded === undefined ? undefined : JSON.stringify(folded)
}

function toPair(type: string | undefined, key: string): string {
  return `${type ?? ''} ${key}`
}

function hasAll(attribute: Attribute, element: JsonObject, part: JsonObject): boolean {
  return attribute.subAttributes.every((sub) => {
    if (isUnassigned(part[sub.name])) return true
    const wanted = toKey(sub, part[sub.name])
    return wanted !== undefined && wanted === toKey(sub, element[sub.name])
  })
}
