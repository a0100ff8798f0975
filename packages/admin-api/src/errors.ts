/**
 * Every error of the admin API: its status, its title, and what the page behind its `type` URL says.
 * The codes are API and stay; the wording may change.
 */
export const apiErrors = {
  malformedRequest: {
    status: 400,
    title: 'This is no HTTP request',
    cause: 'The request line or the header could not be read as HTTP.',
    remedy: 'Look at what lies between client and server: a proxy that speaks another protocol is the usual cause.',
  },
  malformedJson: {
    status: 400,
    title: 'The body is not JSON',
    cause: 'The body could not be read as JSON in UTF-8.',
    remedy: 'Send one JSON object. `detail` says at which character reading stopped.',
  },
  invalidRequest: {
    status: 400,
    title: 'The request has a wrong or missing value',
    cause: 'A part of the path, the query, a header or the body does not fit the contract.',
    remedy: '`errors` names each place as a JSON pointer, a stable code and what was wanted.',
  },
  invalidCursor: {
    status: 400,
    title: 'The cursor does not belong to this list',
    cause: 'A cursor was changed, or comes from another list, another organization or other filters.',
    remedy: 'Take `nextCursor` of the page before as it is and repeat the same filters, or start without a cursor.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid key is needed',
    cause: 'The request carries no key, or one that is unknown, expired or revoked.',
    remedy: 'Send `Authorization: Bearer rc_…`. `rollcall key create` makes a key; revoked keys do not come back.',
  },
  forbidden: {
    status: 403,
    title: 'The key may not do this',
    cause:
      'The key is valid, but lacks a scope, or the roles of its owner lack a permission. `detail` names what is missing.',
    remedy:
      'Use a key that has the scope (`rollcall key create --scope …`), or give its owner a role (`rollcall role grant …`).',
  },
  stepUpRequired: {
    status: 403,
    title: 'Confirm first that it is you',
    cause:
      'The act is dangerous, and who is signed in with this browser has not shown for a while who it is. Nothing was changed.',
    remedy:
      'Open `confirmUrl` in the browser, confirm with a passkey or a code, and send the request again within 15 minutes. Keys are never asked.',
  },
  planRequired: {
    status: 403,
    title: 'The plan of the organization lacks this feature',
    cause: 'The key may do this, but the organization has a plan without the feature. `detail` names both.',
    remedy:
      'Choose a plan that includes the feature: whoever runs this server gives an organization its plan with `rollcall plan set`. `rollcall plan show` tells what each feature needs.',
  },
  locked: {
    status: 403,
    title: 'Managed by a connection',
    cause: 'The record, or what `errors` names of it, is managed by an identity provider and locked here.',
    remedy: 'Change it there, or begin an override for a while where one is offered.',
  },
  managed: {
    status: 403,
    title: 'An identity provider manages this',
    cause: 'The thing, or this part of it, belongs to a connection: it changes where it comes from, for admins too.',
    remedy: 'Change it at the identity provider, or take it from the connection first: stop managing it, or unlink it.',
  },
  notFound: {
    status: 404,
    title: 'There is no such thing here',
    cause: 'The path is unknown, or the id names nothing that this key may see.',
    remedy: 'Check the id and the organization. Things of other organizations answer like things that do not exist.',
  },
  methodNotAllowed: {
    status: 405,
    title: 'The path does not know this method',
    cause: 'The path exists, but not with this HTTP method.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  requestTimeout: {
    status: 408,
    title: 'The request did not arrive in time',
    cause: 'The body was announced, but not sent completely within the time limit.',
    remedy: 'Send the request again. Nothing was changed.',
  },
  conflict: {
    status: 409,
    title: 'The request collides with what exists',
    cause: 'A unique value is taken, or the state of the thing forbids the change.',
    remedy: '`errors` names the field; choose another value or change the state first.',
  },
  confirmationNeeded: {
    status: 409,
    title: 'This must be confirmed',
    cause: 'The request would remove people; nothing was changed. `confirmation` names whom.',
    remedy: 'Read what would be removed, then repeat the request with `confirm` set to `confirmation.token`.',
  },
  idempotencyInFlight: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
    cause: 'Two requests with the same `Idempotency-Key` came at the same time.',
    remedy: 'Wait as long as `Retry-After` says and send the same request again: it gets the first one’s answer.',
  },
  versionMismatch: {
    status: 412,
    title: 'Somebody else changed this first',
    cause: '`If-Match` names another version than the current one.',
    remedy: '`currentVersion` and the `ETag` header tell the current version: read again, decide again, send again.',
  },
  bodyTooLarge: {
    status: 413,
    title: 'The body is too large',
    cause: 'The body is longer than the limit that `detail` names.',
    remedy: 'Send less at once.',
  },
  urlTooLong: {
    status: 414,
    title: 'The URL is too long',
    cause: 'The path and the query together exceed the limit.',
    remedy: 'Shorten the query. SCIM filters that do not fit go by POST to `.search`.',
  },
  unsupportedMediaType: {
    status: 415,
    title: 'The body must be JSON',
    cause: 'The `Content-Type` of the body is not `application/json`.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  idempotencyMismatch: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    cause: 'Within 24 hours the same `Idempotency-Key` came with another path or body.',
    remedy: 'Make a new key for every new intent; repeat a key only to repeat the same request.',
  },
  tooManyRequests: {
    status: 429,
    title: 'Too many requests',
    cause: 'More requests came than the policy in the `RateLimit-Policy` header allows.',
    remedy: 'Wait as many seconds as `Retry-After` says.',
  },
  headersTooLarge: {
    status: 431,
    title: 'The header is too long',
    cause: 'The fields of the header together exceed the limit.',
    remedy: 'Send fewer or shorter header fields.',
  },
  internal: {
    status: 500,
    title: 'The server made a mistake',
    cause: 'Something happened that must not happen; it is in the server’s log under `requestId`.',
    remedy: 'Try again. When it happens again, report it with the `requestId`.',
  },
  unavailable: {
    status: 503,
    title: 'The server cannot answer now',
    cause: 'The database cannot be reached, or the server is starting or stopping.',
    remedy: 'Wait as many seconds as `Retry-After` says and send the request again. Nothing was changed.',
  },
} as const satisfies Record<string, ApiErrorEntry>

type ApiErrorEntry = {
  readonly status: number
  readonly title: string
  readonly cause: string
  readonly remedy: string
}

/** The stable name of an error. */
export type ApiErrorCode = keyof typeof apiErrors

// Codes come out of URLs and answers too: a Map finds no `constructor`.
const codes: ReadonlyMap<string, ApiErrorCode> = new Map(listErrorCodes().map((code) => [code, code]))

/**
 * All codes, in the order of their status.
 *
 * @example
 * ```ts
 * import { listErrorCodes } from '@rollcall/admin-api'
 *
 * console.log(listErrorCodes()[0]) // malformedRequest
 * ```
 */
export function listErrorCodes(): readonly ApiErrorCode[] {
  // Object.keys forgets the key type; the table above is the only source.
  return Object.keys(apiErrors) as ApiErrorCode[]
}

/**
 * Finds a code by its text, for example the last segment of a `type` URL.
 *
 * @example
 * ```ts
 * import { findErrorCode } from '@rollcall/admin-api'
 *
 * console.log(findErrorCode('notFound')) // notFound
 * console.log(findErrorCode('constructor')) // undefined
 * ```
 */
export function findErrorCode(text: string): ApiErrorCode | undefined {
  return codes.get(text)
}

/** One wrong place in a request. `pointer` is a JSON pointer (RFC 6901) into the part that `in` names. */
export type FieldError = {
  readonly in: 'body' | 'query' | 'path' | 'header'
  readonly pointer: string
  readonly code: string
  readonly detail: string
  readonly position?: number | undefined
}

/** What a request would remove, and the token that lets it. */
export type Confirmation = {
  readonly token: string
  readonly count: number
  readonly removes: readonly {
    readonly team: { readonly id: string; readonly name: string }
    readonly member: { readonly id: string; readonly name: string | null }
  }[]
}

export type ApiErrorOptions = {
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  /** Sent with `versionMismatch`. */
  readonly currentVersion?: number
  /** Sent with `confirmationNeeded`. */
  readonly confirmation?: Confirmation
  /** Sent with `stepUpRequired`. */
  readonly confirmUrl?: string
  /** The underlying failure; for logs, never sent. */
  readonly cause?: unknown
}

/** An error of the admin API. `message` is the `detail` that the client may see. */
export class ApiError extends Error {
  readonly code: ApiErrorCode
  readonly status: number
  readonly errors: readonly FieldError[]
  readonly headers: Readonly<Record<string, string>>
  readonly currentVersion: number | undefined
  readonly confirmation: Confirmation | undefined
  readonly confirmUrl: string | undefined

  constructor(code: ApiErrorCode, detail: string, options: ApiErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.status = apiErrors[code].status
    this.errors = options.errors ?? []
    this.headers = options.headers ?? {}
    this.currentVersion = options.currentVersion
    this.confirmation = options.confirmation
    this.confirmUrl = options.confirmUrl
  }
}

/**
 * Makes an error of the admin API; throw what it returns.
 *
 * @param code - a row of `apiErrors`
 * @param detail - what happened, in words that the client may read
 * @example
 * ```ts
 * import { apiError } from '@rollcall/admin-api'
 *
 * console.log(apiError('notFound', 'No organization is named “acme”').status) // 404
 * ```
 */
export function apiError(code: ApiErrorCode, detail: string, options: ApiErrorOptions = {}): ApiError {
  return new ApiError(code, detail, options)
}
