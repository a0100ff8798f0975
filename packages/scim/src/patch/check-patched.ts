import { scimError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { checkSubAttributes, isBlank, listRequired } from '../resource/required.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'

/**
 * Checks that a PATCH leaves everything required in place. Throws `invalidValue`.
 *
 * What was missing before is no fault of this request: a resource that is older than the requirement can still be
 * deactivated.
 */
export function checkPatched(
  before: JsonObject,
  after: JsonObject,
  type: ResourceType,
  required: readonly string[] = [],
): void {
  checkIn(before, after, {
    prefix: '',
    required: listRequired(type, required),
    all: [...type.attributes.values()],
    isNew: false,
  })
  for (const { schema, required: isRequired } of type.extensions.values()) {
    const old = before[schema.id]
    const now = after[schema.id]
    if (old === now) continue
    if (isRequired && !isUnassigned(old) && isUnassigned(now)) throw missing(schema.id)
    const mustHave = schema.attributes.filter((attribute) => attribute.required)
    // Without any attribute the extension is not there, so it requires nothing.
    if (!isJsonObject(now)) continue
    const isNew = !isJsonObject(old)
    checkIn(isNew ? {} : old, now, { prefix: `${schema.id}:`, required: mustHave, all: schema.attributes, isNew })
  }
}

type Checks = {
  readonly prefix: string
  readonly required: readonly Attribute[]
  readonly all: readonly Attribute[]
  /** The holder came with this request, so nothing in it was missing before. */
  readonly isNew: boolean
}

function checkIn(before: JsonObject, after: JsonObject, { prefix, required, all, isNew }: Checks): void {
  for (const { name } of required) {
    if (!isBlank(after[name]) || (before[name] === after[name] && !isNew)) continue
    if (isNew || !isUnassigned(before[name]) || !isUnassigned(after[name])) throw missing(prefix + name)
  }
  for (const attribute of all)
    if (before[attribute.name] !== after[attribute.name])
      checkSubAttributes(attribute, after[attribute.name], prefix + attribute.name)
}

function missing(at: string): Error {
  return scimError('invalidValue', `"${at}" is required`)
}
