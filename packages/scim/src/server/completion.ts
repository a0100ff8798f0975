import { type JsonObject, isJsonObject } from '../json.ts'
import { parseJsonObject } from '../message/parse-json.ts'
import { toErrorMessage } from '../message/error-message.ts'
import { scimError } from '../errors.ts'
import type { Exchange } from './exchange.ts'

/** How one operation of an asynchronous request ended: what its completion event says (RFC 9967 §2.5.1.3). */
export type Completion = {
  /** Position in the bulk request; undefined: the request was no bulk request. */
  readonly index: number | undefined
  /** Relative path of the resource for `sub_id`; of a POST that failed that of the endpoint. */
  readonly uri: string
  /** Members of one operation in a bulk answer (RFC 7644 §3.7.3). */
  readonly payload: JsonObject
}

/** What a request came to: its exchange, and the headers of the answer that was given. */
export type Outcome = {
  readonly exchange: Exchange
  readonly headers: { get(name: string): string | null }
  /** Absolute; what `location` of the answers starts with. */
  readonly baseUrl: string
  /** The request's body, to tell the operations of a bulk request apart. */
  readonly body: string | null
}

/**
 * One completion for each operation that the client asked for, in the order of the request, also for those that were left
 * undone after too many errors.
 *
 * @example
 * ```ts
 * import { listCompletions, type Exchange } from '@rollcall/scim/server'
 *
 * const listUris = (exchange: Exchange, answer: Response): readonly string[] =>
 *   listCompletions({ exchange, headers: answer.headers, baseUrl: 'https://example.com/scim/v2', body: null }).map(
 *     ({ uri }) => uri,
 *   )
 * console.log(typeof listUris) // function
 * ```
 */
export function listCompletions(outcome: Outcome): readonly Completion[] {
  const { exchange, body } = outcome
  if (exchange.bulkResults === undefined) return [toSingle(outcome)]
  const operations = body === null ? [] : listOperations(body)
  return exchange.bulkResults.map((text, index) => toPart(outcome, { text, index, operation: operations[index] }))
}

function toSingle({ exchange, headers, baseUrl }: Outcome): Completion {
  const { method, path, status, error } = exchange
  const location = headers.get('location') ?? undefined
  const version = headers.get('etag') ?? undefined
  return {
    index: undefined,
    uri: location?.startsWith(`${baseUrl}/`) === true ? location.slice(baseUrl.length) : toUri(path),
    payload: {
      method,
      ...(version === undefined ? {} : { version }),
      ...(location === undefined ? {} : { location }),
      status: String(status),
      ...(error === undefined ? {} : { response: toErrorMessage(error) }),
    },
  }
}

type Part = { readonly text: string | undefined; readonly index: number; readonly operation: JsonObject | undefined }

function toPart({ baseUrl }: Outcome, { text, index, operation }: Part): Completion {
  const payload = text === undefined ? toUndone(operation) : parseJsonObject(text, { depthMax })
  const { location } = payload
  const isOurs = typeof location === 'string' && location.startsWith(`${baseUrl}/`)
  const path = operation?.['path']
  return { index, uri: isOurs ? location.slice(baseUrl.length) : toUri(typeof path === 'string' ? path : '/'), payload }
}

// A result holds a whole resource at most, whose depth the request's own limit has bounded.
const depthMax = 64

function toUndone(operation: JsonObject | undefined): JsonObject {
  const { method, bulkId } = operation ?? {}
  const error = scimError('preconditionFailed', 'Not attempted: the request had as many errors as failOnErrors allows')
  return {
    ...(typeof method === 'string' ? { method } : {}),
    ...(typeof bulkId === 'string' ? { bulkId } : {}),
    status: String(error.status),
    response: toErrorMessage(error),
  }
}

function listOperations(body: string): readonly (JsonObject | undefined)[] {
  const message = parseJsonObject(body, { depthMax })
  for (const [name, value] of Object.entries(message))
    if (name.toLowerCase() === 'operations' && Array.isArray(value))
      return value.map((operation) => (isJsonObject(operation) ? operation : undefined))
  return []
}

function toUri(path: string): string {
  const [bare = ''] = path.split('?', 1)
  const short = bare.replace(/\/+$/, '')
  return short.startsWith('/') ? short : `/${short}`
}
