import { toText, findMember } from './answer.ts'
import { ScimClientError, type ScimClientErrorFields, type ScimClientErrorKind } from './client-error.ts'
import { AnswerTooLarge, isRedirect, type PlainAnswer, type PlainRequest, type Prepare } from './exchange.ts'
import { type RetryPolicy, findRetryDelay, isRepeatable, parseRetryAfter } from './retry-delay.ts'

/** One request in the words of SCIM. */
export type TransportRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base URL: begins with a slash, segments encoded. */
  readonly path: string
  readonly query?: readonly (readonly [string, string])[] | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** A POST that only reads (`/.search`): may be repeated whatever became of it. */
  readonly isRead?: boolean
  /** Statuses besides 2xx that are an answer and no error. */
  readonly accepts?: readonly number[]
  readonly signal?: AbortSignal | undefined
}

/** An answer whose status is no error. */
export type TransportAnswer = {
  readonly status: number
  readonly headers: PlainAnswer['headers']
  /** Parsed JSON; undefined when the body was empty. */
  readonly body: unknown
}

/** What a transport is made of; {@link createClient} fills in the defaults. */
export type TransportOptions = {
  readonly baseUrl: URL
  readonly prepare: Prepare
  readonly contentType: string
  readonly userAgent: string | undefined
  readonly timeoutMs: number
  readonly responseBytesMax: number
  readonly retry: RetryPolicy
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
  readonly now: () => number
}

/** Sends requests and repeats them by the rules of {@link isRepeatable}. */
export type Transport = {
  send(request: TransportRequest): Promise<TransportAnswer>
  /** The absolute URL of a request, to see whether it is too long. */
  toUrl(request: Pick<TransportRequest, 'path' | 'query'>): string
}

const requestIdHeaders = ['x-request-id', 'request-id', 'x-correlation-id', 'client-request-id']

/** Makes the part of the client that knows HTTP and nothing of resources. */
export function createTransport(options: TransportOptions): Transport {
  return {
    send: (request) => sendRepeatedly(request, options),
    toUrl: (request) => toUrl(request, options.baseUrl),
  }
}

async function sendRepeatedly(request: TransportRequest, options: TransportOptions): Promise<TransportAnswer> {
  const isIdempotent = request.isRead === true || ['GET', 'PUT', 'DELETE'].includes(request.method)
  let mayHaveHappened = false
  for (let attempt = 1; ; attempt += 1) {
    const result = await sendOnce(request, attempt, options)
    if (!(result instanceof ScimClientError)) return result
    // RFC 9110 §9.2.2: a DELETE that is repeated after its answer was lost finds nothing left to delete.
    if (mayHaveHappened && request.method === 'DELETE' && result.status === 404 && result.isScimAnswer)
      return { status: 204, headers: new Headers(), body: undefined }
    const waitMs = isRepeatable(result, isIdempotent) ? findRetryDelay(result, attempt, options.retry) : undefined
    if (waitMs === undefined) throw mayHaveHappened ? asUnknown(result) : result
    mayHaveHappened ||= result.outcome === 'unknown'
    await options.sleep(waitMs, request.signal)
  }
}

/** What an earlier attempt may have done is not undone by the answer to a later one. */
function asUnknown(error: ScimClientError): ScimClientError {
  return new ScimClientError(error.kind, error.message, { ...error, cause: error.cause, outcome: 'unknown' })
}

async function sendOnce(
  request: TransportRequest,
  attempt: number,
  options: TransportOptions,
): Promise<TransportAnswer | ScimClientError> {
  const deadline = startDeadline(options.timeoutMs, request.signal)
  const { signal } = deadline
  const fail = failer(request, attempt)
  let isSent = false
  try {
    const send = await abortable(options.prepare(toPlainRequest(request, options, signal)), signal)
    isSent = true
    return readAnswer(await abortable(send(), signal), request, { fail, options })
  } catch (cause) {
    if (cause instanceof ScimClientError) return cause
    const outcome = isSent ? undefined : 'refused'
    if (request.signal?.aborted === true)
      return fail('aborted', 'was aborted', { cause: request.signal.reason, outcome })
    if (signal.aborted) return fail('timeout', `got no answer within ${options.timeoutMs} ms`, { cause, outcome })
    // What `authorize` throws, or a body that is no JSON, is the caller's own error.
    if (!isSent) throw cause
    if (cause instanceof AnswerTooLarge) {
      const what = `has an answer of more than ${options.responseBytesMax} bytes`
      return fail('tooLarge', what, { status: cause.status })
    }
    return fail('network', 'got no answer', { cause })
  } finally {
    deadline.end()
  }
}

type Deadline = { readonly signal: AbortSignal; end(): void }

/** As `AbortSignal.any` with a timeout, whose signals outlive their requests and cost ten times as much. */
function startDeadline(timeoutMs: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController()
  const follow = (): void => controller.abort(outer?.reason)
  const timer = setTimeout(() => controller.abort(new DOMException('The time is up', 'TimeoutError')), timeoutMs)
  if (outer?.aborted === true) follow()
  outer?.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', follow)
    },
  }
}

function toPlainRequest(request: TransportRequest, options: TransportOptions, signal: AbortSignal): PlainRequest {
  // Entra ID's own SCIM server refuses an Accept without application/json.
  const headers = new Map([['accept', 'application/scim+json, application/json;q=0.9']])
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name.toLowerCase(), value)
  if (options.userAgent !== undefined) headers.set('user-agent', options.userAgent)
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  if (body !== undefined) headers.set('content-type', options.contentType)
  return { method: request.method, url: toUrl(request, options.baseUrl), headers, body, signal }
}

function toUrl(request: Pick<TransportRequest, 'path' | 'query'>, baseUrl: URL): string {
  const url = new URL(baseUrl)
  const parts = (request.query ?? []).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  // A query that belongs to the configured URL stays in every request, e.g. Entra's "?aadOptscim062020".
  if (baseUrl.search.length > 1) parts.push(baseUrl.search.slice(1))
  url.search = ''
  const base = url.href.replace(/\/+$/, '')
  return parts.length === 0 ? `${base}${request.path}` : `${base}${request.path}?${parts.join('&')}`
}

type Reading = { readonly fail: Failer; readonly options: TransportOptions }

function readAnswer(answer: PlainAnswer, request: TransportRequest, reading: Reading): TransportAnswer {
  const { fail } = reading
  const { status, headers, text } = answer
  const isAnswer = (status >= 200 && status < 300) || request.accepts?.includes(status) === true
  if (!isAnswer && isRedirect(status))
    throw fail('redirect', 'was answered with a redirect, which is not followed', {
      status: status === 0 ? undefined : status,
      outcome: 'refused',
    })
  const body = parseBody(text)
  if (!isAnswer) throw toResponseError(answer, body, reading)
  if (body === malformed || (text !== '' && isPage(headers)))
    throw fail('malformed', `was answered with ${headers.get('content-type') ?? 'something'} that is no JSON`, {
      status,
      isPage: isPage(headers),
    })
  return { status, headers, body }
}

function isPage(headers: PlainAnswer['headers']): boolean {
  return /html/i.test(headers.get('content-type') ?? '')
}

const malformed = Symbol('malformed')

function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return malformed
  }
}

function toResponseError({ status, headers }: PlainAnswer, body: unknown, { fail, options }: Reading): ScimClientError {
  const scimDetail = toText(findMember(body, 'detail'))
  const detail = scimDetail ?? findForeignDetail(body)
  const scimType = toText(findMember(body, 'scimType'))
  const schemas = findMember(body, 'schemas')
  const reason = [scimType, detail].filter((part) => part !== undefined).join(': ')
  return fail('response', `was answered with ${status}${reason === '' ? '' : ` (${reason})`}`, {
    status,
    detail,
    scimType,
    requestId: requestIdHeaders.map((name) => headers.get(name) ?? undefined).find((id) => id !== undefined),
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), options.now()),
    isScimAnswer:
      scimDetail !== undefined || (Array.isArray(schemas) && schemas.some((urn) => /:Error$/i.test(String(urn)))),
    isPage: isPage(headers),
    // A 4xx and a 503 say that nothing was done; what stands behind another 5xx is anybody's guess.
    outcome: status < 500 || status === 503 || status === 501 ? 'refused' : undefined,
  })
}

/** The words of servers with errors of their own: `message`, `{"errors":["…"]}` (Datadog), `{"Errors":{"description":"…"}}` (Slack). */
function findForeignDetail(body: unknown): string | undefined {
  const errors = findMember(body, 'errors')
  const first: unknown = Array.isArray(errors) ? errors[0] : errors
  return (
    toText(findMember(body, 'message')) ??
    toText(first) ??
    toText(findMember(first, 'description')) ??
    toText(findMember(first, 'message')) ??
    toText(findMember(first, 'detail'))
  )
}

type Failer = (
  kind: ScimClientErrorKind,
  what: string,
  fields: Omit<ScimClientErrorFields, 'method' | 'path' | 'attempts'>,
) => ScimClientError

function failer(request: TransportRequest, attempts: number): Failer {
  const { method, path } = request
  const reads = method === 'GET' || request.isRead === true
  return (kind, what, fields) =>
    new ScimClientError(kind, `${method} ${path} ${what}`, {
      ...fields,
      outcome: reads ? 'refused' : (fields.outcome ?? 'unknown'),
      method,
      path,
      attempts,
    })
}

/** Rejects as soon as the signal aborts, also when what was injected pays no heed to it. */
async function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let abort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
