/** Every error that the library can answer with: the HTTP status and, where RFC 7644 table 9 or RFC 9865 §2.3 has one, the scimType. */
export const scimErrors = {
  // RFC 7644 §3.12, table 9
  invalidFilter: { status: 400, scimType: 'invalidFilter' },
  tooMany: { status: 400, scimType: 'tooMany' },
  uniqueness: { status: 409, scimType: 'uniqueness' },
  mutability: { status: 400, scimType: 'mutability' },
  invalidSyntax: { status: 400, scimType: 'invalidSyntax' },
  invalidPath: { status: 400, scimType: 'invalidPath' },
  noTarget: { status: 400, scimType: 'noTarget' },
  invalidValue: { status: 400, scimType: 'invalidValue' },
  invalidVersion: { status: 400, scimType: 'invalidVers' },
  sensitive: { status: 403, scimType: 'sensitive' },
  // RFC 9865 §2.3
  invalidCursor: { status: 400, scimType: 'invalidCursor' },
  expiredCursor: { status: 400, scimType: 'expiredCursor' },
  invalidCount: { status: 400, scimType: 'invalidCount' },
  // RFC 7644 §3.12, table 8, and RFC 9110
  badRequest: { status: 400 },
  unauthorized: { status: 401 },
  forbidden: { status: 403 },
  notFound: { status: 404 },
  methodNotAllowed: { status: 405 },
  notAcceptable: { status: 406 },
  requestTimeout: { status: 408 },
  conflict: { status: 409 },
  preconditionFailed: { status: 412 },
  payloadTooLarge: { status: 413 },
  uriTooLong: { status: 414 },
  unsupportedMediaType: { status: 415 },
  tooManyRequests: { status: 429 },
  headersTooLarge: { status: 431 },
  internal: { status: 500 },
  notImplemented: { status: 501 },
  unavailable: { status: 503 },
} as const satisfies Record<string, { status: number; scimType?: string }>

/** The stable name of an error; the wording of `detail` is not stable. */
export type ScimErrorCode = keyof typeof scimErrors

/** What may accompany an error besides its code. */
export type ScimErrorOptions = {
  /** The underlying failure; for logs, never sent. */
  readonly cause?: unknown
  /** Response headers that belong to the error, e.g. `Retry-After`, `Allow`, `WWW-Authenticate`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Zero-based offset in the filter or path text where the problem was seen. */
  readonly position?: number
}

/** An error in the words of RFC 7644 §3.12. `message` is the `detail` that the client may see. */
export class ScimError extends Error {
  readonly code: ScimErrorCode
  readonly status: number
  readonly scimType: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly position: number | undefined

  constructor(code: ScimErrorCode, detail: string, options: ScimErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ScimError'
    this.code = code
    const entry: { status: number; scimType?: string } = scimErrors[code]
    this.status = entry.status
    this.scimType = entry.scimType
    this.headers = options.headers ?? {}
    this.position = options.position
  }
}

/**
 * Makes a SCIM error from its code and the sentence that the client shall read.
 *
 * @example
 * ```ts
 * import { scimError } from '@rollcall/scim'
 *
 * const error = scimError('uniqueness', 'userName "bjensen" is taken')
 * console.log(error.status, error.scimType) // 409 uniqueness
 * ```
 */
export function scimError(code: ScimErrorCode, detail: string, options?: ScimErrorOptions): ScimError {
  return new ScimError(code, detail, options)
}
