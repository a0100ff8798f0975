/** Why a source could not be read. The closed set; each has a text and a remedy in `reasons.ts`. */
export type SourceErrorReason =
  | 'unreachable'
  | 'unauthorized'
  | 'throttled'
  | 'timedOut'
  | 'notFound'
  | 'unreadable'
  | 'truncated'
  | 'columnsChanged'
  | 'wrongEncoding'
  | 'checkpointLost'
  | 'tooLarge'
  | 'misconfigured'

/** A read that cannot go on; nothing of it counts as absent. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly reason: SourceErrorReason
  /** Where in the source, for people: `line 12`, an address without its secrets. */
  readonly place: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    reason: SourceErrorReason,
    detail: string,
    options: { readonly place?: string; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause })
    this.reason = reason
    this.place = options.place
    this.retryAfterMs = options.retryAfterMs
  }
}
