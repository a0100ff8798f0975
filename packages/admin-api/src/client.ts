import { findErrorCode, type ApiErrorCode } from './errors.ts'
import { problemMediaType, type Problem } from './problem.ts'
import type { Route } from './route.ts'
import { routes, type RouteAnswer, type RouteBody, type RouteId, type Routes } from './routes.ts'
import type { z } from 'zod'

export type AdminClientOptions = {
  /** Public URL of the server, with or without a slash at its end. */
  readonly url: string
  /** `rc_…` */
  readonly key: string
  readonly userAgent?: string
  readonly timeoutMs?: number
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  readonly signal?: AbortSignal
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>

/** What a call sends. Query values are written as text; undefined ones are left out. */
export type CallInput<Id extends RouteId> = {
  readonly params?: Values
  readonly query?: { readonly [Name in keyof z.input<Routes[Id]['query']>]?: string | number | boolean | undefined }
  readonly idempotencyKey?: string
  readonly ifMatch?: string
  /** Of a route that takes bytes or lines. */
  readonly bytes?: Uint8Array<ArrayBuffer>
} & (Routes[Id]['body'] extends null ? { readonly body?: undefined } : { readonly body: RouteBody<Id> })

export type AdminClient = {
  call<Id extends RouteId>(id: Id, input: CallInput<Id>): Promise<RouteAnswer<Id>>
  /** The answer of a route that sends text, piece by piece as it arrives; no time limit but the signal's. */
  stream<Id extends RouteId>(id: Id, input: CallInput<Id>): Promise<ReadableStream<Uint8Array>>
}

/** The server refused; `problem` is what it said, word for word. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }

  get code(): ApiErrorCode | undefined {
    return findErrorCode(this.problem.code)
  }
}

/** Something answered that does not speak our API, or nothing did. */
export class ConnectionError extends Error {
  readonly url: string

  constructor(message: string, options: { readonly url: string; readonly cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'ConnectionError'
    this.url = options.url
  }
}

const timeoutMsDefault = 30_000

/**
 * A client of the admin API over `fetch`, typed by the route table.
 *
 * @throws ProblemError when the server refuses, ConnectionError when it cannot be reached
 * @example
 * ```ts
 * import { createAdminClient } from '@rollcall/admin-api'
 *
 * const fetch = async () => Response.json({ data: [], nextCursor: null, hasMore: false })
 * const client = createAdminClient({ url: 'https://id.example', key: 'secret', fetch })
 * console.log((await client.call('listOrganizations', { query: { limit: 10 } })).data.length) // 0
 * ```
 */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const base = options.url.replace(/\/+$/, '')
  const send = options.fetch ?? fetch
  return {
    call: async (id, input) => {
      const route: Route = routes[id]
      const url = base + toPath(route, input.params ?? {}) + toQuery(input.query ?? {})
      const response = await sendOnce(url, () => send(url, toRequest(route, input, options)))
      // Both ends come from one route table; the server validates what it sends in its tests.
      return (await readAnswer(response, url)) as RouteAnswer<typeof id>
    },
    stream: async (id, input) => {
      const route: Route = routes[id]
      const url = base + toPath(route, input.params ?? {}) + toQuery(input.query ?? {})
      const { signal: _, ...init } = toRequest(route, { ...input, accept: streamedBy(route) }, options)
      const response = await sendOnce(url, () => send(url, options.signal ? { ...init, signal: options.signal } : init))
      if (response.ok && response.body !== null) return response.body
      await readAnswer(response, url)
      throw new ConnectionError(`Something other than Rollcall answered with status ${response.status}`, { url })
    },
  }
}

async function sendOnce(url: string, send: () => Promise<Response>): Promise<Response> {
  try {
    return await send()
  } catch (error) {
    throw new ConnectionError(describeFailure(error), { url, cause: error })
  }
}

function toRequest(
  route: Route,
  input: {
    readonly body?: unknown
    readonly bytes?: Uint8Array<ArrayBuffer>
    readonly idempotencyKey?: string
    readonly ifMatch?: string
    readonly accept?: string
  },
  options: AdminClientOptions,
): RequestInit {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? timeoutMsDefault)
  const headers = new Headers({ authorization: `Bearer ${options.key}`, accept: input.accept ?? 'application/json' })
  if (options.userAgent !== undefined) headers.set('user-agent', options.userAgent)
  if (input.idempotencyKey !== undefined) headers.set('idempotency-key', input.idempotencyKey)
  if (input.ifMatch !== undefined) headers.set('if-match', input.ifMatch)
  if (route.body !== null) headers.set('content-type', 'application/json')
  if (input.bytes !== undefined) headers.set('content-type', mediaTypeOf(route))
  return {
    method: route.method,
    headers,
    redirect: 'error',
    signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
    ...(route.body !== null && { body: JSON.stringify(input.body) }),
    ...(input.bytes !== undefined && { body: input.bytes }),
  }
}

/** What a route sends piece by piece; of one that can be followed, its events. */
function streamedBy(route: Route): string {
  return route.hasEvents === true ? 'text/event-stream' : 'application/json'
}

function mediaTypeOf({ takesBytes, takesLines }: Route): string {
  if (takesLines !== undefined) return 'application/x-ndjson'
  return typeof takesBytes === 'string' ? takesBytes : 'application/octet-stream'
}

async function readAnswer(response: Response, url: string): Promise<unknown> {
  if (response.status === 204) return undefined
  const text = await response.text()
  if (response.status === 202 && text === '') return undefined
  const mediaType = response.headers.get('content-type') ?? ''
  const value = mediaType.includes('json') ? parseJson(text) : undefined
  if (mediaType.startsWith(problemMediaType) && isProblem(value)) throw new ProblemError(value)
  if (response.ok && value !== undefined) return value
  throw new ConnectionError(`Something other than Rollcall answered with status ${response.status}`, { url })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value && 'detail' in value
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'The request failed'
  if (error.name === 'TimeoutError') return 'The server did not answer in time'
  const { cause } = error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : error.message
}

function toPath(route: Route, params: Values): string {
  const values = new Map(Object.entries(params))
  return route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name) ?? '')))
}

function toQuery(query: Values): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
