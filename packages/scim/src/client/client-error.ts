/**
 * Why a request did not succeed.
 *
 * `response`: the server answered with a status that is an error. `network`: no complete answer arrived.
 * `timeout`: no complete answer within `timeoutMs`. `aborted`: the caller's signal. `redirect`: a 3xx, never followed,
 * because it would carry the token elsewhere. `tooLarge`: the answer exceeds `responseBytesMax`.
 * `malformed`: the answer is no SCIM. `paging`: the server's pages contradict each other.
 * `ambiguous`: more than one resource where one was expected. `invalidRequest`: the call itself is wrong, nothing was sent.
 */
export type ScimClientErrorKind =
  | 'response'
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'redirect'
  | 'tooLarge'
  | 'malformed'
  | 'paging'
  | 'ambiguous'
  | 'invalidRequest'

/**
 * Whether the request changed something. `refused`: certainly not, or it was a read.
 * `unknown`: the request may have been carried out although no good answer came back.
 */
export type RequestOutcome = 'refused' | 'unknown'

/** The facts of a {@link ScimClientError}; what does not apply is left out. */
export type ScimClientErrorFields = {
  readonly status?: number | undefined
  readonly scimType?: string | undefined
  readonly detail?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly requestId?: string | undefined
  readonly isScimAnswer?: boolean | undefined
  readonly isPage?: boolean | undefined
  readonly outcome?: RequestOutcome | undefined
  readonly method?: string | undefined
  readonly path?: string | undefined
  readonly attempts?: number | undefined
  readonly cause?: unknown
}

/**
 * Everything that the client throws. Neither the token nor the query string is part of it: filters name people.
 *
 * @example
 * ```ts
 * import { createClient, ScimClientError } from '@rollcall/scim/client'
 *
 * const client = createClient({
 *   baseUrl: 'https://example.com/scim/v2',
 *   token: 'secret',
 *   fetch: async () =>
 *     Response.json({ schemas: [], status: '409', scimType: 'uniqueness', detail: 'userName is taken' }, { status: 409 }),
 * })
 * const error = await client.users.create({ userName: 'bjensen' }).catch((reason: unknown) => reason)
 * if (!(error instanceof ScimClientError)) throw error
 * console.log(error.kind, error.status, error.scimType) // response 409 uniqueness
 * ```
 */
export class ScimClientError extends Error {
  readonly kind: ScimClientErrorKind
  /** The HTTP status, where an answer came. */
  readonly status: number | undefined
  /** RFC 7644 §3.12, table 9. */
  readonly scimType: string | undefined
  /** The server's own words. */
  readonly detail: string | undefined
  /** What `Retry-After` said, in milliseconds from the arrival of the answer. */
  readonly retryAfterMs: number | undefined
  /** The server's name for the request, for its support. */
  readonly requestId: string | undefined
  /** False for a 404 that a proxy or an unknown route wrote: such a 404 does not mean that the resource is gone. */
  readonly isScimAnswer: boolean
  /** The answer was HTML: a proxy's or a sign-in page, not the server's word on the request. */
  readonly isPage: boolean
  readonly outcome: RequestOutcome
  readonly method: string | undefined
  /** Below the base URL, without the query. */
  readonly path: string | undefined
  /** How often the request was sent. */
  readonly attempts: number

  constructor(kind: ScimClientErrorKind, message: string, fields: ScimClientErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.name = 'ScimClientError'
    this.kind = kind
    this.status = fields.status
    this.scimType = fields.scimType
    this.detail = fields.detail
    this.retryAfterMs = fields.retryAfterMs
    this.requestId = fields.requestId
    this.isScimAnswer = fields.isScimAnswer ?? false
    this.isPage = fields.isPage ?? false
    this.outcome = fields.outcome ?? 'refused'
    this.method = fields.method
    this.path = fields.path
    this.attempts = fields.attempts ?? 0
  }
}
