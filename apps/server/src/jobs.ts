import type { JsonObject } from '@rollcall/scim'
import { trimAccessTokens } from './access/access-tokens.ts'
import { runNotices } from './access/notice-mails.ts'
import { dropExpiredKeys } from './access/idempotency.ts'
import { toOrganizationSettings } from './access/organization-settings.ts'
import { trimRequestLog } from './audit/trim-request-log.ts'
import { foldTotals } from './db/queries/totals.ts'
import { purgeOverdue } from './directory/recycle-bin.ts'
import type { Parts } from './parts.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs

/** Work that returns: at what interval it runs and what it does. A worker runs it under a lease of its name. */
export type Job = {
  readonly name: string
  readonly intervalMs: number
  run(parts: Parts, signal: AbortSignal): Promise<void>
}

/** All jobs of the product, by what they are for. */
export const jobs: readonly Job[] = [
  {
    // Exact totals add up what was not folded yet; often enough, that is little.
    name: 'fold-totals',
    intervalMs: 5 * secondMs,
    run: async ({ database }) => {
      await foldTotals(database)
    },
  },
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
    name: 'notices',
    intervalMs: 15 * secondMs,
    run: async ({ database, clock }) => {
      await runNotices(database, clock())
    },
  },
  {
    // The recycle bin is kept for days: an hour more or less matters to nobody.
    name: 'purge-people',
    intervalMs: 60 * minuteMs,
    run: async ({ database, clock }, signal) => {
      await purgeOverdue(database, { now: clock(), signal })
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
