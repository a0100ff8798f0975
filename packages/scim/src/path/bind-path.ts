import { scimError } from '../errors.ts'
import { quoteShortly } from '../filter/scanner.ts'
import { bindElementConditions } from '../filter/bind-filter.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import { findSubAttribute } from '../schema/registry.ts'
import type { AttributeRef, ResourceType } from '../schema/resource-type.ts'
import { printAttributePath } from './attribute-path.ts'
import type { BoundPatchPath, PatchPath } from './path.ts'
import { findWholeExtension, resolveAttribute } from './resolve-attribute.ts'

/**
 * Resolves the names of a PATCH path for one resource type.
 *
 * Throws `invalidPath` for a name that the schema lacks, a sub-attribute of a simple attribute, and a filter on
 * anything that holds a single value (RFC 7644 §3.5.2). Whether the attribute may be written is not asked here.
 *
 * @example
 * ```ts
 * import { bindPath, createRegistry, findResourceType, parsePath } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   const path = bindPath(parsePath('EMAILS[type eq "work"].VALUE'), user)
 *   if (path.kind === 'attribute') console.log(path.ref.attribute.name, path.ref.subAttribute?.name) // emails value
 * }
 * ```
 */
export function bindPath(
  path: PatchPath,
  type: ResourceType,
  options: { readonly tolerance?: Tolerance } = {},
): BoundPatchPath {
  const ref = resolveAttribute(path.path, type, options.tolerance)
  if (ref === undefined) return bindExtension(path, type)
  if (path.filter === undefined) return { kind: 'attribute', ref, filter: undefined, text: path.text }
  if (!ref.attribute.multiValued || ref.subAttribute !== undefined)
    throw scimError('invalidPath', `${quoteShortly(path.text)} filters an attribute that has a single value`)
  const filter = bindElementConditions(path.filter, ref, { code: 'invalidPath', tolerance: options.tolerance })
  return { kind: 'attribute', ref: bindSubAttribute(path, ref), filter, text: path.text }
}

function bindExtension(path: PatchPath, type: ResourceType): BoundPatchPath {
  const extension = path.filter === undefined ? findWholeExtension(path.path, type) : undefined
  if (extension !== undefined) return { kind: 'extension', schema: extension.schema.id, text: path.text }
  throw scimError('invalidPath', `${type.name} has no attribute ${quoteShortly(printAttributePath(path.path))}`, {
    position: path.path.position,
  })
}

function bindSubAttribute(path: PatchPath, ref: AttributeRef): AttributeRef {
  if (path.subAttribute === undefined) return ref
  const subAttribute = findSubAttribute(ref.attribute, path.subAttribute)
  if (subAttribute === undefined)
    throw scimError('invalidPath', `${ref.attribute.name} has no sub-attribute ${quoteShortly(path.subAttribute)}`)
  return { ...ref, subAttribute }
}
