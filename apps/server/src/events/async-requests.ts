import type { Completion, DeferredRequest } from '@rollcall/scim/server'
import {
  claimAsyncRequest,
  countQueuedRequests,
  deleteAsyncRequestsBefore,
  endAsyncRequest,
  insertAsyncRequest,
  lockAsyncRequest,
  postponeAsyncRequest,
  selectAsyncRequest,
  selectCompletions,
  type AsyncRequestRow,
  type CompletionRow,
} from '../db/queries/async-requests.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Encryption } from '../encryption.ts'
import { createId } from '../type-id.ts'
import type { CompletedOperation } from './completed-operation.ts'
import { tellCompletions } from './completion-tokens.ts'
import { parseJti, toJti } from './token-names.ts'

/** A SCIM write that is done behind an answer 202 (RFC 9967 §2.5.1). */
export type AsyncRequest = Omit<AsyncRequestRow, 'headers'> & { readonly headers: Readonly<Record<string, string>> }

/** Who asks, and where. */
export type Asking = Pick<AsyncRequestRow, 'organizationId' | 'connectionId' | 'keyId' | 'baseUrl' | 'prefix' | 'ip'>

/** So many requests of one connection may wait. */
export const queuedMax = 10_000
/** Done requests and their completions can be read for so long. */
const keptDays = 7
/** A worker that was killed keeps its request from others for so long. */
const claimMs = 10_000
const retryBaseMs = 1_000
/** After so many failures of ours the client is told. */
const attemptsMax = 6

/** Undefined when too many wait. The body is sealed: it may hold a password. */
export async function queueAsyncRequest(
  parts: { readonly database: Queryable; readonly encryption: Encryption },
  asking: Asking,
  { request, now }: { readonly request: DeferredRequest; readonly now: Date },
): Promise<string | undefined> {
  const { organizationId, connectionId } = asking
  if ((await countQueuedRequests(parts.database, organizationId, connectionId)) >= queuedMax) return undefined
  const id = createId()
  const { body } = request
  const sealed = body === null ? null : parts.encryption.seal(body, contextOf(organizationId, id))
  await insertAsyncRequest(parts.database, { ...asking, ...request, id, body: sealed, createdAt: now })
  return toJti(id)
}

/** The next request that is due, its body in clear. */
export async function takeAsyncRequest(
  parts: { readonly database: Queryable; readonly encryption: Encryption },
  now: Date,
): Promise<AsyncRequest | undefined> {
  const row = await claimAsyncRequest(parts.database, { now, until: new Date(now.getTime() + claimMs) })
  if (row === undefined) return undefined
  const { body, organizationId, id } = row
  return {
    ...row,
    // Written by queueAsyncRequest only.
    headers: row.headers as Readonly<Record<string, string>>,
    body: body === null ? null : parts.encryption.open(body, contextOf(organizationId, id)),
  }
}

/** In the transaction that does the request: nobody else does it, and a crash undoes both. */
export function holdAsyncRequest(tx: Queryable, request: AsyncRequest): Promise<boolean> {
  return lockAsyncRequest(tx, request)
}

export type AsyncEnd = {
  readonly at: Date
  /** Id of the request that did it. */
  readonly executedAs: string
  readonly completions: readonly Completion[]
}

/** In the transaction that does the request. */
export async function finishAsyncRequest(tx: Queryable, request: AsyncRequest, end: AsyncEnd): Promise<void> {
  const completions = end.completions.map(({ index, uri, payload }): CompletionRow => ({
    place: index ?? singlePlace,
    tokenId: createId(),
    uri,
    payload,
    at: end.at,
  }))
  await endAsyncRequest(tx, request, { ...end, completions })
  const txn = toJti(request.id)
  await tellCompletions(
    tx,
    request,
    completions.map((row) => toCompletedOperation(txn, row)),
  )
}

const singlePlace = -1

/** A request that was refused has changed nothing, so only that is written down. */
export async function refuseAsyncRequest(database: Database, request: AsyncRequest, end: AsyncEnd): Promise<void> {
  await transaction(database, async (tx) => {
    if (await lockAsyncRequest(tx, request)) await finishAsyncRequest(tx, request, end)
  })
}

/**
 * Every attempt is counted when it begins. Throws when all of them were begun and none came to an end: whoever worked on the
 * request died of it each time, and the next one would too.
 */
export function refuseDeadly({ attempts, id }: AsyncRequest): void {
  if (attempts > attemptsMax) throw new Error(`${attemptsMax} workers began the request ${id} and none finished it`)
}

/** Whether a request that failed by our fault is tried again; if so it is given back. */
export async function retryAsyncRequest(database: Queryable, request: AsyncRequest, now: Date): Promise<boolean> {
  if (request.attempts >= attemptsMax) return false
  await postponeAsyncRequest(database, request, new Date(now.getTime() + retryBaseMs * 2 ** request.attempts))
  return true
}

/** Forgets what ended long ago. */
export function trimAsyncRequests(database: Queryable, now: Date): Promise<number> {
  return deleteAsyncRequestsBefore(database, new Date(now.getTime() - keptDays * 24 * 3_600_000))
}

/** How a request stands; undefined: that connection has none of that name. */
export type AsyncStanding =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'done'; readonly completions: readonly CompletedOperation[] }

export async function findAsyncRequest(
  database: Queryable,
  { organizationId, connectionId }: Pick<AsyncRequestRow, 'organizationId' | 'connectionId'>,
  txn: string,
): Promise<AsyncStanding | undefined> {
  const id = parseJti(txn)
  if (id === undefined) return undefined
  const standing = await selectAsyncRequest(database, organizationId, id)
  if (standing?.connectionId !== connectionId) return undefined
  if (standing.state === 'queued') return { kind: 'waiting' }
  const rows = await selectCompletions(database, organizationId, id)
  return { kind: 'done', completions: rows.map((row) => toCompletedOperation(txn, row)) }
}

/** The operations of a bulk request are told apart by their place in it (RFC 9967 §2.5.1.2). */
function toCompletedOperation(txn: string, { place, ...row }: CompletionRow): CompletedOperation {
  return { ...row, txn: place === singlePlace ? txn : `${txn}:${place}` }
}

function contextOf(organizationId: string, id: string): string {
  return `async_requests/${organizationId}/${id}`
}
