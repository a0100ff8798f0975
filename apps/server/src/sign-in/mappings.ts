import { isJsonObject, type JsonObject } from '@rollcall/scim'

/** Whoever has that value of that attribute has that role, or is in that team. To the letter and case. */
export type ValueMapping = { readonly attribute: string; readonly value: string; readonly targetId: string }

export type MappingSet = { readonly isOn: boolean; readonly mappings: readonly ValueMapping[] }

/** What stands in the column `mappings`. */
export type SignInMappings = { readonly roles: MappingSet; readonly teams: MappingSet }

/** Datadog's limits (AC-D31). */
export const signInMappingsMax = 1_000

const nothing: MappingSet = { isOn: false, mappings: [] }

export function toSignInMappings(stored: JsonObject): SignInMappings {
  // Written by toStoredMappings only.
  return { roles: nothing, teams: nothing, ...(stored as Partial<SignInMappings>) }
}

export function toStoredMappings(mappings: SignInMappings): JsonObject {
  const stored: unknown = JSON.parse(JSON.stringify(mappings))
  return isJsonObject(stored) ? stored : {}
}

/** The roles or teams that these attributes give, each once. */
export function matchMappings(
  { mappings }: MappingSet,
  attributes: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const matching = mappings.filter(({ attribute, value }) => attributes.get(attribute)?.includes(value) === true)
  return [...new Set(matching.map(({ targetId }) => targetId))]
}

/** Attributes as they are kept with the link of a person. */
export function toStoredAttributes(attributes: ReadonlyMap<string, readonly string[]>): JsonObject {
  return Object.fromEntries([...attributes].map(([name, values]) => [name, [...values]]))
}

export function fromStoredAttributes(stored: JsonObject): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(stored).map(([name, values]) => [
      name,
      Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [],
    ]),
  )
}
