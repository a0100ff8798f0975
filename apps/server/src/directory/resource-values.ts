import {
  findResourceType,
  foldCase,
  foldResource,
  scimError,
  type JsonObject,
  type Registry,
  type ResourceType,
} from '@rollcall/scim'
import { toSearchText } from '../db/filter-sql/search-text.ts'
import type { DirectoryTable } from '../db/tables.ts'

/** What every table stores of a resource's attributes. */
export type ResourceValues = {
  readonly externalId: string | null
  readonly document: string
  /** JSON text. */
  readonly search: string
  readonly searchText: string
}

/**
 * The longest text that is looked up by an index, in UTF-16 units: userName, externalId, displayName of a group, and every
 * attribute whose values are unique. PostgreSQL's index rows have room for 2,704 bytes, and folding makes at most
 * 6 bytes of UTF-8 of one unit. Other texts may be as long as the body.
 */
export const indexedCharactersMax = 400

/**
 * Splits attributes into the columns that every table has; throws `invalidValue` for text that no database can hold and
 * for text that is too long for its index.
 */
export function toResourceValues(
  attributes: JsonObject,
  type: ResourceType,
  table: DirectoryTable['name'],
): ResourceValues {
  refuseOverlong(attributes, type, table)
  const { externalId, ...rest } = attributes
  const document = toDocument(attributes)
  const folded = foldResource(table === 'users' ? withoutActive(rest) : rest, type)
  const search = JSON.stringify(folded)
  const id = typeof externalId === 'string' ? externalId : null
  for (const text of [document, JSON.stringify(id)]) refuseUnstorable(text)
  return { externalId: id, document, search, searchText: toSearchText(folded, table) }
}

/** JSON text of what is stored: externalId has a column of its own. */
export function toDocument(attributes: JsonObject): string {
  return JSON.stringify({ ...attributes, externalId: undefined })
}

/** Throws `invalidValue` for text that is too long for its index. */
export function refuseOverlong(attributes: JsonObject, type: ResourceType, table: DirectoryTable['name']): void {
  for (const { name, uniqueness } of type.attributes.values()) {
    const value = attributes[name]
    if (typeof value !== 'string' || value.length <= indexedCharactersMax) continue
    const isIndexed = uniqueness !== 'none' || name === 'externalId' || (table === 'teams' && name === 'displayName')
    if (isIndexed)
      throw scimError(
        'invalidValue',
        `"${name}" has ${value.length} characters; at most ${indexedCharactersMax} are kept`,
      )
  }
}

// Of a user it is the state.
function withoutActive(attributes: JsonObject): JsonObject {
  return { ...attributes, active: undefined }
}

// JSON.stringify writes U+0000 and lone surrogates as escapes; PostgreSQL has room for neither.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab][0-9a-f]{2}|d[c-f][0-9a-f]{2})/

function refuseUnstorable(json: string): void {
  if (!isStorableJson(json)) throw scimError('invalidValue', 'Text must be valid Unicode without the character U+0000')
}

/** Whether PostgreSQL has room for what JSON text spells. */
export function isStorableJson(json: string): boolean {
  return !json.includes('\\u') || !unstorable.test(json)
}

/** The name of a member as others read it. */
export function displayOf(attributes: JsonObject): string | null {
  const name = attributes['displayName'] ?? attributes['userName']
  return typeof name === 'string' ? name : null
}

export function foldText(text: unknown): string | null {
  return typeof text === 'string' ? foldCase(text) : null
}

/** The resource type of that name; a registry without it is a mistake of ours. */
export function getResourceType(registry: Registry, name: string): ResourceType {
  const type = findResourceType(registry, name)
  if (type === undefined) throw new Error(`The registry has no resource type ${name}`)
  return type
}
