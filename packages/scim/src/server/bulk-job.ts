import type { BulkOperation, RefusedOperation } from '../bulk/parse-bulk.ts'
import { findBulkId, resolveReferences } from '../bulk/references.ts'
import { ScimError, scimError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { parseQuery } from '../message/query.ts'
import { toSearchRequest } from '../message/search-request.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import type { Call } from './call.ts'
import { toProjection } from './list-resources.ts'
import type { View } from './resource-text.ts'
import { parseRoute } from './route.ts'

/** A bulk operation whose path was resolved. */
export type BulkJob = {
  readonly operation: BulkOperation
  readonly type: ResourceType
  /** Undefined for POST; may be `bulkId:…` until the POST has run. */
  readonly id: string | undefined
  /** How the answer shows the resource; undefined: not at all (RFC 7644 §3.7 lets it be left out). */
  readonly view: View | undefined
}

/** What the operations of one bulk request share while they run. */
export type BulkRun<Context> = {
  readonly call: Call<Context>
  readonly references: readonly (readonly string[])[]
  /** The jobs whose data or path refers to others. */
  readonly referring: ReadonlySet<object>
  /** What became of the bulkIds: ids of what was created. */
  readonly ids: Map<string, string>
  /** bulkIds whose POST failed. */
  readonly failed: Set<string>
  /** bulkIds that some POST of the request carries. */
  readonly offered: Set<string>
}

/** Resolves the path of an operation; one that names no resource or the wrong kind of endpoint is refused. */
export function toJob<Context>(call: Call<Context>, operation: BulkOperation): BulkJob | RefusedOperation {
  const { method, bulkId, path } = operation
  try {
    const question = path.indexOf('?')
    const pathname = question === -1 ? path : path.slice(0, question)
    const route = parseRoute(toRelative(pathname, call.settings.baseUrl), call.settings.registry)
    const wanted = method === 'POST' ? 'collection' : 'resource'
    if (route.kind !== wanted) throw wrongEndpoint(operation)
    const view = toBulkView(call, route.type, question === -1 ? '' : path.slice(question + 1))
    return { operation, type: route.type, id: route.kind === 'resource' ? route.id : undefined, view }
  } catch (error) {
    if (error instanceof ScimError) return { method, bulkId, path, error }
    throw error
  }
}

function wrongEndpoint({ method, path }: BulkOperation): Error {
  const hint =
    method === 'POST' ? 'the endpoint of a resource type, such as /Users' : 'one resource, such as /Users/{id}'
  return scimError('invalidPath', `"path" of a ${method} operation must be ${hint}, not "${path.slice(0, 200)}"`)
}

// Some clients write the whole URL.
function toRelative(path: string, baseUrl: string): string {
  return path.startsWith(`${baseUrl}/`) ? path.slice(baseUrl.length) : path
}

/** `attributes` of the operation's own path, else of the bulk request: then the answer carries the resource. */
function toBulkView<Context>(call: Call<Context>, type: ResourceType, query: string): View | undefined {
  const own = toProjection(call, type, toSearchRequest(parseQuery(query)))
  const projection = own ?? toProjection(call, type, toSearchRequest(call.query))
  return projection === undefined ? undefined : { settings: call.settings, type, projection }
}

/**
 * The id behind a bulkId. Throws `invalidValue` when no POST of the request carries it, `conflict` when that POST
 * failed: nothing is ever stored with the bulkId itself in it (TRAP-G4).
 */
export function resolveBulkId<Context>(run: BulkRun<Context>, bulkId: string): string {
  const id = run.ids.get(bulkId)
  if (id !== undefined) return id
  if (run.offered.has(bulkId))
    throw scimError('conflict', `The operation with bulkId "${bulkId}" did not create anything`)
  throw scimError('invalidValue', `No POST operation of this request has the bulkId "${bulkId.slice(0, 200)}"`)
}

/** The data of a job with the ids of what it refers to; throws what {@link resolveBulkId} throws. */
export function resolveData<Context>(run: BulkRun<Context>, job: BulkJob): JsonObject {
  const data = job.operation.data ?? {}
  if (!run.referring.has(job)) return data
  return resolveReferences(data, job.type, (bulkId) => resolveBulkId(run, bulkId))
}

/** The id of the resource that a job changes. */
export function resolveTarget<Context>(run: BulkRun<Context>, job: BulkJob): string {
  const id = job.id ?? ''
  const bulkId = findBulkId(id)
  return bulkId === undefined ? id : resolveBulkId(run, bulkId)
}
