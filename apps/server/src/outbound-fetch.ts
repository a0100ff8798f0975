import { lookup } from 'node:dns/promises'
import { request as requestHttps } from 'node:https'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { createGuard, OutboundRefusal } from './outbound-guard.ts'
import { readAnswer } from './outbound-answer.ts'

/** One request to an address that somebody typed in. */
export type OutboundRequest = {
  readonly url: string
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export type OutboundAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * Over https (without TLS only to addresses that the operator allowed), to public addresses only, without following
 * redirects; tests put their own in its place.
 */
export type OutboundFetch = (request: OutboundRequest) => Promise<OutboundAnswer>

/** Why nothing was asked, or nothing came back; the message may be shown to administrators. */
export class OutboundError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OutboundError'
  }
}

const timeoutMs = 10_000
const bytesMax = 2 * 1024 * 1024

/**
 * The name is looked up once, every address of it must be one that we may reach, and the connection goes to that very
 * address: a name that means something else a moment later gets nowhere.
 */
export function createOutboundFetch(options: {
  /** CIDR ranges besides public addresses. */
  readonly allow: readonly string[]
  /** Authorities besides those of the system. */
  readonly ca?: string
}): OutboundFetch {
  const reach = createReach(options.allow)
  return async (asked) => {
    const url = URL.parse(asked.url)
    const mayBePlain = options.allow.length > 0
    if (url?.protocol !== 'https:' && !(mayBePlain && url?.protocol === 'http:'))
      throw new OutboundError(`${asked.url} is no https address`)
    if (url.username !== '' || url.password !== '') throw new OutboundError('An address must not carry a password')
    const target = await reach(url.hostname, url.protocol === 'http:')
    return send(url, asked, { ...target, ca: options.ca })
  }
}

/**
 * Finds the address of a host that we may reach, to be connected to as it is. Without TLS (`isPlain`) only those that the operator
 * allowed. Throws OutboundError.
 */
export function createReach(
  allow: readonly string[],
): (hostname: string, isPlain: boolean) => Promise<{ readonly address: string; readonly family: number }> {
  const guard = createGuard({ allow, lookUp: resolve })
  return async (hostname, isPlain) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    try {
      const [first] = await guard.resolve(host, isPlain)
      if (first === undefined) throw new OutboundError(`${host} has no address`)
      return first
    } catch (error) {
      if (error instanceof OutboundRefusal) throw new OutboundError(error.message, { cause: error })
      throw error
    }
  }
}

async function resolve(host: string): Promise<readonly { readonly address: string; readonly family: number }[]> {
  try {
    return await lookup(host, { all: true })
  } catch (cause) {
    throw new OutboundError(`${host} cannot be found in DNS`, { cause })
  }
}

function send(
  url: URL,
  asked: OutboundRequest,
  target: { readonly address: string; readonly family: number; readonly ca: string | undefined },
): Promise<OutboundAnswer> {
  const { promise, resolve: answer, reject } = Promise.withResolvers<OutboundAnswer>()
  const fail = (cause: unknown): void => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    reject(
      cause instanceof OutboundError ? cause : new OutboundError(`${url.host} did not answer: ${reason}`, { cause }),
    )
  }
  const open = url.protocol === 'http:' ? requestHttp : requestHttps
  const request = open(
    url,
    {
      method: asked.method ?? 'GET',
      headers: asked.headers,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      // The address that was looked at, whatever the name means by now.
      lookup: (_host, { all }, done) =>
        all === true ? done(null, [target]) : done(null, target.address, target.family),
      ...(target.ca === undefined ? {} : { ca: target.ca }),
    },
    (response) => {
      readAnswer(response, { bytesMax, refuse: (message) => new OutboundError(message) }).then(
        ({ status, text }) => answer({ status, headers: toFetchHeaders(response), text }),
        fail,
      )
    },
  )
  request.on('error', fail)
  request.end(asked.body)
  return promise
}

function toFetchHeaders({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  return headers
}
