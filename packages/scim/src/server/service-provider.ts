import { scimError } from '../errors.ts'
import { assertAcceptable } from '../message/media-type.ts'
import { toScimError } from '../message/error-message.ts'
import { parseQuery } from '../message/query.ts'
import { type Answer, toErrorAnswer, toErrorResponse, toResponse } from './answer.ts'
import { answerCall } from './answer-call.ts'
import { type Action, type Call, type IncomingRequest, type Service, type Subject, createTrace } from './call.ts'
import { type DeferredRequest, type Deferral, deferCall, wantsDeferral } from './async-request.ts'
import { type Exchange, toExchange } from './exchange.ts'
import type { ServiceSettings } from './settings.ts'
import type { Storage } from './storage.ts'

/** What a service provider is made of. */
export type ServiceProviderOptions<Context> = {
  readonly storage: Storage<Context>
  /** Says who asks; throws `unauthorized` or `forbidden`. Used by `fetch` only. */
  authenticate(request: Request): Promise<Context> | Context
  /** Give the same object for the same connection and mount: documents are cached by it. Used by `fetch` only. */
  settings(context: Context, request: Request): ServiceSettings
  /** The resource behind `/Me`; without it, or undefined, `/Me` answers 501. */
  findSubject?(context: Context): Subject | undefined
  /** Throws `forbidden` for what this caller may not do; asked for every operation of a bulk request too. */
  authorize?(context: Context, action: Action): void
  /**
   * Stores a write to be done later, as often as it takes and once in all (RFC 9967 §2.5.1); asked where the settings'
   * `securityEvents.asyncRequest` is `request`. To do it, give it to `serve` with an empty Prefer header.
   */
  defer?(request: DeferredRequest, context: Context): Promise<Deferral>
  /** Told of every request when its answer is ready; must not throw. `context` is undefined when nobody was authenticated. */
  onExchange?(exchange: Exchange, context: Context | undefined): void
  /** Milliseconds since the epoch, for the expiry of cursors. Default: the clock. */
  nowMs?(): number
}

/** A request whose caller is known already. */
export type ServeOptions<Context> = {
  /** Path below the base URL with the query, as it was sent: `/Users?count=10`. */
  readonly path: string
  readonly context: Context
  readonly settings: ServiceSettings
  /** Headers of the answer besides its own, such as the id of the request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A SCIM service provider. Neither method ever rejects for what a client did. */
export type ServiceProvider<Context> = {
  /** Authenticates and answers; the path of `settings.baseUrl` is taken off the request's. */
  fetch(request: Request): Promise<Response>
  /** Answers a request that a server has authenticated and cut to size itself. */
  serve(request: IncomingRequest, options: ServeOptions<Context>): Promise<Response>
  /** The same as plain data, for a server that writes its answers itself. HEAD must get everything but the body. */
  answer(request: IncomingRequest, options: Omit<ServeOptions<Context>, 'headers'>): Promise<Answer>
}

/**
 * The whole of RFC 7644 and RFC 9865 over a store: resources, lists, PATCH, bulk, `/Me`, `.search` and discovery.
 *
 * @example
 * ```ts
 * import { createRegistry, profiles, scimError, styles } from '@rollcall/scim'
 * import { createMemoryStorage, createServiceProvider, defaultLimits } from '@rollcall/scim/server'
 *
 * const registry = createRegistry()
 * const settings = {
 *   registry,
 *   profile: profiles.default,
 *   style: styles.rollcall,
 *   baseUrl: 'https://example.com/scim/v2',
 *   limits: defaultLimits,
 *   cursorSecret: crypto.getRandomValues(new Uint8Array(32)),
 *   scope: 'example',
 *   documentationUri: undefined,
 * }
 * const provider = createServiceProvider({
 *   storage: createMemoryStorage({ registry }),
 *   authenticate(request) {
 *     if (request.headers.get('authorization') !== 'Bearer secret') throw scimError('unauthorized', 'Who are you?')
 *     return {}
 *   },
 *   settings: () => settings,
 * })
 * const response = await provider.fetch(new Request('https://example.com/scim/v2/Users'))
 * console.log(response.status) // 401
 * ```
 */
export function createServiceProvider<Context>(options: ServiceProviderOptions<Context>): ServiceProvider<Context> {
  const service: Service<Context> = {
    storage: options.storage,
    findSubject: (context) => options.findSubject?.(context),
    authorize: (context, action) => options.authorize?.(context, action),
    nowMs: () => options.nowMs?.() ?? Date.now(),
  }
  const answer: ServiceProvider<Context>['answer'] = (request, given) => answerRequest(service, request, given, options)
  const serve: ServiceProvider<Context>['serve'] = async (request, given) => {
    const { headers, ...made } = await answer(request, given)
    return toResponse({ ...made, headers: { ...given.headers, ...headers } }, request.method.toUpperCase())
  }
  return {
    answer,
    serve,
    async fetch(request) {
      const url = new URL(request.url)
      try {
        const context = await options.authenticate(request)
        const settings = options.settings(context, request)
        return await serve(request, { path: toPath(url, settings.baseUrl), context, settings })
      } catch (error) {
        reportOutside(options, request, { error, path: url.pathname + url.search })
        return toErrorResponse(error)
      }
    },
  }
}

const basePaths = new Map<string, string>()

/** The path below the base; throws `notFound` for a request that lies elsewhere. */
function toPath(url: URL, baseUrl: string): string {
  let base = basePaths.get(baseUrl)
  if (base === undefined) {
    base = new URL(baseUrl).pathname.replace(/\/+$/, '')
    basePaths.set(baseUrl, base)
  }
  const pathname = url.pathname.replace(/\/{2,}/g, '/')
  const isBelow = pathname === base || pathname.startsWith(`${base}/`)
  if (!isBelow) throw scimError('notFound', `Nothing is at ${pathname.slice(0, 200)}; SCIM is served below ${baseUrl}`)
  return pathname.slice(base.length) + url.search
}

function reportOutside<Context>(
  options: ServiceProviderOptions<Context>,
  request: Request,
  { error, path }: { readonly error: unknown; readonly path: string },
): void {
  options.onExchange?.(
    toExchange({
      method: request.method,
      path,
      trace: createTrace(),
      answer: toErrorAnswer(error),
      error: toScimError(error),
      durationMs: 0,
      registry: undefined,
    }),
    undefined,
  )
}

async function answerRequest<Context>(
  service: Service<Context>,
  request: IncomingRequest,
  { path, context, settings }: Omit<ServeOptions<Context>, 'headers'>,
  options: ServiceProviderOptions<Context>,
): Promise<Answer> {
  const startedAt = performance.now()
  const trace = createTrace()
  const method = request.method.toUpperCase()
  let answer: Answer
  let error: unknown
  try {
    const question = path.indexOf('?')
    const pathname = question === -1 ? path : path.slice(0, question)
    const isDeferred = options.defer !== undefined && wantsDeferral({ settings, method, request }, pathname)
    assertRequest(request, path, { settings, isDeferred })
    const query = parseQuery(question === -1 ? '' : path.slice(question + 1))
    const call: Call<Context> = { service, context, settings, request, method, query, trace }
    const later = isDeferred ? await deferCall(call, path, (asked) => defer(options, asked, context)) : undefined
    answer = later ?? (await answerCall(call, pathname))
  } catch (thrown) {
    error = thrown
    answer = toErrorAnswer(thrown)
  }
  if (options.onExchange !== undefined) {
    const durationMs = performance.now() - startedAt
    const known = error === undefined ? undefined : toScimError(error)
    options.onExchange(
      toExchange({ method, path, trace, answer, error: known, durationMs, registry: settings.registry }),
      context,
    )
  }
  return answer
}

async function defer<Context>(
  options: ServiceProviderOptions<Context>,
  asked: DeferredRequest,
  context: Context,
): Promise<Deferral> {
  if (options.defer === undefined) throw scimError('internal', 'Nothing stores requests for later')
  return options.defer(asked, context)
}

function assertRequest(
  request: IncomingRequest,
  path: string,
  { settings, isDeferred }: { readonly settings: ServiceSettings; readonly isDeferred: boolean },
): void {
  const { urlCharactersMax } = settings.limits
  if (path.length > urlCharactersMax)
    throw scimError(
      'uriTooLong',
      `The URL is longer than ${urlCharactersMax} characters; long filters go by POST to /.search (RFC 7644 §3.4.3)`,
    )
  // RFC 9967 §2.5.1.1: an answer without a body pleases everybody.
  if (!isDeferred) assertAcceptable(request.headers.get('accept'))
  if (settings.style.userAgentRequired && (request.headers.get('user-agent') ?? '') === '')
    throw scimError('forbidden', 'Requests must carry a User-Agent header')
}
