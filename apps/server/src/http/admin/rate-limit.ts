import { apiError } from '@rollcall/admin-api'
import { createRequestCounter, describeStanding } from '../request-counter.ts'

export type RateLimit = {
  /** Counts one request; throws 429 above the limit. Returns the headers that tell where the caller stands. */
  count(actor: string, now: Date): Readonly<Record<string, string>>
}

export const requestsPerWindowMax = 3_000
export const windowSeconds = 60
const name = 'default'

export function createRateLimit(max: number = requestsPerWindowMax): RateLimit {
  const counter = createRequestCounter({ name, max, windowSeconds })
  return {
    count: (actor, now) => {
      const standing = counter.count(actor, now.getTime())
      const headers = { 'ratelimit-policy': counter.policy, ratelimit: describeStanding(name, standing) }
      if (standing.left >= 0) return headers
      throw apiError('tooManyRequests', `More than ${max} requests in ${windowSeconds} seconds`, {
        headers: { ...headers, 'retry-after': String(standing.resetSeconds) },
      })
    },
  }
}
