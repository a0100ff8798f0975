import type { TargetValue } from '@rollcall/expressions'
import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import type { AttributePlace, ElementTest } from './attribute-place.ts'

/** A resource that is being written; names are found in any letter case (RFC 7643 §2.1). */
export type Draft = { [name: string]: Json | undefined }

export function keyOf(holder: JsonObject, name: string): string {
  if (Object.hasOwn(holder, name)) return name
  const wanted = name.toLowerCase()
  return Object.keys(holder).find((key) => key.toLowerCase() === wanted) ?? name
}

/** A copy that may be changed at its first two levels, which is all that `setAt` does. */
export function toDraft(resource: JsonObject): Draft {
  return structuredClone<Draft>(resource)
}

/** Null takes the value away; an element that holds nothing but what names it goes with it. */
export function setAt(draft: Draft, place: AttributePlace, value: TargetValue): void {
  const holder = holderOf(draft, place, value !== null)
  if (holder === undefined) return
  const key = keyOf(holder, place.attribute)
  if (place.element !== undefined) holder[key] = setInElement(holder[key], place, value)
  else if (place.sub === undefined) holder[key] = value ?? undefined
  else holder[key] = setSub(holder[key], place.sub, value)
  if (holder[key] === undefined) delete holder[key]
}

function holderOf(draft: Draft, { schema }: AttributePlace, isMade: boolean): Draft | undefined {
  if (schema === undefined) return draft
  const key = keyOf(draft, schema)
  const found = draft[key]
  if (isJsonObject(found)) return found
  if (!isMade) return undefined
  const made: Draft = {}
  draft[key] = made
  return made
}

function setSub(complex: Json | undefined, sub: string, value: TargetValue): Json | undefined {
  const next: Draft = isJsonObject(complex) ? { ...complex } : {}
  const key = keyOf(next, sub)
  if (value === null) delete next[key]
  else next[key] = value
  return Object.keys(next).length === 0 ? undefined : next
}

function setInElement(list: Json | undefined, place: AttributePlace, value: TargetValue): Json | undefined {
  const { element = [], sub } = place
  const items: readonly Json[] = Array.isArray(list) ? list : []
  const at = items.findIndex((item) => isElement(item, element))
  const found = items[at]
  if (value === null) {
    const rest = found !== undefined && sub !== undefined ? setSub(found, sub, null) : undefined
    const isEmpty = rest === undefined || isOnlyNamed(rest, element)
    return isEmpty ? items.filter((_, index) => index !== at) : items.with(at, rest)
  }
  const old = isJsonObject(found) ? found : Object.fromEntries(element.map((test) => [test.name, test.value]))
  const next = sub === undefined ? { ...old, ...(isJsonObject(value) ? value : { value }) } : setSub(old, sub, value)
  if (next === undefined) return [...items]
  return at < 0 ? [...items, next] : items.with(at, next)
}

function isOnlyNamed(item: Json, element: readonly ElementTest[]): boolean {
  const names = new Set(element.map(({ name }) => name.toLowerCase()))
  return isJsonObject(item) && Object.keys(item).every((key) => names.has(key.toLowerCase()) || key === 'primary')
}

export function isElement(item: Json, element: readonly ElementTest[]): boolean {
  if (!isJsonObject(item)) return false
  return element.every(({ name, value }) => isSameText(item[keyOf(item, name)], value))
}

/** Values in the resource at the place; a complex value stands for its `value`. */
export function valuesAt(resource: JsonObject, place: AttributePlace): readonly Json[] {
  const outer = place.schema === undefined ? resource : resource[keyOf(resource, place.schema)]
  if (!isJsonObject(outer)) return []
  const found = outer[keyOf(outer, place.attribute)]
  const all: readonly Json[] = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found]
  const { element, sub } = place
  const chosen = element === undefined ? all : all.filter((item) => isElement(item, element))
  return chosen.flatMap((item) => {
    if (!isJsonObject(item)) return sub === undefined ? [item] : []
    const value = item[keyOf(item, sub ?? 'value')]
    return value === undefined || value === null ? [] : [value]
  })
}

/** Equal as servers compare: texts without case, booleans also as text. */
export function isSameText(left: Json | undefined, right: string | number | boolean): boolean {
  return left !== undefined && left !== null && typeof left !== 'object' && foldText(left) === foldText(right)
}

/** Texts that differ in this are the same to nobody who is asked for them. */
export function foldText(value: string | number | boolean): string {
  return String(value).normalize('NFC').toLowerCase()
}
