import { scimError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { ResourceType, ResourceTypeExtension } from '../schema/resource-type.ts'
import { findMisspelt } from '../path/find-misspelt.ts'
import { isUnassigned } from './is-unassigned.ts'

/**
 * The extensions that `schemas` of a body lists (RFC 7643 §3).
 * Throws `invalidSyntax` when it is missing, lacks the base URN or lists what the resource type does not have.
 */
export function parseSchemas(value: unknown, type: ResourceType, tolerance: Tolerance): Set<ResourceTypeExtension> {
  const extensions = new Set<ResourceTypeExtension>()
  let hasBase = false
  for (const urn of toUrns(value, type, tolerance)) {
    const lower = urn.toLowerCase()
    const extension = type.extensions.get(lower) ?? findMisspelt(lower, type, tolerance)
    if (lower === type.schema.id.toLowerCase() || isMisprint(lower, type, tolerance)) hasBase = true
    else if (extension !== undefined) extensions.add(extension)
    else if (!tolerance.allows('unknownSchema', urn))
      throw scimError('invalidSyntax', `"schemas" lists "${urn}", which ${type.name} does not have`)
  }
  if (!hasBase) throw scimError('invalidSyntax', `"schemas" must list "${type.schema.id}"`)
  return extensions
}

/**
 * Checks the `schemas` of a body before anything else is known, so that a malformed PUT is told so even when there is
 * nothing to replace. Throws what {@link parseSchemas} throws.
 */
export function checkSchemas(body: JsonObject, type: ResourceType, tolerance: Tolerance): void {
  const name = Object.keys(body).find((key) => key.toLowerCase() === 'schemas')
  parseSchemas(name === undefined ? undefined : body[name], type, tolerance)
}

// The bulk example of RFC 7644 §3.7.3 has the URN of a message where the schema is meant.
function isMisprint(lower: string, type: ResourceType, tolerance: Tolerance): boolean {
  const misprint = `urn:ietf:params:scim:api:messages:2.0:${type.name.toLowerCase()}`
  return lower === misprint && tolerance.allows('misspeltSchema', lower)
}

function toUrns(value: unknown, { schema }: ResourceType, tolerance: Tolerance): readonly string[] {
  const list: unknown =
    typeof value === 'string' && value !== '' && tolerance.allows('singleForMultiple', 'schemas') ? [value] : value
  if (isUnassigned(list)) throw scimError('invalidSyntax', `"schemas" is missing; it must list "${schema.id}"`)
  const isList = Array.isArray(list) && list.every((urn) => typeof urn === 'string')
  if (!isList) throw scimError('invalidSyntax', `"schemas" must be a list of schema URNs, such as "${schema.id}"`)
  return list
}

/** What `schemas` answers: the base URN, then exactly the extensions that carry data (RFC 7643 §3 and §3.3). */
export function listSchemas(type: ResourceType, attributes: JsonObject): readonly string[] {
  const urns = [type.schema.id]
  for (const { schema } of type.extensions.values()) if (attributes[schema.id] !== undefined) urns.push(schema.id)
  return urns
}
