import type { AttributePath } from '../filter/ast.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import { findAttribute } from '../schema/registry.ts'
import type { AttributeRef, ResourceType, ResourceTypeExtension } from '../schema/resource-type.ts'
import { printAttributePath, toWholeUrn } from './attribute-path.ts'
import { findMisspelt } from './find-misspelt.ts'

/**
 * Where a path of a request stands in a resource type; undefined when it is unknown.
 *
 * With the leniency `shortExtensionPath` a name without URN that the base schema lacks is looked up in the
 * extensions; it must stand in exactly one of them. With `misspeltSchema` a URN may lack its last colon.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, parseAttributePath, resolveAttribute } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   console.log(resolveAttribute(parseAttributePath('NAME.givenname'), user)?.subAttribute?.name) // givenName
 *   console.log(resolveAttribute(parseAttributePath('constructor'), user)) // undefined
 * }
 * ```
 */
export function resolveAttribute(
  path: AttributePath,
  type: ResourceType,
  tolerance?: Tolerance,
): AttributeRef | undefined {
  const ref = findAttribute(type, path)
  if (ref !== undefined) return ref
  if (path.schema !== undefined) return resolveMisspelt({ ...path, schema: path.schema }, type, tolerance)
  if (type.attributes.has(path.attribute.toLowerCase())) return undefined
  const found: AttributeRef[] = []
  for (const schema of type.extensions.keys()) {
    const candidate = findAttribute(type, { ...path, schema })
    if (candidate !== undefined) found.push(candidate)
  }
  const [first, second] = found
  if (first === undefined || second !== undefined) return undefined
  return tolerance?.allows('shortExtensionPath', printAttributePath(path)) ? first : undefined
}

function resolveMisspelt(
  path: AttributePath & { readonly schema: string },
  type: ResourceType,
  tolerance: Tolerance | undefined,
): AttributeRef | undefined {
  const extension = tolerance && findMisspelt(path.schema.toLowerCase(), type, tolerance)
  return extension && findAttribute(type, { ...path, schema: extension.schema.id })
}

/**
 * The extension whose URN the whole path spells; undefined when it spells none.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, findWholeExtension, parseAttributePath } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * const path = parseAttributePath('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User')
 * if (user !== undefined) console.log(findWholeExtension(path, user)?.schema.name) // EnterpriseUser
 * ```
 */
export function findWholeExtension(path: AttributePath, type: ResourceType): ResourceTypeExtension | undefined {
  const urn = toWholeUrn(path)
  return urn === undefined ? undefined : type.extensions.get(urn.toLowerCase())
}
