import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import type { AttributeChange } from './draft.ts'
import { isUnassigned } from './is-unassigned.ts'

/**
 * The attributes in which two states of a resource differ, each with its path: `active`, `name.givenName`,
 * `urn:…:enterprise:2.0:User:department`. Empty: nothing changed, so version and lastModified stay.
 *
 * The order of a list has no meaning (RFC 7643 §2.4), and `null`, `[]`, `{}` and a missing value are one (§2.5).
 * `id`, `meta`, `schemas` (which follows from the data) and writeOnly values are not compared.
 *
 * @example
 * ```ts
 * import { createRegistry, diffResources, findResourceType } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) console.log(diffResources({ active: true }, { active: false, title: null }, user)) // [ { path: 'active', before: true, after: false } ]
 * ```
 */
export function diffResources(before: JsonObject, after: JsonObject, type: ResourceType): readonly AttributeChange[] {
  const changes: AttributeChange[] = []
  for (const attribute of type.attributes.values()) {
    const { name } = attribute
    if (name !== 'id' && name !== 'meta' && name !== 'schemas')
      diffAttribute(attribute, { path: name, before: before[name], after: after[name] }, changes)
  }
  for (const { schema } of type.extensions.values()) {
    if (before[schema.id] === after[schema.id]) continue
    const old = toObject(before[schema.id])
    const now = toObject(after[schema.id])
    for (const attribute of schema.attributes) {
      const { name } = attribute
      diffAttribute(attribute, { path: `${schema.id}:${name}`, before: old[name], after: now[name] }, changes)
    }
  }
  return changes
}

type Pair = { readonly path: string; readonly before: Json | undefined; readonly after: Json | undefined }

function diffAttribute(attribute: Attribute, pair: Pair, changes: AttributeChange[]): void {
  const { path, before, after } = pair
  if (before === after || attribute.mutability === 'writeOnly') return
  if (isUnassigned(before) && isUnassigned(after)) return
  if (attribute.type === 'complex' && !attribute.multiValued) {
    const old = toObject(before)
    const now = toObject(after)
    for (const sub of attribute.subAttributes)
      diffAttribute(sub, { path: `${path}.${sub.name}`, before: old[sub.name], after: now[sub.name] }, changes)
    return
  }
  if (toComparable(before) === toComparable(after)) return
  changes.push({
    path,
    before: isUnassigned(before) ? undefined : before,
    after: isUnassigned(after) ? undefined : after,
  })
}

function toObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** A text that is the same for values that differ only in the order of lists and keys, and in unassigned parts. */
export function toComparable(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(toComparable).sort().join()}]`
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null'
  const parts: string[] = []
  for (const key of Object.keys(value).sort())
    if (!isUnassigned(value[key])) parts.push(`${JSON.stringify(key)}:${toComparable(value[key])}`)
  return `{${parts.join()}}`
}
