import { isJsonArray, isJsonObject, type Json } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import type { StoredEntry } from './stored-entries.ts'

const bulkSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
/** What Microsoft Entra ID takes in one call. */
const operationsMax = 50

/**
 * The operations of a SCIM BulkRequest as Microsoft Entra ID takes them: `POST /Users` only, since the rules decide what
 * becomes of a record and not the client. Throws `sourceBatchUnreadable`, which names the place.
 */
export function readBulkRequest(body: unknown): readonly StoredEntry[] {
  if (!isJsonObject(body)) throw refuse('', 'The body must be a BulkRequest of SCIM')
  const { schemas, Operations: operations, failOnErrors } = body
  if (!isJsonArray(schemas) || !schemas.includes(bulkSchema)) throw refuse('schemas', `schemas must hold ${bulkSchema}`)
  if (failOnErrors !== undefined && failOnErrors !== null)
    throw refuse('failOnErrors', 'failOnErrors must be null: records are worked off one by one, after the answer')
  if (!isJsonArray(operations) || operations.length === 0)
    throw refuse('Operations', 'Operations must hold at least one')
  if (operations.length > operationsMax)
    throw refuse(
      'Operations',
      `A call takes at most ${operationsMax} operations, and this one has ${operations.length}`,
    )
  const bulkIds = new Set<string>()
  return operations.map((operation, index) => readOperation(operation, { at: `Operations.${index}`, bulkIds }))
}

function readOperation(
  operation: Json,
  { at, bulkIds }: { readonly at: string; readonly bulkIds: Set<string> },
): StoredEntry {
  if (!isJsonObject(operation)) throw refuse(at, `${at} must be an object`)
  const { method, path, bulkId, data } = operation
  if (method !== 'POST') throw refuse(`${at}.method`, `${at}.method must be POST, also of whom is known or leaves`)
  if (path !== '/Users') throw refuse(`${at}.path`, `${at}.path must be /Users`)
  if (typeof bulkId !== 'string' || bulkId === '') throw refuse(`${at}.bulkId`, `${at}.bulkId must be a text`)
  if (bulkIds.has(bulkId)) throw refuse(`${at}.bulkId`, `${at}.bulkId stands in the request twice`)
  if (!isJsonObject(data)) throw refuse(`${at}.data`, `${at}.data must be an object: the user`)
  bulkIds.add(bulkId)
  return { place: `bulkId ${bulkId}`, record: data }
}

function refuse(field: string, message: string): AccessError {
  return new AccessError('sourceBatchUnreadable', message, { field })
}
