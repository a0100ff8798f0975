import { scimError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { PatchPath } from '../path/path.ts'
import { parsePath } from '../path/parse-path.ts'
import type { Tolerance } from '../profile/leniencies.ts'

/** One operation of a PATCH request (RFC 7644 §3.5.2). */
export type PatchOperation = {
  readonly op: 'add' | 'remove' | 'replace'
  /** Undefined: the resource itself is the target. */
  readonly path: PatchPath | undefined
  /** Undefined: absent. */
  readonly value: unknown
  /** Zero-based place in `Operations`. */
  readonly position: number
}

const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const operationsMaxDefault = 1000

/**
 * Reads the body of a PATCH request. Nothing is resolved against a schema yet.
 *
 * Throws `invalidSyntax` (no PatchOp message, no operations, an unknown op), `noTarget` (remove without a path),
 * `invalidPath`, `invalidValue` (add or replace without a value), `payloadTooLarge` (more than `operationsMax`,
 * which is 1000 unless given).
 *
 * @example
 * ```ts
 * import { parsePatch, strictTolerance } from '@rollcall/scim'
 *
 * const body = {
 *   schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
 *   Operations: [{ op: 'replace', path: 'active', value: false }],
 * }
 * console.log(parsePatch(body, { tolerance: strictTolerance })[0]?.path?.text) // active
 * ```
 */
export function parsePatch(
  body: unknown,
  options: { readonly tolerance: Tolerance; readonly operationsMax?: number },
): readonly PatchOperation[] {
  if (!isJsonObject(body)) throw scimError('invalidSyntax', 'a PATCH request is a JSON object')
  const members = foldKeys(body, 'the PATCH request')
  checkSchemas(members.get('schemas'), options.tolerance)
  const operations = members.get('operations')
  if (!Array.isArray(operations)) throw scimError('invalidSyntax', '"Operations" must be a list of operations')
  if (operations.length === 0 && !options.tolerance.allows('emptyOperations'))
    throw scimError('invalidSyntax', '"Operations" is empty')
  const operationsMax = options.operationsMax ?? operationsMaxDefault
  if (operations.length > operationsMax)
    throw scimError('payloadTooLarge', `a PATCH request may have at most ${operationsMax} operations`)
  return operations.map((operation: unknown, position) => parseOperation(operation, position, options.tolerance))
}

function checkSchemas(schemas: unknown, tolerance: Tolerance): void {
  const isMissing = schemas === undefined || schemas === null || (Array.isArray(schemas) && schemas.length === 0)
  if (isMissing && tolerance.allows('missingSchemas')) return
  const isListed =
    Array.isArray(schemas) &&
    schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === patchOpUrn.toLowerCase())
  if (!isListed) throw scimError('invalidSyntax', `"schemas" must list "${patchOpUrn}"`)
}

function parseOperation(operation: unknown, position: number, tolerance: Tolerance): PatchOperation {
  const place = `operation ${position + 1}`
  if (!isJsonObject(operation)) throw scimError('invalidSyntax', `${place} is no JSON object`)
  const members = foldKeys(operation, place)
  const op = parseOp(members.get('op'), place, tolerance)
  const path = parseTarget(members.get('path'), place, tolerance)
  const value: unknown = members.get('value')
  // RFC 7644 §3.5.2.2: "If path is unspecified, the operation fails with … noTarget".
  if (op === 'remove' && path === undefined) throw scimError('noTarget', `${place}: remove needs a path`)
  if (op !== 'remove' && value === undefined) throw scimError('invalidValue', `${place}: ${op} needs a value`)
  return { op, path, value, position }
}

function parseOp(op: unknown, place: string, tolerance: Tolerance): PatchOperation['op'] {
  if (isOp(op)) return op
  if (typeof op === 'string') {
    const lower = op.toLowerCase()
    if (isOp(lower) && tolerance.allows('operationCase', op)) return lower
  }
  throw scimError('invalidSyntax', `${place}: "op" must be "add", "remove" or "replace"`)
}

function isOp(op: unknown): op is PatchOperation['op'] {
  return op === 'add' || op === 'remove' || op === 'replace'
}

function parseTarget(path: unknown, place: string, tolerance: Tolerance): PatchPath | undefined {
  if (path === undefined || path === null) return undefined
  if (typeof path !== 'string') throw scimError('invalidPath', `${place}: "path" must be a text`)
  if (path === '' && tolerance.allows('emptyText', 'path')) return undefined
  return parsePath(path, { tolerance })
}

/** The members of an object by their names in lower case (RFC 7643 §2.1); inherited names cannot be asked for. */
function foldKeys(object: JsonObject, place: string): ReadonlyMap<string, JsonObject[string]> {
  const members = new Map<string, JsonObject[string]>()
  for (const key of Object.keys(object)) {
    const lower = key.toLowerCase()
    if (members.has(lower)) throw scimError('invalidSyntax', `"${key}" is given twice in ${place}`)
    members.set(lower, object[key])
  }
  return members
}
