import { scimError } from '../errors.ts'
import { isJsonObject, type Json } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import { isUnassigned } from './is-unassigned.ts'

/** A value in two parts: what may be stored with the resource, and what is writeOnly. */
export type SeparatedValue = { readonly kept: Json | undefined; readonly secret: Json | undefined }

/**
 * Takes writeOnly values out of a normalised value, so that they never reach the document (RFC 7643 §7).
 * Throws `notImplemented` for a writeOnly sub-attribute of a list, which has no place of its own.
 */
export function separateWriteOnly(attribute: Attribute, value: Json, at: string): SeparatedValue {
  if (attribute.mutability === 'writeOnly') return { kept: undefined, secret: value }
  const secretNames = attribute.subAttributes.filter((sub) => sub.mutability === 'writeOnly').map((sub) => sub.name)
  if (secretNames.length === 0) return { kept: value, secret: undefined }
  if (!isJsonObject(value)) throw scimError('notImplemented', `writeOnly sub-attributes of the list "${at}"`)
  const isSecret = ([name]: readonly [string, unknown]): boolean => secretNames.includes(name)
  const kept = Object.fromEntries(Object.entries(value).filter((entry) => !isSecret(entry)))
  const secret = Object.fromEntries(Object.entries(value).filter(isSecret))
  return { kept: isUnassigned(kept) ? undefined : kept, secret: isUnassigned(secret) ? undefined : secret }
}
