import { type BulkOperationInput, type BulkOptions, type BulkResult, sendBulk } from './bulk.ts'
import type { BulkLimits } from './bulk-plan.ts'
import { ScimClientError } from './client-error.ts'
import { type Discovery, createDiscovery } from './discovery.ts'
import type { ListQuery } from './lister.ts'
import { type ResourceClient, createResourceClient } from './resource-client.ts'
import type { Group, Stored, User } from './resources.ts'
import { type Exchange, prepareExchange, prepareFetch } from './exchange.ts'
import { createTransport } from './transport.ts'

/** How a client reaches its server. Only `baseUrl` and one of `token`, `authorize` and `exchange` are needed. */
export type ClientOptions = {
  /** What stands before `/Users`; a query in it is sent with every request. */
  readonly baseUrl: string | URL
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string
  /** Puts the credentials on the request, or gives another one; asked anew for every attempt. */
  readonly authorize?: (request: Request) => Request | void | Promise<Request | void>
  /**
   * Default: the global `fetch`. It is given one Request, so that a service provider's own `fetch` fits;
   * an undici from npm must be given the Request's parts, because it knows only Requests of its own.
   */
  readonly fetch?: (request: Request) => Promise<Response>
  /** In the place of `fetch` and of the credentials, for callers with an HTTP client of their own: {@link Exchange}. */
  readonly exchange?: Exchange
  /** Of each attempt, up to the last byte of its answer. Default 30,000. */
  readonly timeoutMs?: number
  /** How often a request is repeated. Default 4. */
  readonly retries?: number
  /** The first wait where the server names none; doubled each time, half of it random. Default 500. */
  readonly backoffMs?: number
  /** A longer `Retry-After` is not waited for: the error carries it. Default 60,000. */
  readonly waitMsMax?: number
  /** Default 64 MiB. */
  readonly responseBytesMax?: number
  /** Longer URLs go by `POST …/.search`. Default 4,000. */
  readonly urlCharactersMax?: number
  /** How long ServiceProviderConfig, ResourceTypes and Schemas are kept. Default 600,000. */
  readonly discoveryTtlMs?: number
  /** Default `application/scim+json`. */
  readonly contentType?: string
  /** Default `rollcall-scim`; some servers refuse requests without one. */
  readonly userAgent?: string
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** In [0, 1). */
  readonly random?: () => number
}

/** A client of one SCIM service provider. */
export type Client = Omit<Discovery, 'findPagingFacts' | 'clear'> & {
  readonly users: ResourceClient<User>
  readonly groups: ResourceClient<Group>
  /** The resources of another endpoint; `schema` is written into `schemas` where the caller gives none. */
  resource<Resource extends object>(endpoint: string, options?: { readonly schema?: string }): ResourceClient<Resource>
  /** Resources of all types, by `POST /.search` (RFC 7644 §3.4.3). */
  search<Resource extends object = object>(query?: ListQuery): AsyncGenerator<Stored<Resource>, void, undefined>
  /** Many operations in few requests: {@link sendBulk}. `invalidRequest` when the server has no /Bulk. */
  bulk(operations: readonly BulkOperationInput[], options?: BulkOptions): Promise<readonly BulkResult[]>
  /** Forgets the discovery documents. */
  forgetDiscovery(): void
}

const responseBytesMax = 64 * 1024 * 1024
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/**
 * Makes a client. Throws `invalidRequest` when the base URL is none, carries a password, or is no http(s).
 *
 * @example
 * ```ts
 * import { createClient, eq } from '@rollcall/scim/client'
 *
 * const client = createClient({
 *   baseUrl: 'https://example.com/scim/v2',
 *   token: 'secret',
 *   // A server in the place of the network:
 *   fetch: async (request) =>
 *     Response.json({
 *       schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
 *       totalResults: 1,
 *       Resources: [{ id: 'u1', userName: new URL(request.url).searchParams.get('filter') }],
 *     }),
 * })
 * const user = await client.users.find(eq('userName', 'bjensen'))
 * console.log(user?.id, user?.userName) // u1 userName eq "bjensen"
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const now = options.now ?? Date.now
  const transport = createTransport(toTransportOptions(options, now))
  const discovery = createDiscovery(transport, { ttlMs: options.discoveryTtlMs ?? 600_000, now })
  const lister = {
    urlCharactersMax: options.urlCharactersMax ?? 4_000,
    findPagingFacts: () => discovery.findPagingFacts(),
  }
  const resource = <Resource extends object>(endpoint: string, schema?: string): ResourceClient<Resource> =>
    createResourceClient<Resource>({ transport, lister, endpoint: checkEndpoint(endpoint), schema })
  const root = createResourceClient<object>({
    transport,
    lister: { ...lister, isSearchOnly: true },
    endpoint: '',
    schema: undefined,
  })
  return {
    users: resource<User>('/Users', userSchema),
    groups: resource<Group>('/Groups', groupSchema),
    resource: (endpoint, { schema } = {}) => resource(endpoint, schema),
    // The caller names the type of what the filter finds, as with `resource`.
    search: <Resource extends object>(query?: ListQuery) =>
      root.list(query) as AsyncGenerator<Stored<Resource>, void, undefined>,
    bulk: async (operations, bulkOptions = {}) =>
      operations.length === 0
        ? []
        : sendBulk(transport, operations, { ...bulkOptions, limits: await getBulkLimits(discovery) }),
    getServiceProviderConfig: () => discovery.getServiceProviderConfig(),
    listResourceTypes: () => discovery.listResourceTypes(),
    listSchemas: () => discovery.listSchemas(),
    forgetDiscovery: () => discovery.clear(),
  }
}

function toTransportOptions(options: ClientOptions, now: () => number): Parameters<typeof createTransport>[0] {
  return {
    baseUrl: parseBaseUrl(options.baseUrl),
    prepare: toPrepare(options),
    contentType: options.contentType ?? 'application/scim+json',
    userAgent: options.userAgent ?? 'rollcall-scim',
    timeoutMs: options.timeoutMs ?? 30_000,
    responseBytesMax: options.responseBytesMax ?? responseBytesMax,
    retry: {
      retries: options.retries ?? 4,
      backoffMs: options.backoffMs ?? 500,
      waitMsMax: options.waitMsMax ?? 60_000,
      random: options.random ?? Math.random,
    },
    sleep: options.sleep ?? sleep,
    now,
  }
}

function toPrepare(options: ClientOptions): Parameters<typeof createTransport>[0]['prepare'] {
  const { exchange, token, authorize } = options
  if (exchange === undefined)
    return prepareFetch({
      authorize: toAuthorize(options),
      // Looked up at each call, so that a fetch installed later is used.
      fetch: options.fetch ?? ((request) => globalThis.fetch(request)),
      responseBytesMax: options.responseBytesMax ?? responseBytesMax,
    })
  if (token === undefined && authorize === undefined && options.fetch === undefined) return prepareExchange(exchange)
  throw new ScimClientError('invalidRequest', 'exchange stands in the place of fetch, token and authorize')
}

function toAuthorize(options: ClientOptions): NonNullable<ClientOptions['authorize']> {
  const { token, authorize } = options
  if (authorize !== undefined && token === undefined) return authorize
  if (token === undefined || authorize !== undefined || !/^[\x21-\x7e]+$/.test(token))
    throw new ScimClientError('invalidRequest', 'a client needs either a token (visible ASCII) or authorize')
  return (request) => request.headers.set('Authorization', `Bearer ${token}`)
}

function parseBaseUrl(input: string | URL): URL {
  const url = URL.canParse(input) ? new URL(input) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ScimClientError('invalidRequest', 'baseUrl must be an absolute http or https URL')
  if (url.username !== '' || url.password !== '')
    throw new ScimClientError('invalidRequest', 'baseUrl must not carry a user name or password')
  url.hash = ''
  return url
}

function checkEndpoint(endpoint: string): string {
  if (/^(?:\/[A-Za-z0-9._~-]+)+$/.test(endpoint) && !/\/\.{1,2}(?:\/|$)/.test(endpoint)) return endpoint
  throw new ScimClientError('invalidRequest', `${JSON.stringify(endpoint)} is no endpoint such as "/Users"`)
}

async function getBulkLimits(discovery: Discovery): Promise<BulkLimits> {
  const { bulk } = await discovery.getServiceProviderConfig()
  if (!bulk.isSupported) throw new ScimClientError('invalidRequest', 'the server does not support /Bulk')
  // RFC 7643 §5 requires both limits; these stand in where a server leaves them out.
  return { operationsMax: bulk.operationsMax || 100, payloadBytesMax: bulk.payloadBytesMax || 1024 * 1024 }
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds)
    // An abort ends the wait; the next attempt then reports it.
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done, { once: true })
    if (signal?.aborted === true) done()
  })
}
