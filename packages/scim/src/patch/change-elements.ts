import { scimError } from '../errors.ts'
import type { Filter, FilterValue } from '../filter/ast.ts'
import { matchElement } from '../filter/match-filter.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { toComparable } from '../resource/diff-resources.ts'
import { identifyElement, isPrimary, settlePrimary } from '../resource/element-identity.ts'
import { checkImmutable } from '../resource/immutable.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { isBare, normaliseElement, normaliseElements } from '../resource/normalise-value.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findSubAttribute } from '../schema/registry.ts'
import type { AttributeEdit } from './change-attribute.ts'
import { mergeComplex, type ValuePlace } from './complex-value.ts'
import { isListed, parseListed } from './listed-values.ts'

/** All values replaced (RFC 7644 §3.5.2.3: no filter). */
export function replaceElements(attribute: Attribute, value: unknown, place: ValuePlace): readonly Json[] {
  return normaliseElements(attribute, value, place.at, place.context)
}

/**
 * The elements with new ones behind them (RFC 7644 §3.5.2.1). One that is there already is not added again;
 * what it says besides its type and value is brought up to date.
 */
export function addElements(
  attribute: Attribute,
  before: readonly Json[],
  value: unknown,
  place: ValuePlace,
): readonly Json[] {
  const given = normaliseElements(attribute, value, place.at, place.context)
  return given.length === 0 ? before : joinElements(attribute, before, given, place)
}

function joinElements(
  attribute: Attribute,
  before: readonly Json[],
  given: readonly Json[],
  { at, context }: ValuePlace,
): readonly Json[] {
  const places = new Map<string, number>()
  const after = [...before]
  const remember = (element: Json, place: number): void => {
    for (const key of keysOf(attribute, element)) if (!places.has(key)) places.set(key, place)
  }
  before.forEach(remember)
  let isChanged = false
  for (const element of given) {
    const place = places.get(keyOf(attribute, element))
    const present = place === undefined ? undefined : after[place]
    if (place === undefined || present === undefined) {
      remember(element, after.length)
      after.push(element)
      isChanged = true
      continue
    }
    const updated = update(attribute, present, element, at)
    if (updated === present) continue
    after[place] = updated
    isChanged = true
  }
  return isChanged ? settlePrimary(before, after, { at, tolerance: context.tolerance }) : before
}

// An element without a type is there when any element has its value; one without a value when an equal one is.
function keyOf(attribute: Attribute, element: Json): string {
  const identity = identifyElement(attribute, element)
  if (identity === undefined) return toComparable(element)
  return hasType(element) ? identity : valueKey(attribute, element)
}

function keysOf(attribute: Attribute, element: Json): readonly string[] {
  const identity = identifyElement(attribute, element)
  return identity === undefined ? [toComparable(element)] : [identity, valueKey(attribute, element)]
}

function valueKey(attribute: Attribute, element: Json): string {
  if (!isJsonObject(element)) return `value ${identifyElement(attribute, element)}`
  const { type: _, ...rest } = element
  return `value ${identifyElement(attribute, rest)}`
}

function hasType(element: Json): boolean {
  return isJsonObject(element) && !isUnassigned(element['type'])
}

function update(attribute: Attribute, present: Json, given: Json, at: string): Json {
  if (!isJsonObject(present) || !isJsonObject(given)) return present
  const { type: _type, value: _value, ...news } = given
  const updated = { ...present, ...news }
  if (toComparable(updated) === toComparable(present)) return present
  // What describes a member is immutable; the one who is there already keeps it (TRAP-D11).
  if (attribute.subAttributes.some((sub) => sub.mutability === 'immutable')) return present
  checkImmutable(attribute, present, updated, at)
  return updated
}

type ChangeSub = (edit: AttributeEdit, sub: Attribute, owner: Json | undefined) => Json | undefined

/** The elements after an operation on those that the filter selects, or on all when there is none. */
export function changeElements(edit: AttributeEdit, before: readonly Json[], changeSub: ChangeSub): readonly Json[] {
  const { attribute, filter, op, at, context } = edit
  const change = elementChange(edit, changeSub)
  let isChanged = false
  const untouched: Json[] = []
  const after: Json[] = []
  for (const element of before) {
    if (filter !== undefined && !matchElement(filter, element)) {
      untouched.push(element)
      after.push(element)
      continue
    }
    const changed = change(element)
    if (changed !== undefined) {
      checkImmutable(attribute, element, changed, at)
      after.push(changed)
    }
    if (changed !== element) isChanged = true
  }
  // RFC 7644 §3.5.2.2 speaks of what is matched; when nothing is, there is nothing to do (TRAP-D7).
  if (untouched.length === before.length) return op === 'remove' ? before : createElement(edit, before)
  if (!isChanged) return before
  return settlePrimary(untouched, after, { at, tolerance: context.tolerance })
}

function elementChange(edit: AttributeEdit, changeSub: ChangeSub): (element: Json) => Json | undefined {
  const { op, attribute, subAttribute, value, at, context } = edit
  if (subAttribute !== undefined) {
    // Entra ID and Okta clear an address by `emails[type eq "work"].value` = ""; what only describes it goes too.
    const isCleared = op !== 'remove' && (value === '' || value === null)
    const isGone = (changed: Json | undefined) =>
      isCleared && isBare(changed) && context.tolerance.allows('emptyText', at)
    return (element) => {
      const changed = changeSub(edit, subAttribute, element)
      return changed !== element && isGone(changed) ? undefined : changed
    }
  }
  if (op === 'remove') {
    if (value === undefined || value === null) return () => undefined
    const listed = parseListed(attribute, value, at, context)
    return (element) => (isListed(attribute, element, listed) ? undefined : element)
  }
  if (op === 'add' && attribute.type === 'complex')
    return (element) => keepEqual(element, mergeComplex(attribute, element, value, { at, context }) ?? element)
  const normal = normaliseElement(attribute, value, at, context)
  if (normal === undefined) return () => undefined
  // RFC 7644 §3.5.2.3: matching records are replaced; what the path itself says about them stays unless contradicted.
  const terms = isJsonObject(normal) ? readTerms(edit) : undefined
  return (element) => keepEqual(element, isJsonObject(normal) ? { ...terms, ...normal } : normal)
}

function keepEqual(before: Json, after: Json): Json {
  return toComparable(before) === toComparable(after) ? before : after
}

/**
 * The elements with a new one made from the path: `emails[type eq "work"].value` (RFC 7644 §3.5.2.1 for add; a leniency
 * for replace, which Entra ID needs). Throws `noTarget` when the profile or the filter does not allow it.
 */
function createElement(edit: AttributeEdit, before: readonly Json[]): readonly Json[] {
  const { op, attribute, subAttribute, value, written, at, context } = edit
  const terms = readTerms(edit, op === 'add' && !before.some(isPrimary))
  if (written !== undefined && (terms === undefined || !mayCreate(edit)))
    throw scimError('noTarget', `no value of "${at}" matches the filter of the path`)
  if (isUnassigned(value) || (value === '' && context.tolerance.allows('emptyText', at))) return before
  if (subAttribute === undefined && attribute.type !== 'complex')
    return addElements(attribute, before, [value], { at, context })
  if (subAttribute?.mutability === 'readOnly') throw scimError('mutability', `"${at}.${subAttribute.name}" is readOnly`)
  const given = subAttribute === undefined ? value : { [subAttribute.name]: value }
  const normal = normaliseElement(attribute, given, at, context)
  if (!isJsonObject(normal)) return before
  const created: JsonObject = { ...terms, ...normal }
  return op === 'replace' && written === undefined
    ? [created]
    : joinElements(attribute, before, [created], { at, context })
}

function mayCreate({ op, at, context }: AttributeEdit): boolean {
  return op === 'add' || context.tolerance.allows('replaceCreatesElement', at)
}

/**
 * What a filter of `eq` terms joined by `and` says about an element; undefined for any other filter.
 * `primary` only when it is free: finding no primary value is no reason to take it from another (TRAP-D5).
 * Entra ID adds `roles[primary eq "True"].display`, `.value` and `.type` one after the other and means one role.
 */
function readTerms({ attribute, written, at, context }: AttributeEdit, isPrimaryFree = false): JsonObject | undefined {
  const terms = written === undefined ? [] : listTerms(written)
  if (terms === undefined) return undefined
  const given: Record<string, FilterValue> = {}
  for (const { name, value } of terms) {
    const sub = findSubAttribute(attribute, name)
    if (sub === undefined || sub.mutability === 'readOnly') continue
    if (sub.name !== 'primary' || isPrimaryFree || /^false$/i.test(String(value))) given[sub.name] = value
  }
  const normal = attribute.type === 'complex' ? normaliseElement(attribute, given, at, context) : undefined
  return isJsonObject(normal) ? normal : {}
}

type Term = { readonly name: string; readonly value: FilterValue }

function listTerms(filter: Filter): readonly Term[] | undefined {
  if (filter.kind === 'compare')
    return filter.operator === 'eq' ? [{ name: filter.path.attribute, value: filter.value }] : undefined
  if (filter.kind !== 'and') return undefined
  const lists = filter.filters.map(listTerms)
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined
}
