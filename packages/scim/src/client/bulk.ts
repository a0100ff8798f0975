import { findMember, toCount, toText } from './answer.ts'
import { type BulkLimits, planBulk } from './bulk-plan.ts'
import { listBulkReferences, resolveBulkReferences } from './bulk-reference.ts'
import { ScimClientError } from './client-error.ts'
import type { Transport } from './transport.ts'

/** One operation of a bulk request (RFC 7644 §3.7). `path` is `/Users` or `/Users/{id}`; references are `bulkId:…`. */
export type BulkOperationInput =
  | { readonly method: 'POST'; readonly path: string; readonly bulkId?: string; readonly data: unknown }
  | { readonly method: 'PUT' | 'PATCH'; readonly path: string; readonly version?: string; readonly data: unknown }
  | { readonly method: 'DELETE'; readonly path: string; readonly version?: string }

/**
 * What became of one operation. `done`; `failed`: the server refused it, `error` says why; `unknown`: its request broke,
 * it may have been done; `notSent`: `failOnErrors` was reached before it, or what it refers to was not made.
 */
export type BulkResult = {
  readonly state: 'done' | 'failed' | 'unknown' | 'notSent'
  readonly status: number | undefined
  readonly location: string | undefined
  /** The last segment of `location`. */
  readonly id: string | undefined
  readonly version: string | undefined
  /** The body that the server sent for the operation, if any. */
  readonly response: unknown
  readonly error: ScimClientError | undefined
}

/** How a bulk is sent. `failOnErrors`: stop after so many failed operations, counted over all requests. */
export type BulkOptions = { readonly failOnErrors?: number; readonly signal?: AbortSignal }

const bulkSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

/**
 * Sends operations in as few requests as the server's limits allow and gives one result for each, in their order.
 * References from one request to another are resolved here. Throws only when no operation can have been carried out.
 */
export async function sendBulk(
  transport: Transport,
  operations: readonly BulkOperationInput[],
  options: BulkOptions & { readonly limits: BulkLimits },
): Promise<readonly BulkResult[]> {
  const named = operations.map(nameOperation)
  const results: BulkResult[] = named.map(() => notSent)
  const ids = new Map<string, string>()
  const lost = new Set<string>()
  let errorsLeft = options.failOnErrors ?? Infinity
  for (const chunk of planBulk(named, options.limits)) {
    const sent = chunk.flatMap((index) => {
      const operation = named[index]
      if (operation === undefined || listBulkReferences(operation).some((bulkId) => lost.has(bulkId))) return []
      return [{ index, operation: resolveBulkReferences(operation, ids) }]
    })
    if (sent.length === 0) continue
    const isFirst = results.every((result) => result.state === 'notSent')
    const answers = await sendChunk(
      transport,
      sent.map(({ operation }) => operation),
      { errorsLeft, signal: options.signal, isFirst },
    )
    for (const [position, { index }] of sent.entries()) results[index] = answers.results[position] ?? notSent
    for (const index of chunk) noteResult(named[index], results[index], { ids, lost })
    errorsLeft -= answers.results.filter((result) => result.state === 'failed').length
    if (answers.isBroken || errorsLeft <= 0) break
  }
  return results
}

function noteResult(
  operation: BulkOperationInput | undefined,
  result: BulkResult | undefined,
  { ids, lost }: { readonly ids: Map<string, string>; readonly lost: Set<string> },
): void {
  if (operation?.method !== 'POST' || operation.bulkId === undefined) return
  if (result?.id === undefined) lost.add(operation.bulkId)
  else ids.set(operation.bulkId, result.id)
}

const notSent: BulkResult = {
  state: 'notSent',
  status: undefined,
  location: undefined,
  id: undefined,
  version: undefined,
  response: undefined,
  error: undefined,
}

/** RFC 7644 §3.7: a POST must have a bulkId, by which its answer is found again. */
function nameOperation(operation: BulkOperationInput, index: number): BulkOperationInput {
  return operation.method === 'POST' && operation.bulkId === undefined
    ? { ...operation, bulkId: `rollcall-${index}` }
    : operation
}

type Sending = { readonly errorsLeft: number; readonly signal: AbortSignal | undefined; readonly isFirst: boolean }

/** `isBroken`: the request failed as a whole, so that the ones behind it are not sent. */
type ChunkAnswer = { readonly results: readonly BulkResult[]; readonly isBroken: boolean }

async function sendChunk(
  transport: Transport,
  operations: readonly BulkOperationInput[],
  { errorsLeft, signal, isFirst }: Sending,
): Promise<ChunkAnswer> {
  const failOnErrors = Number.isFinite(errorsLeft) ? { failOnErrors: errorsLeft } : {}
  const body = { schemas: [bulkSchema], ...failOnErrors, Operations: operations }
  try {
    const answer = await transport.send({ method: 'POST', path: '/Bulk', body, signal })
    return { results: matchAnswers(operations, findMember(answer.body, 'Operations')), isBroken: false }
  } catch (error) {
    if (!(error instanceof ScimClientError)) throw error
    if (error.outcome === 'refused' && isFirst) throw error
    const state = error.outcome === 'refused' ? 'failed' : 'unknown'
    return { results: operations.map(() => ({ ...notSent, state, status: error.status, error })), isBroken: true }
  }
}

/** A POST is found by its bulkId, anything else by its place among the answers to its method. */
function matchAnswers(operations: readonly BulkOperationInput[], answered: unknown): readonly BulkResult[] {
  if (!Array.isArray(answered))
    throw new ScimClientError('malformed', 'POST /Bulk was not answered with Operations', { outcome: 'unknown' })
  const queues = new Map<string, unknown[]>()
  const answers: unknown[] = answered
  for (const answer of answers) {
    const method = String(findMember(answer, 'method')).toUpperCase()
    const key = toKey(method, toText(findMember(answer, 'bulkId')))
    const queue = queues.get(key)
    if (queue === undefined) queues.set(key, [answer])
    else queue.push(answer)
  }
  return operations.map((operation) => {
    const key = toKey(operation.method, operation.method === 'POST' ? operation.bulkId : undefined)
    const answer = queues.get(key)?.shift()
    return answer === undefined ? notSent : toResult(answer, operation)
  })
}

function toKey(method: string, bulkId: string | undefined): string {
  return method === 'POST' ? `POST ${bulkId}` : method
}

function toResult(answer: unknown, operation: BulkOperationInput): BulkResult {
  const written = findMember(answer, 'status')
  // RFC 7644 §3.7 has the status as a text; draft implementations wrap it as {"code": "201"}.
  const status = toCount(written) ?? toCount(findMember(written, 'code'))
  const location = toText(findMember(answer, 'location'))
  const response = findMember(answer, 'response')
  const isDone = status !== undefined && status >= 200 && status < 300
  const id = toText(findMember(response, 'id')) ?? toText(location?.split('/').pop())
  return {
    state: isDone ? 'done' : status === undefined ? 'unknown' : 'failed',
    status,
    location,
    id: isDone && id !== undefined ? id : undefined,
    version: toText(findMember(answer, 'version')),
    response,
    error: isDone || status === undefined ? undefined : toError(operation, status, response),
  }
}

function toError(operation: BulkOperationInput, status: number, response: unknown): ScimClientError {
  const detail = toText(findMember(response, 'detail'))
  const message = `${operation.method} ${operation.path} in /Bulk was answered with ${status}`
  return new ScimClientError('response', detail === undefined ? message : `${message} (${detail})`, {
    status,
    detail,
    scimType: toText(findMember(response, 'scimType')),
    isScimAnswer: true,
    method: operation.method,
    path: operation.path,
    attempts: 1,
  })
}
