import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { foldValue } from './fold-value.ts'

/**
 * The search document of a resource: every leaf as {@link foldValue} gives it, under canonical names.
 *
 * What is unassigned is left out: null, `[]`, `{}`, and whatever holds only such. `""` is a value and stays, though `pr`
 * is false for it. Left out too: attributes that are never returned, and values that do not fit their type.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, foldResource } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * const resource = { userName: 'BJensen', title: null, name: { familyName: 'STRASSE' }, emails: [] }
 * if (user !== undefined) console.log(JSON.stringify(foldResource(resource, user))) // {"userName":"bjensen","name":{"familyName":"strasse"}}
 * ```
 */
export function foldResource(resource: JsonObject, type: ResourceType): JsonObject {
  const document = foldObject(resource, type.attributes.values()) ?? {}
  for (const { schema, attributes } of type.extensions.values()) {
    const value = resource[schema.id]
    const folded = isJsonObject(value) ? foldObject(value, attributes.values()) : undefined
    if (folded !== undefined) document[schema.id] = folded
  }
  return document
}

function foldObject(value: JsonObject, attributes: Iterable<Attribute>): Record<string, Json> | undefined {
  const folded: Record<string, Json> = {}
  let isEmpty = true
  for (const attribute of attributes) {
    if (attribute.returned === 'never') continue
    const part = foldAttribute(attribute, value[attribute.name])
    if (part === undefined) continue
    folded[attribute.name] = part
    isEmpty = false
  }
  return isEmpty ? undefined : folded
}

function foldAttribute(attribute: Attribute, value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined
  if (!attribute.multiValued) return foldOne(attribute, value)
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  const folded = values.map((element) => foldOne(attribute, element)).filter((element) => element !== undefined)
  return folded.length === 0 ? undefined : folded
}

function foldOne(attribute: Attribute, value: unknown): Json | undefined {
  if (attribute.type !== 'complex') return foldValue(attribute, value)
  return isJsonObject(value) ? foldObject(value, attribute.subAttributes) : undefined
}
