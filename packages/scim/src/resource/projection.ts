import { scimError } from '../errors.ts'
import { splitAttributePath } from '../path/attribute-path.ts'
import { resolveAttribute } from '../path/resolve-attribute.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { AttributeRef, ResourceType } from '../schema/resource-type.ts'

/** Attributes that a request names: wholly, or some of their sub-attributes. Belongs to one resource type. */
export type Selection = ReadonlyMap<Attribute, 'whole' | ReadonlySet<Attribute>>

/** Which attributes an answer shows (RFC 7644 §3.9). */
export type Projection =
  /** What is returned "always" and by "default". */
  | { readonly kind: 'default' }
  /** `attributes`: what is returned "always", and the selection. */
  | { readonly kind: 'only'; readonly selection: Selection }
  /** `excludedAttributes`: the default without the selection; never without what is returned "always". */
  | { readonly kind: 'without'; readonly selection: Selection }

/**
 * Reads the parameters `attributes` and `excludedAttributes` for one resource type (RFC 7644 §3.9 and §3.10).
 *
 * Each item is a comma-separated list. Names are case-insensitive, may be URN-qualified, may be the URN of a whole
 * extension, and a value filter in them is passed over: `emails[type eq "work"]` means `emails`.
 * Names that the type lacks select nothing. Throws `invalidValue` when both parameters name something.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, parseProjection, projectResource } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   const projection = parseProjection({ attributes: ['USERNAME,name.givenName'] }, user)
 *   const resource = { id: '1', userName: 'bjensen', name: { givenName: 'Babs', familyName: 'Jensen' }, active: true }
 *   console.log(projectResource(resource, user, projection)) // { id: '1', userName: 'bjensen', name: { givenName: 'Babs' } }
 * }
 * ```
 */
export function parseProjection(
  parameters: { readonly attributes?: readonly string[]; readonly excludedAttributes?: readonly string[] },
  type: ResourceType,
  options: { readonly tolerance?: Tolerance } = {},
): Projection {
  const attributes = splitLists(parameters.attributes)
  const excluded = splitLists(parameters.excludedAttributes)
  if (attributes.length > 0 && excluded.length > 0)
    throw scimError('invalidValue', '"attributes" and "excludedAttributes" exclude each other')
  if (attributes.length > 0) return { kind: 'only', selection: select(attributes, type, options.tolerance) }
  if (excluded.length > 0) return { kind: 'without', selection: select(excluded, type, options.tolerance) }
  return { kind: 'default' }
}

/**
 * Whether an answer shows any part of `groups` or `members`, so that a store need not read them otherwise.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, parseProjection, wantsAttribute } from '@rollcall/scim'
 *
 * const group = findResourceType(createRegistry(), 'Group')
 * if (group !== undefined) {
 *   const projection = parseProjection({ excludedAttributes: ['members'] }, group)
 *   console.log(wantsAttribute(projection, group, 'members')) // false
 * }
 * ```
 */
export function wantsAttribute(projection: Projection, type: ResourceType, name: 'groups' | 'members'): boolean {
  const attribute = type.attributes.get(name)
  if (attribute === undefined || attribute.returned === 'never') return false
  if (attribute.returned === 'always') return true
  switch (projection.kind) {
    case 'default':
      return attribute.returned === 'default'
    case 'only':
      return projection.selection.has(attribute)
    case 'without':
      return attribute.returned === 'default' && projection.selection.get(attribute) !== 'whole'
    default:
      return projection satisfies never
  }
}

function select(names: readonly string[], type: ResourceType, tolerance: Tolerance | undefined): Selection {
  const selection = new Map<Attribute, 'whole' | Set<Attribute>>()
  for (const name of names) {
    for (const { attribute, subAttribute } of resolveName(name, type, tolerance)) {
      const present = selection.get(attribute)
      if (subAttribute === undefined) selection.set(attribute, 'whole')
      else if (present === undefined) selection.set(attribute, new Set([subAttribute]))
      else if (present !== 'whole') present.add(subAttribute)
    }
  }
  return selection
}

function resolveName(name: string, type: ResourceType, tolerance: Tolerance | undefined): readonly AttributeRef[] {
  const lower = name.toLowerCase()
  const schema = lower === type.schema.id.toLowerCase() ? type.schema : type.extensions.get(lower)?.schema
  // A URN names what the schema shows by default; what is returned on "request" must be named itself.
  if (schema !== undefined)
    return schema.attributes
      .filter((attribute) => attribute.returned !== 'request')
      .map((attribute) => ({ schema: schema.id, attribute, subAttribute: undefined }))
  const path = splitAttributePath(name, 0)
  const ref = path === undefined ? undefined : resolveAttribute(path, type, tolerance)
  return ref === undefined ? [] : [ref]
}

/** Splits lists at commas outside of brackets, and leaves out what stands in brackets; quotes count only there. */
function splitLists(lists: readonly string[] = []): readonly string[] {
  return lists.flatMap((list) =>
    dropFilters(list)
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
}

function dropFilters(list: string): string {
  if (!list.includes('[')) return list
  let kept = ''
  let inFilter = false
  let inText = false
  for (let i = 0; i < list.length; i++) {
    const character = list.charAt(i)
    if (inText) {
      if (character === '\\') i++
      else if (character === '"') inText = false
    } else if (inFilter) {
      if (character === '"') inText = true
      else if (character === ']') inFilter = false
    } else if (character === '[') inFilter = true
    else kept += character
  }
  return kept
}
