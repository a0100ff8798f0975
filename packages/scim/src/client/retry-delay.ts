import type { ScimClientError } from './client-error.ts'

/** When a request is sent again. Times are milliseconds. */
export type RetryPolicy = {
  /** How often a request is repeated after its first attempt. */
  readonly retries: number
  /** The wait before the first repetition; each further one doubles it. */
  readonly backoffMs: number
  /** Longer waits are not made: the error goes to the caller, with `retryAfterMs`. */
  readonly waitMsMax: number
  /** In [0, 1): spreads clients that failed together. */
  readonly random: () => number
}

/**
 * Reads a `Retry-After` header: whole seconds or an HTTP date (RFC 9110 §10.2.3).
 * Gives milliseconds from `now`, never negative; undefined when the header is absent or neither form.
 *
 * @example
 * ```ts
 * import { parseRetryAfter } from '@rollcall/scim/client'
 *
 * console.log(parseRetryAfter('120', 0)) // 120000
 * console.log(parseRetryAfter('Thu, 01 Jan 1970 00:00:05 GMT', 2_000)) // 3000
 * console.log(parseRetryAfter('soon', 0)) // undefined
 * ```
 */
export function parseRetryAfter(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // Date.parse takes much that is no HTTP date, e.g. "1.5"; every HTTP date begins with the name of a day.
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.max(0, time - now)
}

/** The wait before attempt `attempt + 1`; undefined when the request is not to be repeated. `mayRepeat`: see {@link isRepeatable}. */
export function findRetryDelay(error: ScimClientError, attempt: number, policy: RetryPolicy): number | undefined {
  if (attempt > policy.retries) return undefined
  if (error.retryAfterMs !== undefined) return error.retryAfterMs > policy.waitMsMax ? undefined : error.retryAfterMs
  const full = Math.min(policy.waitMsMax, policy.backoffMs * 2 ** (attempt - 1))
  return Math.round(full / 2 + (full / 2) * policy.random())
}

/**
 * Whether sending again can do no harm. 429 and 503 say that nothing was done, so that every verb may be repeated.
 * After anything else the outcome is unknown, and only idempotent requests are repeated (RFC 9110 §9.2.2);
 * PATCH is not idempotent, and a repeated POST would make a second resource.
 */
export function isRepeatable(error: ScimClientError, isIdempotent: boolean): boolean {
  if (error.kind === 'response' && (error.status === 429 || error.status === 503)) return true
  if (!isIdempotent) return false
  if (error.kind === 'response') return error.status === 502 || error.status === 504
  return error.kind === 'network' || error.kind === 'timeout'
}
