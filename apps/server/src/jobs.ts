import type { JsonObject } from '@rollcall/scim'
import { trimAccessTokens } from './access/access-tokens.ts'
import { trimHours } from './access/hourly-limits.ts'
import { runNotices } from './access/notice-mails.ts'
import { dropExpiredKeys } from './access/idempotency.ts'
import { toOrganizationSettings } from './access/organization-settings.ts'
import { trimRequestLog } from './audit/trim-request-log.ts'
import { advanceUnfinishedRuns } from './directory/connection-runs.ts'
import { expireHolds } from './directory/hold-undo.ts'
import { createIdSource } from './directory/new-id.ts'
import { foldTotals } from './db/queries/totals.ts'
import { purgeOverdue } from './directory/recycle-bin.ts'
import { deliverMails } from './deliver-mails.ts'
import { trimInvitations } from './directory/invitations.ts'
import { openInvitations } from './directory/open-invitations.ts'
import { trimMails } from './mail/outbox.ts'
import type { Loops } from './jobs/loop.ts'
import { trimRuns } from './jobs/runs.ts'
import type { Parts } from './parts.ts'
import { workOffAllRuns } from './run-kinds.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs

/** Work that returns: at what interval it runs and what it does. A worker runs it under a lease of its name. */
export type Job = {
  readonly name: string
  readonly intervalMs: number
  run(parts: Parts, signal: AbortSignal): Promise<void>
}

const runPollMs = secondMs
/** So many runs go on at once in one process. */
const runLanes = 2

/** Long runs are worked off in every process at once; each run has its own lease. */
export function startRuns(parts: Parts, loops: Loops): void {
  for (let lane = 1; lane <= runLanes; lane++)
    loops.inEveryProcess(`runs-${lane}`, runPollMs, (signal) => workOffAllRuns(parts, signal))
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
    // Who was just provisioned looks into the mailbox soon.
    name: 'open-invitations',
    intervalMs: secondMs,
    run: async ({ database, clock }, signal) => {
      await openInvitations(database, { clock, signal })
    },
  },
  {
    name: 'deliver-mails',
    intervalMs: secondMs,
    run: deliverMails,
  },
  {
    name: 'trim-mails',
    intervalMs: 24 * 60 * minuteMs,
    run: async ({ database, clock }) => {
      await trimMails(database, clock())
      await trimInvitations(database, clock())
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
    name: 'connection-runs',
    intervalMs: 5 * secondMs,
    run: async ({ database, clock }, signal) => {
      await advanceUnfinishedRuns({ database, newId: createIdSource() }, { now: clock(), signal })
    },
  },
  {
    name: 'expire-holds',
    intervalMs: 10 * minuteMs,
    run: async ({ database, clock }) => {
      await expireHolds({ database }, clock())
    },
  },
  {
    name: 'trim-rate-windows',
    intervalMs: 60 * minuteMs,
    run: async ({ database, clock }) => {
      await trimHours(database, clock())
    },
  },
  {
    name: 'trim-runs',
    intervalMs: 60 * minuteMs,
    run: async ({ database, clock }) => {
      await trimRuns(database, clock())
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
