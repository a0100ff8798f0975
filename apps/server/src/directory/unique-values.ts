import { foldValue, isJsonObject, scimError, type Attribute, type JsonObject, type ResourceType } from '@rollcall/scim'
import { brokenUnique } from '../db/queries/constraint.ts'
import { replaceUniqueValues, type UniqueValue } from '../db/queries/unique-values.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { guarded } from './guard.ts'
import { indexedCharactersMax } from './resource-values.ts'

/** Attributes of extensions that a schema calls unique; the unique ones of User and Group have columns of their own. */
type UniqueAttribute = { readonly schema: string; readonly attribute: Attribute }

const attributesOf = new WeakMap<ResourceType, readonly UniqueAttribute[]>()

function listAttributes(type: ResourceType): readonly UniqueAttribute[] {
  const known = attributesOf.get(type)
  if (known !== undefined) return known
  const attributes = [...type.extensions.values()].flatMap(({ schema }) =>
    schema.attributes
      .filter(({ uniqueness, multiValued, type: kind }) => uniqueness !== 'none' && !multiValued && kind !== 'complex')
      .map((attribute) => ({ schema: schema.id, attribute })),
  )
  attributesOf.set(type, attributes)
  return attributes
}

/** Whether extensions of the type have unique attributes, so that its writes must keep their values apart. */
export function hasUniqueExtensions(type: ResourceType): boolean {
  return listAttributes(type).length > 0
}

/** The folded values of unique extension attributes (RFC 7643 §2.2 "uniqueness"); throws `invalidValue` for overlong ones. */
export function listUniqueOfExtensions(attributes: JsonObject, type: ResourceType): readonly UniqueValue[] {
  return listAttributes(type).flatMap(({ schema, attribute }) => {
    const data = attributes[schema]
    const value = isJsonObject(data) ? foldValue(attribute, data[attribute.name]) : undefined
    if (value === undefined) return []
    const name = `${schema}:${attribute.name}`
    const text = String(value)
    if (text.length > indexedCharactersMax)
      throw scimError('invalidValue', `"${name}" is too long: at most ${indexedCharactersMax} characters are kept`)
    return [{ attribute: name, value: text }]
  })
}

/** A write of a user or group, and what it makes of the unique values. */
export type UniqueWrite<Outcome> = {
  readonly attributes: JsonObject
  write(context: DirectoryContext): Promise<Outcome>
  /** The SCIM id of what was written; undefined: nothing was. */
  idOf(outcome: Outcome): string | undefined
}

/** Writes a user or group and its unique values in one transaction; throws `uniqueness` naming the value that is taken. */
export async function writeUnique<Outcome>(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  write: UniqueWrite<Outcome>,
): Promise<Outcome> {
  const values = listUniqueOfExtensions(write.attributes, type)
  try {
    return await guarded(parts, context, async (tx) => {
      const outcome = await write.write({ ...context, tx })
      const scimId = write.idOf(outcome)
      if (scimId === undefined) return outcome
      const { organizationId } = context
      const table = type.name === 'Group' ? 'teams' : 'users'
      await replaceUniqueValues(tx, { organizationId, table, type: type.name, scimId }, values)
      return outcome
    })
  } catch (error) {
    if (brokenUnique(error) !== 'unique_values_pkey') throw error
    const names = values.map(({ attribute, value }) => `${attribute} "${value.slice(0, 200)}"`)
    throw scimError('uniqueness', `${names.join(' or ')} is taken by another resource`)
  }
}
