import type { PublicUrl } from '../config/public-url.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { readForwarded, type Forwarded, type HeaderSource } from './client-address.ts'

/** The two ends of a connection as far as we need them; absent when a request is handed over in process. */
export type Connection = {
  readonly incoming: { readonly socket: { readonly remoteAddress?: string | undefined } }
  readonly outgoing: { setHeader(name: string, value: string): unknown }
}

export type ContextSource = {
  readonly request: { readonly headers: HeaderSource }
  readonly connection: Connection | undefined
  readonly arrivedAt: Date
  readonly publicUrl: PublicUrl
  /** False: the public address is only where we listen, and a trusted proxy knows better. */
  readonly isPublicUrlSet: boolean
  readonly proxyHops: number
  readonly logger: Logger
}

const acceptedRequestId = /^[\w.:/+=@-]{1,128}$/
const traceContext = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/
const inProcessAddress = '127.0.0.1'

/** What is known about one request besides the request itself. What costs something is computed when first asked. */
export class RequestContext {
  /** Ours, a UUIDv7; the request log's key. */
  readonly id: string
  /** The client's X-Request-Id when it sent a sound one, else ours as `req_…`; goes back in the answer. */
  readonly requestId: string
  readonly arrivedAt: Date
  /** Path without the public address's own path and without the mount's prefix: '' or '/…'. The mount's matcher sets it. */
  path = ''
  /** The mount's prefix as it was asked, such as `/o/acme/scim/v2`. */
  prefix = ''
  parameters: ReadonlyMap<string, string> = new Map()
  /** Template of the route for metrics, such as `/scim/v2/Users/{id}`; whoever answers may make it more exact. */
  route = 'none'
  /** Whoever puts the request's id into the answer itself says so: a header that is added later costs a copy of all. */
  isIdSent = false
  /** Who asks, for the log; whoever authenticates sets them. */
  organization: string | undefined = undefined
  /** Its id, once whoever asks may see it. */
  organizationId: string | undefined = undefined
  /** What goes out with the answer besides its own header fields. */
  readonly answerHeaders: (readonly [name: string, value: string])[] = []
  actor: string | undefined = undefined
  readonly #source: ContextSource
  #forwarded: Forwarded | undefined = undefined

  constructor(source: ContextSource) {
    const asked = source.request.headers.get('x-request-id')
    this.#source = source
    this.id = createId()
    this.requestId = asked !== null && acceptedRequestId.test(asked) ? asked : formatTypeId('req', this.id)
    this.arrivedAt = source.arrivedAt
  }

  get clientIp(): string {
    return this.#forward().address
  }

  /** Absolute address of the mount as it was asked; every link in an answer starts with it. */
  get mountUrl(): string {
    return this.baseUrl + this.prefix
  }

  /** Absolute address of Rollcall: the configured one, never what an untrusted Host header says. */
  get baseUrl(): string {
    const { publicUrl, isPublicUrlSet } = this.#source
    if (isPublicUrlSet) return publicUrl.href
    return this.#forward().origin ?? publicUrl.href
  }

  /** W3C trace context of the caller, to be sent along with requests of ours. */
  get traceparent(): string | undefined {
    const value = this.#source.request.headers.get('traceparent')
    return value !== null && traceContext.test(value) ? value : undefined
  }

  get logger(): Logger {
    return this.#source.logger.child({
      req_id: this.requestId,
      trace_id: traceContext.exec(this.traceparent ?? '')?.[1],
      org: this.organization,
      actor: this.actor,
    })
  }

  #forward(): Forwarded {
    const { request, connection, proxyHops } = this.#source
    const peer = connection?.incoming.socket.remoteAddress ?? inProcessAddress
    this.#forwarded ??= readForwarded(request.headers, peer, proxyHops)
    return this.#forwarded
  }
}
