import { systemClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import { parsePublicUrl, type PublicUrl } from './config/public-url.ts'
import type { Database } from './db/pool.ts'
import { createEncryption, generateEncryptionKey, type Encryption } from './encryption.ts'
import { faultResponse, faults } from './http/fault.ts'
import { createMatcher, type Mount, type MountMatch } from './http/mount.ts'
import type { PlainAnswer } from './http/plain-answer.ts'
import type { PlainRequest } from './http/plain-request.ts'
import { createProbes, type ReadinessCheck } from './http/probes.ts'
import { RequestContext, type Connection } from './http/request-context.ts'
import { mountFactories } from './mounts.ts'
import { fetchJson, type FetchJson } from './outbound.ts'
import { createOutboundConnections, type OutboundConnections } from './outbound-connections.ts'
import { createOutboundFetch, type OutboundFetch } from './outbound-fetch.ts'
import { createOutboundTcp, type OutboundTcp } from './outbound-tcp.ts'
import { createOutboundSender, type OutboundSender } from './outbound-send.ts'
import type { Parts } from './parts.ts'
import { silentLogger, type Logger } from './telemetry/logger.ts'
import { createMetrics, type Metrics } from './telemetry/metrics.ts'
import { createTxtLookup, type TxtLookup } from './txt-lookup.ts'
import { DatabaseUnavailable } from './unavailable.ts'

export type ApplicationOptions = {
  readonly config: Config
  readonly database: Database
  readonly clock?: Clock
  readonly logger?: Logger
  readonly metrics?: Metrics
  /** By default a key of its own: what it sealed no other process can open. */
  readonly encryption?: Encryption
  readonly publicUrl?: () => PublicUrl
  /** By default the resolvers of the machine. */
  readonly lookUpTxt?: TxtLookup
  /** By default over the network. */
  readonly fetchJson?: FetchJson
  /** By default over the network, to public addresses and those that the operator allowed. */
  readonly outboundFetch?: OutboundFetch
  readonly outboundTcp?: OutboundTcp
  /** By default over the network, to addresses that ROLLCALL_OUTBOUND_ALLOW lets us reach. */
  readonly outboundSender?: OutboundSender
  readonly outboundConnections?: OutboundConnections
  readonly checks?: readonly ReadinessCheck[]
  /** By default all that the product serves. */
  readonly mounts?: readonly ((parts: Parts) => readonly Mount[])[]
}

export type Application = {
  readonly parts: Parts
  /** Answers one request; needs no port. `connection` is what the listener knows about its socket. */
  fetch(request: Request, connection?: Connection): Promise<Response>
  /** The same as plain data where the mount can do so; undefined: ask `fetch`. */
  answer(request: PlainRequest, connection: Connection): Promise<PlainAnswer> | undefined
  /** From now on `/readyz` says 503, so that a balancer sends its traffic elsewhere. */
  drain(): void
  close(): Promise<void>
}

const defaultPublicUrl = 'http://localhost:8080'

/** The whole web of Rollcall as a function from request to response. */
export function createApplication(options: ApplicationOptions): Application {
  const draining = new AbortController()
  const parts = toParts(options, draining.signal)
  const mounts = (options.mounts ?? mountFactories).flatMap((factory) => factory(parts))
  const isDraining = () => draining.signal.aborted
  const probes = createProbes({ checks: options.checks ?? [], metrics: parts.metrics, isDraining })
  const matchMount = createMatcher(mounts)

  const answer = async (request: Request, context: RequestContext, path: string): Promise<Response> => {
    const match = matchMount(path)
    if (match !== undefined) {
      enter(context, match)
      return match.mount.fetch(request, context)
    }
    const probe = probes.get(path)
    if (probe === undefined) return faultResponse(faults.notFound, path, context.requestId)
    context.route = path
    if (request.method === 'GET' || request.method === 'HEAD') return probe(request)
    return faultResponse(faults.methodNotAllowed, path, context.requestId)
  }

  const fetch: Application['fetch'] = async (request, connection) => {
    const startedMs = performance.now()
    const context = createContext(parts, request, connection)
    const path = pathOf(request.url, parts.publicUrl().basePath)
    const response = await answer(request, context, path).catch((error: unknown) => toResponse(error, path, context))
    observe(parts, { request, status: response.status, startedMs, context, path })
    addHeaders(response, context, connection)
    return response
  }

  const answerPlainly: Application['answer'] = (request, connection) => {
    const path = pathOf(request.url, parts.publicUrl().basePath)
    const match = matchMount(path)
    if (match?.mount.answer === undefined) return undefined
    const startedMs = performance.now()
    const context = createContext(parts, request, connection)
    enter(context, match)
    return match.mount.answer(request, context).then((made) => {
      observe(parts, { request, status: made.status, startedMs, context, path })
      return { status: made.status, headers: listHeaders(made.headers, context), body: made.body }
    })
  }

  return {
    parts,
    fetch,
    answer: answerPlainly,
    drain: () => draining.abort(),
    close: async () => {
      await Promise.all(mounts.map(async (mount) => mount.close?.()))
      parts.outboundSender.close()
      parts.outboundConnections.close()
      parts.outboundStreams.close()
      parts.metrics.close()
    },
  }
}

/** What lies behind the mount's prefix is for the mount to read. */
function enter(context: RequestContext, { mount, prefix, rest, parameters }: MountMatch): void {
  context.path = rest
  context.prefix = prefix
  context.parameters = parameters
  context.route = mount.prefix
}

function listHeaders(own: Readonly<Record<string, string>>, context: RequestContext): string[] {
  const list = ['x-request-id', context.requestId]
  for (const name in own) list.push(name, own[name] ?? '')
  for (const [name, value] of context.answerHeaders) list.push(name, value)
  return list
}

/** Set on the outgoing message, a header costs nothing; the response's own headers would have to be copied first. */
function addHeaders(response: Response, context: RequestContext, connection: Connection | undefined): void {
  if (!context.isIdSent) context.answerHeaders.push(['x-request-id', context.requestId])
  for (const [name, value] of context.answerHeaders)
    if (connection === undefined) response.headers.set(name, value)
    else connection.outgoing.setHeader(name, value)
}

function toParts(options: ApplicationOptions, draining: AbortSignal): Parts {
  const fallback = options.config.publicUrl ?? parsePublicUrl(defaultPublicUrl)
  const connections = createOutboundConnections({ allow: options.config.outboundAllow })
  return {
    config: options.config,
    database: options.database,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    metrics: options.metrics ?? createMetrics({ version: 'unknown', commit: 'unknown' }),
    encryption: options.encryption ?? createEncryption([generateEncryptionKey()]),
    lookUpTxt: options.lookUpTxt ?? createTxtLookup(),
    publicUrl: options.publicUrl ?? (() => fallback),
    fetchJson: options.fetchJson ?? fetchJson,
    outboundTcp: options.outboundTcp ?? createOutboundTcp({ allow: options.config.outboundAllow }),
    outboundSender: options.outboundSender ?? createOutboundSender({ allow: options.config.outboundAllow }),
    outboundConnections: options.outboundConnections ?? connections,
    outboundStreams: connections,
    outboundFetch: options.outboundFetch ?? createOutboundFetch({ allow: options.config.outboundAllow }),
    draining,
  }
}

function createContext(parts: Parts, request: PlainRequest, connection: Connection | undefined): RequestContext {
  return new RequestContext({
    request,
    connection,
    arrivedAt: parts.clock(),
    publicUrl: parts.publicUrl(),
    isPublicUrlSet: parts.config.publicUrl !== undefined,
    proxyHops: parts.config.trustProxy,
    logger: parts.logger,
  })
}

/**
 * Cuts the path out of a URL; a proxy may or may not have removed the path of the public address.
 * Double slashes come from an address that was entered with a slash at its end (TRAP-H5); they count as one.
 */
function pathOf(url: string, basePath: string): string {
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  const written = query < 0 ? url.slice(start) : url.slice(start, query)
  const path = written.includes('//') ? written.replace(/\/{2,}/g, '/') : written
  if (basePath === '' || !path.startsWith(basePath)) return path
  const rest = path.slice(basePath.length)
  return rest === '' || rest.startsWith('/') ? rest : path
}

function toResponse(error: unknown, path: string, context: RequestContext): Response {
  if (error instanceof DatabaseUnavailable) {
    const headers = { 'retry-after': String(error.retryAfterSeconds) }
    return faultResponse({ ...faults.unavailable, headers }, path, context.requestId)
  }
  context.logger.error({ err: error }, 'A request failed unexpectedly')
  return faultResponse(faults.internal, path, context.requestId)
}

type Answered = {
  readonly request: Pick<PlainRequest, 'method'>
  readonly status: number
  readonly startedMs: number
  readonly context: RequestContext
  readonly path: string
}

/** Successful requests are the request log's matter; here they show only under LOG_LEVEL=debug. */
function observe({ metrics, logger }: Parts, { request, status, startedMs, context, path }: Answered): void {
  const { method } = request
  const { route } = context
  const seconds = (performance.now() - startedMs) / 1000
  metrics.observeRequest(method, route, status, seconds)
  const level = status >= 500 ? 'warn' : 'debug'
  if (!logger.isLevelEnabled(level)) return
  const durationMs = Math.round(seconds * 1e6) / 1e3
  context.logger[level]({ method, path, route, status, durationMs }, 'request')
}
