import { readText } from './read-text.ts'

/** A request as plain values. */
export type PlainRequest = {
  readonly method: string
  /** Absolute, with its query. */
  readonly url: string
  /** By names in lower case; credentials are added to them. */
  readonly headers: Map<string, string>
  readonly body: string | undefined
  /** Aborts when the time is up, and when the caller's signal does. */
  readonly signal: AbortSignal
}

/** An answer as plain values. */
export type PlainAnswer = {
  readonly status: number
  /** Null where the answer has none of this name, however it is written. */
  readonly headers: { get(name: string): string | null }
  /** The whole body; '' where there was none. */
  readonly text: string
}

/**
 * How requests leave, in plain values: what a caller with an HTTP client of its own gives in the place of `fetch`. The
 * objects of fetch cost more than all else that a client does for a request.
 *
 * Redirects are not to be followed, and how long an answer may be is for `send` to say. What `authorize` throws reaches the
 * caller as it is; what `send` throws counts as an answer that did not arrive.
 */
export type Exchange = {
  /** Puts the credentials on the request; asked anew for every attempt. */
  authorize(request: PlainRequest): void | Promise<void>
  send(request: PlainRequest): Promise<PlainAnswer>
}

/** An answer was not read to its end. */
export class AnswerTooLarge extends Error {
  readonly status: number

  constructor(status: number) {
    super('The answer is longer than allowed')
    this.status = status
  }
}

/** What makes a request ready to leave; what it gives sends it. */
export type Prepare = (request: PlainRequest) => Promise<() => Promise<PlainAnswer>>

/** An exchange as the transport uses it. */
export function prepareExchange(exchange: Exchange): Prepare {
  return async (request) => {
    await exchange.authorize(request)
    return () => exchange.send(request)
  }
}

/** The same over the objects of fetch. */
export function prepareFetch(options: {
  readonly authorize: (request: Request) => Request | void | Promise<Request | void>
  readonly fetch: (request: Request) => Promise<Response>
  readonly responseBytesMax: number
}): Prepare {
  return async (plain) => {
    const request = toRequest(plain)
    const authorized = (await options.authorize(request)) ?? request
    return async () => toPlainAnswer(await options.fetch(authorized), options.responseBytesMax)
  }
}

function toRequest({ method, url, headers, body, signal }: PlainRequest): Request {
  const init: RequestInit = { method, headers: new Headers([...headers]), redirect: 'manual', signal }
  return new Request(url, body === undefined ? init : { ...init, body })
}

async function toPlainAnswer(response: Response, bytesMax: number): Promise<PlainAnswer> {
  const { status, headers } = response
  // A browser does not show what a redirect says: the status is 0.
  if (isRedirect(status)) {
    await response.body?.cancel()
    return { status, headers, text: '' }
  }
  const text = await readText(response, bytesMax)
  if (text !== undefined) return { status, headers, text }
  throw new AnswerTooLarge(status)
}

/** 0: a redirect that was not followed, as fetch tells of it. */
export function isRedirect(status: number): boolean {
  return status === 0 || (status >= 300 && status < 400)
}
