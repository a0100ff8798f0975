import { type ScimError, scimError } from '../errors.ts'
import { type Json, type JsonObject, isJsonObject } from '../json.ts'
import { assertMessageSchema } from '../message/search-request.ts'
import { messageUrns } from '../message/urns.ts'
import type { Tolerance } from '../profile/leniencies.ts'

/** The methods that a bulk operation may have (RFC 7644 §3.7). */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation of a bulk request as it was sent; names and references are not resolved yet. */
export type BulkOperation = {
  readonly method: BulkMethod
  readonly bulkId: string | undefined
  /** Of the resource, for If-Match; undefined: any. */
  readonly version: string | undefined
  /** Below the base URL. */
  readonly path: string
  /** Undefined for DELETE. */
  readonly data: JsonObject | undefined
}

/** An operation that cannot be carried out, with what is known of it for the answer. */
export type RefusedOperation = {
  readonly method: string | undefined
  readonly bulkId: string | undefined
  readonly path: string | undefined
  readonly error: ScimError
}

/** A bulk request whose envelope holds; single operations may be refused in it. */
export type BulkRequest = {
  /** Errors after which the rest is left undone; undefined: never. */
  readonly failOnErrors: number | undefined
  readonly operations: readonly (BulkOperation | RefusedOperation)[]
}

/**
 * True for an operation that was refused by its form alone.
 *
 * @example
 * ```ts
 * import { isRefused, parseBulk, profiles, createTolerance } from '@rollcall/scim'
 *
 * const body = { Operations: [{ method: 'GET', path: '/Users' }] }
 * const bulk = parseBulk(body, { operationsMax: 10, tolerance: createTolerance(profiles.default) })
 * console.log(bulk.operations.map((operation) => isRefused(operation))) // [ true ]
 * ```
 */
export function isRefused(operation: object): operation is RefusedOperation {
  return 'error' in operation
}

/**
 * Reads a bulk request (RFC 7644 §3.7). A malformed operation fails by itself; the request as a whole is refused with
 * `invalidSyntax` or `invalidValue` when its envelope is wrong or a bulkId stands twice, and with `payloadTooLarge`
 * when it has more than `operationsMax` operations.
 *
 * @example
 * ```ts
 * import { parseBulk, strictTolerance } from '@rollcall/scim'
 *
 * const bulk = parseBulk(
 *   {
 *     schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
 *     Operations: [{ method: 'DELETE', path: '/Users/2819c223' }],
 *   },
 *   { operationsMax: 1000, tolerance: strictTolerance },
 * )
 * console.log(bulk.operations.length) // 1
 * ```
 */
export function parseBulk(
  body: JsonObject,
  options: { readonly operationsMax: number; readonly tolerance: Tolerance },
): BulkRequest {
  const fields = toFields(body)
  assertMessageSchema(fields.get('schemas'), messageUrns.bulkRequest, options.tolerance)
  const given = fields.get('operations')
  if (!Array.isArray(given) || given.length === 0)
    throw scimError('invalidSyntax', '"Operations" must be a list with at least one operation')
  if (given.length > options.operationsMax)
    throw scimError(
      'payloadTooLarge',
      `The request has ${given.length} operations; maxOperations is ${options.operationsMax}`,
    )
  const operations = given.map(parseOperation)
  assertDistinct(operations)
  return { failOnErrors: parseFailOnErrors(fields.get('failonerrors')), operations }
}

function parseFailOnErrors(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw scimError('invalidValue', '"failOnErrors" must be an integer of at least 1')
}

// A bulkId that names two resources would make every reference to it a guess (TRAP-G8).
function assertDistinct(operations: BulkRequest['operations']): void {
  const seen = new Set<string>()
  for (const { method, bulkId } of operations) {
    if (method !== 'POST' || bulkId === undefined) continue
    if (seen.has(bulkId)) throw scimError('invalidValue', `bulkId "${bulkId}" is given twice`)
    seen.add(bulkId)
  }
}

type Fields = ReadonlyMap<string, Json | undefined>

function toFields(object: JsonObject): Fields {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value ?? undefined]))
}

const methods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

function isBulkMethod(method: string | undefined): method is BulkMethod {
  return method !== undefined && methods.has(method)
}

function parseOperation(value: Json): BulkOperation | RefusedOperation {
  const fields = isJsonObject(value) ? toFields(value) : new Map<string, Json>()
  const method = textIn(fields, 'method')?.toUpperCase()
  const bulkId = textIn(fields, 'bulkid')
  const path = textIn(fields, 'path')
  const version = textIn(fields, 'version')
  const data = fields.get('data')
  const refuse = (error: ScimError): RefusedOperation => ({ method, bulkId, path, error })
  if (!isBulkMethod(method))
    return refuse(scimError('invalidValue', '"method" of an operation must be POST, PUT, PATCH or DELETE'))
  if (path === undefined || path === '')
    return refuse(scimError('invalidSyntax', `"path" is missing in a ${method} operation`))
  if (method === 'POST' && (bulkId === undefined || bulkId === ''))
    return refuse(scimError('invalidValue', '"bulkId" is missing in a POST operation (RFC 7644 §3.7)'))
  if (method === 'DELETE') return { method, bulkId, version, path, data: undefined }
  if (!isJsonObject(data))
    return refuse(scimError('invalidSyntax', `"data" must be an object in a ${method} operation`))
  return { method, bulkId, version, path, data }
}

function textIn(fields: Fields, name: string): string | undefined {
  const value = fields.get(name)
  return typeof value === 'string' ? value : undefined
}
