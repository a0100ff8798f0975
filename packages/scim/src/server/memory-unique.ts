import { scimError } from '../errors.ts'
import { foldValue } from '../filter/fold-value.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Style } from '../profile/style.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import type { MemoryState } from './memory-state.ts'

/** A value that no other resource of the type may have. */
export type UniqueKey = { readonly key: string; readonly attribute: string; readonly value: string }

/** The unique values of a resource: by the schema (RFC 7643 §2.2 "uniqueness"), and by the style. */
export function listUniqueKeys(
  type: ResourceType,
  attributes: JsonObject,
  style: Style | undefined,
): readonly UniqueKey[] {
  const ofType = listCandidates(type)
    .filter((attribute) => isUnique(type, attribute, style))
    .flatMap((attribute) => toKey(type, attribute, attribute.name, attributes[attribute.name]))
  const ofExtensions = [...type.extensions.values()].flatMap(({ schema }) => {
    const data = attributes[schema.id]
    return schema.attributes
      .filter(({ uniqueness }) => uniqueness !== 'none' && isJsonObject(data))
      .flatMap((attribute) =>
        toKey(type, attribute, `${schema.id}:${attribute.name}`, isJsonObject(data) ? data[attribute.name] : undefined),
      )
  })
  return [...ofType, ...ofExtensions]
}

function toKey(type: ResourceType, attribute: Attribute, name: string, value: Json | undefined): readonly UniqueKey[] {
  const folded = foldValue(attribute, value)
  return folded === undefined
    ? []
    : [
        {
          key: JSON.stringify([type.name, name, folded]),
          attribute: name,
          value: typeof value === 'string' ? value : String(folded),
        },
      ]
}

const candidatesOf = new WeakMap<ResourceType, readonly Attribute[]>()

/** The attributes that a schema or some style makes unique. */
function listCandidates(type: ResourceType): readonly Attribute[] {
  const known = candidatesOf.get(type)
  if (known !== undefined) return known
  const candidates = [...type.attributes.values()].filter(
    ({ name, uniqueness }) => uniqueness !== 'none' || name === 'externalId' || name === 'displayName',
  )
  candidatesOf.set(type, candidates)
  return candidates
}

function isUnique(type: ResourceType, attribute: Attribute, style: Style | undefined): boolean {
  if (attribute.name === 'externalId') return style?.externalIdUnique === true
  if (attribute.name === 'displayName' && type.name === 'Group') return style?.groupNameUnique === true
  return attribute.uniqueness !== 'none'
}

/** Throws `uniqueness` when another resource than `id` has one of the values. */
export function assertUnique(state: MemoryState, keys: readonly UniqueKey[], id: string | undefined): void {
  for (const { key, attribute, value } of keys) {
    const owner = state.unique.get(key)
    if (owner !== undefined && owner !== id)
      throw scimError('uniqueness', `${attribute} "${value.slice(0, 200)}" is taken by ${owner}`)
  }
}
