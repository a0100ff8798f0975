import { scimError } from '../errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { isUnassigned } from './is-unassigned.ts'

/** True for what does not satisfy "required": unassigned, or text without a visible character. */
export function isBlank(value: unknown): boolean {
  return isUnassigned(value) || (typeof value === 'string' && value.trim() === '')
}

/** The top-level attributes that a resource must carry: those of the schema and those named besides. */
export function listRequired(type: ResourceType, names: readonly string[]): readonly Attribute[] {
  const extra = new Set(names.map((name) => name.toLowerCase()))
  const required: Attribute[] = []
  for (const [name, attribute] of type.attributes) {
    if (name === 'schemas') continue
    if (attribute.required || extra.has(name)) required.push(attribute)
  }
  return required
}

/**
 * Checks that everything required has a value (RFC 7643 §7): attributes, extensions, what extensions require and
 * sub-attributes. Throws `invalidValue` naming the first that is missing.
 */
export function checkRequired(attributes: JsonObject, type: ResourceType, names: readonly string[] = []): void {
  for (const attribute of listRequired(type, names)) requireValue(attributes[attribute.name], attribute.name)
  for (const attribute of type.attributes.values())
    checkSubAttributes(attribute, attributes[attribute.name], attribute.name)
  for (const { schema, required } of type.extensions.values()) {
    const data = attributes[schema.id]
    if (required) requireValue(data, schema.id)
    if (!isJsonObject(data)) continue
    for (const attribute of schema.attributes) {
      const at = `${schema.id}:${attribute.name}`
      if (attribute.required) requireValue(data[attribute.name], at)
      checkSubAttributes(attribute, data[attribute.name], at)
    }
  }
}

/** Checks the required sub-attributes of every value of a complex attribute. Throws `invalidValue`. */
export function checkSubAttributes(attribute: Attribute, value: Json | undefined, at: string): void {
  if (value === undefined || !attribute.subAttributes.some((sub) => sub.required)) return
  for (const element of Array.isArray(value) ? value : [value]) {
    if (!isJsonObject(element)) continue
    for (const sub of attribute.subAttributes) if (sub.required) requireValue(element[sub.name], `${at}.${sub.name}`)
  }
}

function requireValue(value: unknown, at: string): void {
  if (isBlank(value)) throw scimError('invalidValue', `"${at}" is required`)
}
