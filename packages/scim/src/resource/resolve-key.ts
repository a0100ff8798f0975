import { splitAttributePath } from '../path/attribute-path.ts'
import { findMisspelt } from '../path/find-misspelt.ts'
import { resolveAttribute } from '../path/resolve-attribute.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { AttributeRef, ResourceType, ResourceTypeExtension } from '../schema/resource-type.ts'

/** What a key of a resource's JSON object names. */
export type ResolvedKey =
  /** `plain`: by its own name in its own object; otherwise dotted, URN-qualified or short. */
  | { readonly kind: 'attribute'; readonly ref: AttributeRef; readonly plain: boolean }
  | { readonly kind: 'extension'; readonly extension: ResourceTypeExtension }
  /** The base schema's URN as if it were an extension. */
  | { readonly kind: 'base' }

/**
 * What a top-level key of a body or of a path-less PATCH value names (RFC 7643 §3.3: attributes, and extensions by URN).
 * Undefined when it is unknown, also when only a leniency that the profile lacks would know it.
 */
export function resolveKey(key: string, type: ResourceType, tolerance: Tolerance): ResolvedKey | undefined {
  const lower = key.toLowerCase()
  const attribute = type.attributes.get(lower)
  if (attribute !== undefined)
    return { kind: 'attribute', plain: true, ref: { schema: undefined, attribute, subAttribute: undefined } }
  if (lower.includes(':')) return resolveUrnKey(key, lower, type, tolerance)
  const path = splitAttributePath(key, 0)
  if (path === undefined) return undefined
  if (path.subAttribute !== undefined && !tolerance.allows('dottedKeys', key)) return undefined
  const ref = resolveAttribute(path, type, tolerance)
  return ref === undefined ? undefined : { kind: 'attribute', plain: false, ref }
}

function resolveUrnKey(key: string, lower: string, type: ResourceType, tolerance: Tolerance): ResolvedKey | undefined {
  const extension = type.extensions.get(lower) ?? findMisspelt(lower, type, tolerance)
  if (extension !== undefined) return { kind: 'extension', extension }
  if (lower === type.schema.id.toLowerCase()) return tolerance.allows('urnKeys', key) ? { kind: 'base' } : undefined
  const path = splitAttributePath(key, 0)
  const ref = path === undefined ? undefined : resolveAttribute(path, type, tolerance)
  if (ref === undefined || !tolerance.allows('urnKeys', key)) return undefined
  return { kind: 'attribute', plain: false, ref }
}
