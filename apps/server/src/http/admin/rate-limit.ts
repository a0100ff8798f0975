import { apiError } from '@rollcall/admin-api'
import { createBoundedMap } from '../../access/bounded-map.ts'

export type RateLimit = {
  /** Counts one request; throws 429 above the limit. Returns the headers that tell where the caller stands. */
  count(actor: string, now: Date): Readonly<Record<string, string>>
}

export const requestsPerWindowMax = 3_000
export const windowSeconds = 60
const actorsMax = 10_000

/** A fixed window per key and process: enough to stop a runaway script, and simple to explain. */
export function createRateLimit(max: number = requestsPerWindowMax): RateLimit {
  const windows = createBoundedMap<string, { readonly startMs: number; count: number }>(actorsMax)
  const policy = `"default";q=${max};w=${windowSeconds}`
  return {
    count: (actor, now) => {
      const nowMs = now.getTime()
      const known = windows.get(actor)
      const isOpen = known !== undefined && nowMs - known.startMs < windowSeconds * 1000
      const window = isOpen ? known : { startMs: nowMs, count: 0 }
      if (!isOpen) windows.set(actor, window)
      window.count++
      const resetSeconds = Math.max(1, Math.ceil((window.startMs - nowMs) / 1000 + windowSeconds))
      // draft-ietf-httpapi-ratelimit-headers-11 §4: remaining quota and seconds until it is whole again.
      const headers = {
        'ratelimit-policy': policy,
        ratelimit: `"default";r=${Math.max(0, max - window.count)};t=${resetSeconds}`,
      }
      if (window.count <= max) return headers
      throw apiError('tooManyRequests', `More than ${max} requests in ${windowSeconds} seconds`, {
        headers: { ...headers, 'retry-after': String(resetSeconds) },
      })
    },
  }
}
