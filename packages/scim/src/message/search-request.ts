import { scimError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { Query } from './query.ts'
import { messageUrns } from './urns.ts'

/** What a client asks of a list, by URL or by POST /.search; nothing resolved yet (RFC 7644 §3.4.2 and §3.4.3). */
export type SearchRequest = {
  readonly attributes: readonly string[] | undefined
  readonly excludedAttributes: readonly string[] | undefined
  readonly filter: string | undefined
  readonly sortBy: string | undefined
  readonly sortOrder: string | undefined
  readonly startIndex: number | undefined
  readonly count: number | undefined
  /** Empty: the first page of a cursor list; undefined: index paging (RFC 9865 §2). */
  readonly cursor: string | undefined
}

/** The search that a query string spells; throws `invalidValue`, or `invalidCount` with a cursor. */
export function toSearchRequest(query: Query): SearchRequest {
  const cursor = query.get('cursor')
  return {
    attributes: toList(query.get('attributes')),
    excludedAttributes: toList(query.get('excludedattributes')),
    filter: query.get('filter'),
    sortBy: toText(query.get('sortby')),
    sortOrder: toText(query.get('sortorder')),
    startIndex: toInteger('startIndex', query.get('startindex'), cursor),
    count: toInteger('count', query.get('count'), cursor),
    cursor,
  }
}

function toText(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

// Commas are split where the names are resolved, since brackets and quotes may hold some.
function toList(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : [text]
}

function toInteger(name: string, text: string | undefined, cursor: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(text)) throw notInteger(name, cursor)
  return Number(text)
}

function notInteger(name: string, cursor: string | undefined): Error {
  const code = name === 'count' && cursor !== undefined ? 'invalidCount' : 'invalidValue'
  return scimError(code, `"${name}" must be an integer`)
}

/**
 * Reads the body of POST /.search. Names count without regard to case; unknown ones are ignored.
 *
 * Throws `invalidSyntax` when `schemas` does not name SearchRequest, `invalidValue` for a wrong type.
 */
export function parseSearchRequest(body: JsonObject, tolerance: Tolerance): SearchRequest {
  const fields = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value ?? undefined]))
  assertMessageSchema(fields.get('schemas'), messageUrns.searchRequest, tolerance)
  const cursor = textField(fields, 'cursor')
  return {
    attributes: listField(fields, 'attributes'),
    excludedAttributes: listField(fields, 'excludedAttributes'),
    filter: textField(fields, 'filter'),
    sortBy: toText(textField(fields, 'sortBy')),
    sortOrder: toText(textField(fields, 'sortOrder')),
    startIndex: integerField(fields, 'startIndex', { cursor, tolerance }),
    count: integerField(fields, 'count', { cursor, tolerance }),
    cursor,
  }
}

type Fields = ReadonlyMap<string, Json | undefined>

function textField(fields: Fields, name: string): string | undefined {
  const value = fields.get(name.toLowerCase())
  if (value === undefined || typeof value === 'string') return value
  throw scimError('invalidValue', `"${name}" must be text`)
}

function listField(fields: Fields, name: string): readonly string[] | undefined {
  const value = fields.get(name.toLowerCase())
  if (value === undefined) return undefined
  if (typeof value === 'string') return toList(value)
  if (!Array.isArray(value)) throw scimError('invalidValue', `"${name}" must be a list of attribute names`)
  return value.map((entry: unknown) => {
    if (typeof entry !== 'string') throw scimError('invalidValue', `"${name}" must be a list of attribute names`)
    return entry
  })
}

function integerField(
  fields: Fields,
  name: string,
  options: { readonly cursor: string | undefined; readonly tolerance: Tolerance },
): number | undefined {
  const value = fields.get(name.toLowerCase())
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  if (typeof value === 'string' && options.tolerance.allows('lexicalNumbers', name))
    return toInteger(name, value, options.cursor)
  throw notInteger(name, options.cursor)
}

/** Refuses a message whose `schemas` does not name `urn`; a missing `schemas` is a leniency. */
export function assertMessageSchema(schemas: unknown, urn: string, tolerance: Tolerance): void {
  if (schemas === undefined || schemas === null) {
    if (tolerance.allows('missingSchemas', urn)) return
    throw scimError('invalidSyntax', `"schemas" is missing; it must hold "${urn}"`)
  }
  const listed: readonly unknown[] = Array.isArray(schemas) ? schemas : [schemas]
  if (listed.some((entry) => typeof entry === 'string' && entry.toLowerCase() === urn.toLowerCase())) return
  throw scimError('invalidSyntax', `"schemas" must hold "${urn}"`)
}
