import type { JsonObject } from '@rollcall/scim'
import { trimAccessTokens } from './access/access-tokens.ts'
import { dropExpiredKeys } from './access/idempotency.ts'
import { toOrganizationSettings } from './access/organization-settings.ts'
import { trimRequestLog } from './audit/trim-request-log.ts'
import type { Parts } from './parts.ts'

const minuteMs = 60_000

/** Work that returns: at what interval it runs and what it does. A worker runs it under a lease of its name. */
export type Job = {
  readonly name: string
  readonly intervalMs: number
  run(parts: Parts, signal: AbortSignal): Promise<void>
}

/** All jobs of the product, by what they are for. */
export const jobs: readonly Job[] = [
  {
    name: 'trim-request-log',
    intervalMs: 10 * minuteMs,
    run: async ({ database, clock, config }, signal) => {
      const defaults = { daysMax: config.requestLogDays, bytesMax: config.requestLogBytesMax }
      const limitsOf = (settings: JsonObject) => toOrganizationSettings(settings, defaults).requestLog
      await trimRequestLog(database, { now: clock(), limitsOf, signal })
    },
  },
  {
    name: 'trim-access-tokens',
    intervalMs: 10 * minuteMs,
    run: async ({ database, clock }) => {
      await trimAccessTokens(database, clock())
    },
  },
  {
    name: 'trim-idempotency-keys',
    intervalMs: 60 * minuteMs,
    run: async ({ database, clock }) => {
      await dropExpiredKeys(database, clock())
    },
  },
]
