import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { scimError } from '../errors.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findSubAttribute } from '../schema/registry.ts'
import { removeDuplicates, settlePrimary } from './element-identity.ts'
import { isUnassigned } from './is-unassigned.ts'
import { normaliseScalar, wrongType } from './scalar.ts'
import { type ValueContext, ignoreReadOnly, ignoreUnknown } from './value-context.ts'

/**
 * An untrusted value as the schema wants it: canonical names, checked types, nothing unassigned in it.
 * Undefined: unassigned. Texts and numbers stay exactly as they were sent.
 *
 * Throws `invalidValue` for a wrong type, `invalidSyntax` for an unknown or repeated name.
 */
export function normaliseValue(
  attribute: Attribute,
  value: unknown,
  at: string,
  context: ValueContext,
): Json | undefined {
  if (isUnassigned(value)) return undefined
  if (value === '' && context.tolerance.allows('emptyText', at)) return undefined
  if (!attribute.multiValued) return normaliseSingle(attribute, value, at, context)
  const elements = normaliseElements(attribute, value, at, context)
  return elements.length === 0 ? undefined : elements
}

/** The elements of a multi-valued attribute, without duplicates and with at most one primary; may be empty. */
export function normaliseElements(
  attribute: Attribute,
  value: unknown,
  at: string,
  context: ValueContext,
): readonly Json[] {
  if (isUnassigned(value)) return []
  if (value === '' && context.tolerance.allows('emptyText', at)) return []
  const elements: Json[] = []
  for (const item of toList(attribute, value, at, context)) {
    // RFC 7643 §2.5 makes null the absence of an attribute; an element of a list cannot be absent.
    if (item === null || item === undefined) throw wrongType(at, 'a list without null')
    const element = normaliseElement(attribute, item, at, context)
    if (element !== undefined) elements.push(element)
  }
  return settlePrimary([], removeDuplicates(attribute, elements), { at, tolerance: context.tolerance })
}

/** One element of a multi-valued attribute; undefined when nothing is in it. */
export function normaliseElement(
  attribute: Attribute,
  value: unknown,
  at: string,
  context: ValueContext,
): Json | undefined {
  if (isUnassigned(value)) return undefined
  if (value === '' && context.tolerance.allows('emptyText', at)) return undefined
  const element = normaliseSingle(attribute, value, at, context)
  const isEmptied = isJsonObject(value) && Object.values(value).some((part) => part === '' || part === null)
  return isEmptied && isBare(element) && context.tolerance.allows('emptyText', at) ? undefined : element
}

const describing: ReadonlySet<string> = new Set(['type', 'primary', 'display'])

/** True for an element that says what it would be for, but nothing else: `{ type: 'work', primary: true }`. */
export function isBare(element: Json | undefined): boolean {
  return isJsonObject(element) && Object.keys(element).every((name) => describing.has(name))
}

function normaliseSingle(attribute: Attribute, value: unknown, at: string, context: ValueContext): Json | undefined {
  if (attribute.type === 'complex') return normaliseComplex(attribute, value, at, context)
  const simple = toSimple(attribute, value, at, context)
  if (isUnassigned(simple) || (simple === '' && context.tolerance.allows('emptyText', at))) return undefined
  return normaliseScalar(attribute, simple, at, context)
}

/** Takes a simple value out of a list of one, and out of an object in which it is the only thing said. */
function toSimple(attribute: Attribute, value: unknown, at: string, { tolerance }: ValueContext): unknown {
  const isListed = !attribute.multiValued && Array.isArray(value) && value.length === 1
  const only: unknown = isListed && tolerance.allows('listForSingle', at) ? value[0] : value
  if (!isJsonObject(only)) return only
  const names = new Set(['value', attribute.name.toLowerCase()])
  const key = Object.keys(only).find((name) => names.has(name.toLowerCase()))
  const isAlone = key !== undefined && Object.keys(only).every((name) => name === key || isUnassigned(only[name]))
  const isSimple = isAlone && (only[key] === null || typeof only[key] !== 'object')
  return isSimple && tolerance.allows('wrappedValue', at) ? only[key] : only
}

function normaliseComplex(attribute: Attribute, value: unknown, at: string, context: ValueContext): Json | undefined {
  if (isJsonObject(value)) return normaliseObject(attribute, unpack(attribute, value, at, context), at, context)
  const reshaped = reshape(attribute, value, at, context)
  // Once only: JSON within a text may be nested deeper than any body.
  if (reshaped === undefined || Array.isArray(reshaped))
    throw wrongType(at, attribute.multiValued ? 'a list of objects' : 'an object')
  if (isUnassigned(reshaped)) return undefined
  return normaliseComplex(attribute, reshaped, at, context)
}

/**
 * Entra ID without aadOptscim062020 sends a role as `{"value": "{\\"id\\":…,\\"value\\":\\"Admin\\",\\"displayName\\":\\"Admin\\"}"}`.
 * What the text spells is the element; its displayName is what RFC 7643 §2.4 calls display.
 */
function unpack(attribute: Attribute, value: JsonObject, at: string, context: ValueContext): JsonObject {
  const text = value['value']
  if (!attribute.multiValued || typeof text !== 'string' || !text.startsWith('{')) return value
  const inner = parseJsonText(text)
  if (!isJsonObject(inner) || typeof inner['value'] !== 'string') return value
  if (!context.tolerance.allows('jsonText', at)) return value
  const { displayName, ...rest } = inner
  const display = inner['display'] ?? displayName
  return display === undefined ? rest : { ...rest, display }
}

/** Turns the shapes that clients send for an object into one; undefined when the profile does not know the shape. */
function reshape(attribute: Attribute, value: unknown, at: string, context: ValueContext): unknown {
  const { tolerance } = context
  const isReference = !attribute.multiValued && findSubAttribute(attribute, 'value') !== undefined
  if (Array.isArray(value)) {
    const rule = isReference ? 'referenceShapes' : 'listForSingle'
    return value.length === 1 && tolerance.allows(rule, at) ? value[0] : undefined
  }
  if (typeof value !== 'string') return undefined
  const json = parseJsonText(value)
  if (json !== undefined && !Array.isArray(json) && tolerance.allows('jsonText', at)) return json
  if (findSubAttribute(attribute, 'value') === undefined) return undefined
  return tolerance.allows(isReference ? 'referenceShapes' : 'bareMultiValue', at) ? { value } : undefined
}

function normaliseObject(
  attribute: Attribute,
  value: JsonObject,
  at: string,
  context: ValueContext,
): JsonObject | undefined {
  const result: Record<string, Json> = {}
  const seen = new Set<Attribute>()
  for (const key of Object.keys(value)) {
    const sub = findSub(attribute, key)
    if (sub === undefined) {
      ignoreUnknown(key, `${at}.${key}`, context)
      continue
    }
    if (seen.has(sub)) throw scimError('invalidSyntax', `"${at}.${sub.name}" is given twice`)
    seen.add(sub)
    const given = value[key]
    if (isUnassigned(given)) continue
    if (sub.mutability === 'readOnly') {
      ignoreReadOnly(`${at}.${sub.name}`, context)
      continue
    }
    const normal = normaliseValue(sub, given, `${at}.${sub.name}`, context)
    if (normal !== undefined) result[sub.name] = normal
  }
  return isUnassigned(result) ? undefined : result
}

// The canonical spelling is by far the most frequent one.
function findSub(attribute: Attribute, key: string): Attribute | undefined {
  return attribute.subAttributes.find((sub) => sub.name === key) ?? findSubAttribute(attribute, key)
}

function toList(attribute: Attribute, value: unknown, at: string, context: ValueContext): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'string' && attribute.type === 'complex') {
    const json = parseJsonText(value)
    if (Array.isArray(json) && context.tolerance.allows('jsonText', at)) return json
  }
  if (context.tolerance.allows('singleForMultiple', at)) return [value]
  throw wrongType(at, 'a list')
}

/** The object or list that a text spells in JSON; undefined when it spells none. */
function parseJsonText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
