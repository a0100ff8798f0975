import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { isUnassigned } from './is-unassigned.ts'
import type { Projection } from './projection.ts'

/**
 * What an answer shows of a resource whose names are canonical (RFC 7644 §3.9; RFC 7643 §7 "returned").
 *
 * `id` and `schemas` are always shown, `schemas` with all URNs of the resource. What the schema lacks is left out.
 * Gives the resource itself back when nothing is to be left out.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, projectResource } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   const resource = { id: '1', userName: 'bjensen', password: 'secret' }
 *   console.log(projectResource(resource, user, { kind: 'default' })) // { id: '1', userName: 'bjensen' }
 * }
 * ```
 */
export function projectResource(resource: JsonObject, type: ResourceType, projection: Projection): JsonObject {
  const shown: Record<string, Json> = {}
  let isWhole = true
  for (const key of Object.keys(resource)) {
    const value = resource[key]
    const projected = value === undefined ? undefined : projectKey(key, value, type, projection)
    if (projected !== undefined) shown[key] = projected
    if (projected !== value) isWhole = false
  }
  return isWhole ? resource : shown
}

function projectKey(key: string, value: Json, type: ResourceType, projection: Projection): Json | undefined {
  const lower = key.toLowerCase()
  const attribute = type.attributes.get(lower)
  if (attribute !== undefined) return projectAttribute(attribute, value, projection)
  const extension = type.extensions.get(lower)
  if (extension === undefined || !isJsonObject(value)) return undefined
  return projectMembers(value, (name, member) => {
    const inner = extension.attributes.get(name.toLowerCase())
    return inner === undefined ? undefined : projectAttribute(inner, member, projection)
  })
}

function projectAttribute(attribute: Attribute, value: Json, projection: Projection): Json | undefined {
  if (!isShown(attribute, projection)) return undefined
  if (attribute.type !== 'complex') return value
  const isSubShown = subRule(attribute, projection)
  if (attribute.subAttributes.every(isSubShown)) return value
  const names = new Set(attribute.subAttributes.filter(isSubShown).map((sub) => sub.name))
  const project = (element: Json): Json | undefined =>
    isJsonObject(element) ? projectMembers(element, (name, sub) => (names.has(name) ? sub : undefined)) : undefined
  if (!Array.isArray(value)) return project(value)
  const elements = value.map(project).filter((element) => element !== undefined)
  return elements.length === 0 ? undefined : elements
}

function isShown(attribute: Attribute, projection: Projection): boolean {
  if (attribute.returned === 'never') return false
  if (attribute.returned === 'always') return true
  if (projection.kind === 'only') return projection.selection.has(attribute)
  if (attribute.returned === 'request') return false
  return projection.kind === 'default' || projection.selection.get(attribute) !== 'whole'
}

/** Which sub-attributes of a shown attribute are shown: their own "returned" counts too (RFC 7643 §7). */
function subRule(attribute: Attribute, projection: Projection): (sub: Attribute) => boolean {
  const selected = projection.kind === 'default' ? undefined : projection.selection.get(attribute)
  const named = selected === 'whole' ? undefined : selected
  return (sub) => {
    if (sub.returned === 'never' || sub.returned === 'always') return sub.returned === 'always'
    if (projection.kind === 'only' && named !== undefined) return named.has(sub)
    // RFC 7644 §3.4.2.5: excluding has no effect on what is always returned, so an always attribute stays whole.
    if (projection.kind === 'without' && named?.has(sub) === true && attribute.returned !== 'always') return false
    return sub.returned === 'default'
  }
}

function projectMembers(
  object: JsonObject,
  project: (name: string, value: Json) => Json | undefined,
): JsonObject | undefined {
  const shown: Record<string, Json> = {}
  let isWhole = true
  for (const name of Object.keys(object)) {
    const value = object[name]
    const projected = value === undefined ? undefined : project(name, value)
    if (projected !== undefined) shown[name] = projected
    if (projected !== value) isWhole = false
  }
  if (isWhole) return object
  return isUnassigned(shown) ? undefined : shown
}
