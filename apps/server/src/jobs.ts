import type { JsonObject } from '@rollcall/scim'
import { probeApps, reviewApps, watchApps } from './app-safety.ts'
import { trimAccessTokens } from './access/access-tokens.ts'
import { trimHours } from './access/hourly-limits.ts'
import { toAuditRetention } from './access/audit-settings.ts'
import { openStreamSecret, type AuditStream } from './access/audit-streams.ts'
import { createAuditSigner } from './access/audit-signer.ts'
import { trimAsyncRequests } from './events/async-requests.ts'
import { consumeOutbox, findSettledPosition } from './events/outbox.ts'
import { pushTokens } from './events/send-tokens.ts'
import { securityEventConsumer } from './events/stream-tokens.ts'
import { trimTokens } from './events/trim-tokens.ts'
import { createTokenSigner } from './events/token-signer.ts'
import type { AsyncWorker } from './http/scim/async-worker.ts'
import { runNotices } from './access/notice-mails.ts'
import { dropExpiredKeys } from './access/idempotency.ts'
import { toOrganizationSettings } from './access/organization-settings.ts'
import { findDriftedRoles, settleAllDues } from './access/settle-mapped-roles.ts'
import { deliverAudit } from './audit/streams/deliver.ts'
import { trimAudit } from './audit/trim-audit.ts'
import { trimCallOrigins } from './audit/call-origins.ts'
import { SealingPace } from './audit/sealing-pace.ts'
import { sealAudit, sealLateLines } from './audit/sealer.ts'
import { trimRequestLog } from './audit/trim-request-log.ts'
import { advanceUnfinishedRuns } from './directory/connection-runs.ts'
import { expireHolds, remindOfHolds } from './directory/hold-undo.ts'
import { createIdSource } from './directory/new-id.ts'
import { selectLastPosition } from './db/queries/outbox.ts'
import { foldTotals } from './db/queries/totals.ts'
import { purgeOverdue } from './directory/recycle-bin.ts'
import { deliverMails } from './deliver-mails.ts'
import { createProcessDeliverer } from './deliver-webhooks.ts'
import { trimDeliveries } from './events/deliveries.ts'
import { fanOut } from './events/fan-out.ts'
import { trimInvitations } from './directory/invitations.ts'
import { openInvitations } from './directory/open-invitations.ts'
import { trimMails } from './mail/outbox.ts'
import { pollTransmitters } from './sign-in/signals/poll-transmitters.ts'
import { trimSignals } from './sign-in/signals/receive-signal.ts'
import { createTransmitterKeys } from './sign-in/signals/transmitter-keys.ts'
import type { Loops } from './jobs/loop.ts'
import type { Job } from './job.ts'
import { trimRuns } from './jobs/runs.ts'
import { trimBatches } from './sources/uploads/trim-batches.ts'
import { trimSignInExchanges } from './sign-in/failures.ts'
import { refreshDescriptions } from './sign-in/refresh-descriptions.ts'
import type { Parts } from './parts.ts'
import { trimPlans } from './provisioning/plans/plan.ts'
import { trimTraces } from './provisioning/by-hand/traces.ts'
import { startDueReconciliations } from './provisioning/reconcile/schedule.ts'
import { trimReconciliations } from './provisioning/reconcile/report.ts'
import { trimLinks } from './provisioning/trim-links.ts'
import { makeLogPartitions, trimProvisioningLog } from './provisioning/log/partitions.ts'
import { trimChallenges } from './sign-in/challenges.ts'
import { trimSessions } from './sign-in/list-sessions.ts'
import { trimEmailChanges } from './sign-in/email-change.ts'
import { trimPasswordLinks } from './sign-in/password-links.ts'
import { workOffAllRuns } from './run-kinds.ts'
import { createProcessEngine } from './provision-apps.ts'
import { insightJobs } from './insight-jobs.ts'
import { teamJobs } from './team-jobs.ts'
import { createRulesCache } from './provisioning/find-rules.ts'
import { pumpChanges } from './provisioning/pump.ts'
import type { Engine } from './provisioning/engine.ts'
import { releaseOverlooked } from './db/queries/provisioning-references.ts'
import { queueDueWakeUps } from './db/queries/provisioning-wake-ups.ts'

const secondMs = 1_000

const watchMs = secondMs / 4

/** Almost all that makes work for a loop is a change, or comes with one: as long as there is none, they rest. */
export function watchChanges({ database }: Parts, loops: Loops): void {
  let settled: number | undefined
  loops.watch('watch-changes', watchMs, async () => {
    const last = await selectLastPosition(database)
    if (last === settled) return false
    // A transaction that takes its time may commit long after its position was given out.
    if ((await findSettledPosition(database)) >= last) settled = last
    return true
  })
}

const runPollMs = secondMs
/** So many runs go on at once in one process. */
const runLanes = 2

/** Long runs are worked off in every process at once; each run has its own lease. */
export function startRuns(parts: Parts, loops: Loops): void {
  for (let lane = 1; lane <= runLanes; lane++)
    loops.inEveryProcess(`runs-${lane}`, runPollMs, (signal) => workOffAllRuns(parts, signal))
}

const mailPollMs = secondMs

/** Mails and invitations take their turns row by row, so every process works on them. */
export function startMails(parts: Parts, loops: Loops): void {
  const { database, clock } = parts
  // Who was just provisioned looks into the mailbox soon.
  loops.inEveryProcess('open-invitations', mailPollMs, async (signal) => {
    await openInvitations(database, { clock, signal })
  })
  loops.inEveryProcess('deliver-mails', mailPollMs, (signal) => deliverMails(parts, signal))
}

const asyncRequestPollMs = secondMs / 2

/** Requests that were answered with 202 take their turns row by row, so every process works on them. */
export function startAsyncRequests(worker: AsyncWorker, loops: Loops): void {
  loops.inEveryProcess('async-requests', asyncRequestPollMs, (signal) => worker.workOff(signal))
}

const webhookPollMs = 200

/** Deliveries are taken one by one, so every process works on them; one at a time writes down what is to be delivered. */
export function startWebhooks(parts: Parts, loops: Loops): void {
  const { database, clock } = parts
  const deliverer = createProcessDeliverer(parts)
  loops.everyInterval('fan-out-webhooks', webhookPollMs, async (signal) => {
    if ((await fanOut(database, clock, signal)) > 0) loops.stir()
  })
  loops.inEveryProcess('deliver-webhooks', webhookPollMs, (signal) => deliverer.run(signal))
}

const pushPollMs = secondMs / 2

/** Streams and transmitters take their turns row by row, so every process pushes and polls. */
export function startSignals(parts: Parts, loops: Loops): void {
  const signer = createTokenSigner(parts)
  const keys = createTransmitterKeys(parts)
  loops.inEveryProcess('poll-transmitters', secondMs, (signal) => pollTransmitters({ ...parts, keys }, signal))
  loops.inEveryProcess('push-security-events', pushPollMs, (signal) => pushTokens({ ...parts, signer }, signal))
}

const provisioningPollMs = secondMs / 2
const wakeUpPollMs = 5 * secondMs
/** So many objects whose time has come are queued at once. */
const wakeUpsMax = 1_000

/** Apps are provisioned by every process; one at a time hears what changed. The engine is closed after the loops. */
export function startProvisioning(parts: Parts, loops: Loops): Engine {
  const { database, clock } = parts
  const rules = createRulesCache()
  const engine = createProcessEngine(parts, rules)
  loops.everyInterval('pump-provisioning', provisioningPollMs, async (signal) => {
    const heard = await pumpChanges(database, { findRules: (db, app) => rules.find(db, app), clock }, signal)
    if (heard > 0) loops.stir()
  })
  loops.inEveryProcess('provision', provisioningPollMs, (signal) => engine.turn(signal))
  loops.everyInterval('wake-up-provisioning', wakeUpPollMs, async (signal) => {
    for (let queued = wakeUpsMax; queued === wakeUpsMax && !signal.aborted;) {
      queued = await queueDueWakeUps(database, { rowsMax: wakeUpsMax, now: clock() })
      if (queued > 0) loops.stir()
    }
  })
  return engine
}

const sealingPace = new SealingPace()

/** All jobs of the product, by what they are for. */
export const jobs: readonly Job[] = [
  ...teamJobs,
  ...insightJobs,
  {
    // Behind the writes, within a second.
    name: 'seal-audit',
    intervalMs: 300,
    run: async (parts, signal) => {
      const changesMax = await sealingPace.next(parts.database, performance.now())
      const startedMs = performance.now()
      const sealed = await sealAudit(parts.database, {
        sign: createAuditSigner(parts),
        now: parts.clock(),
        findSettledPosition: () => findSettledPosition(parts.database),
        changesMax,
        signal,
      })
      sealingPace.took(sealed, performance.now() - startedMs)
    },
  },
  {
    name: 'seal-late-requests',
    cron: '*/5 * * * *',
    run: async (parts) => {
      await sealLateLines(parts.database, { sign: createAuditSigner(parts), now: parts.clock() })
    },
  },
  {
    // Exact totals add up what was not folded yet; often enough, that is little.
    name: 'fold-totals',
    intervalMs: 5 * secondMs,
    run: async ({ database }) => {
      await foldTotals(database)
    },
  },
  {
    name: 'trim-mails',
    cron: '17 3 * * *',
    run: async ({ database, clock }) => {
      await trimMails(database, clock())
      await trimInvitations(database, clock())
    },
  },
  {
    // What writers of memberships have not settled themselves.
    name: 'settle-mapped-roles',
    intervalMs: secondMs,
    run: ({ database, clock }, signal) => settleAllDues(database, clock(), signal),
  },
  {
    name: 'find-drifted-roles',
    cron: '41 * * * *',
    run: ({ database }, signal) => findDriftedRoles(database, signal),
  },
  {
    name: 'overlooked-references',
    cron: '*/5 * * * *',
    run: async ({ database, clock }) => {
      await releaseOverlooked(database, clock())
    },
  },
  {
    name: 'trim-webhook-deliveries',
    cron: '37 * * * *',
    run: ({ database, clock }, signal) => trimDeliveries(database, clock(), signal),
  },
  {
    name: 'provisioning-log',
    cron: '11 * * * *',
    run: async ({ database, clock }, signal) => {
      await makeLogPartitions(database, clock())
      await trimProvisioningLog(database, clock(), signal)
      await trimTraces(database, clock(), signal)
      await trimReconciliations(database, signal)
      await trimPlans(database, clock(), signal)
    },
  },
  {
    name: 'reconcile-apps',
    cron: '*/10 * * * *',
    run: ({ database, clock }, signal) => startDueReconciliations(database, clock(), signal),
  },
  {
    name: 'trim-links',
    cron: '19 4 * * *',
    run: ({ database, clock }, signal) => trimLinks(database, clock(), signal),
  },
  {
    name: 'trim-request-log',
    cron: '*/10 * * * *',
    run: async ({ database, clock, config }, signal) => {
      const defaults = { daysMax: config.requestLogDays, bytesMax: config.requestLogBytesMax }
      const limitsOf = (settings: JsonObject) => toOrganizationSettings(settings, defaults).requestLog
      await trimRequestLog(database, { now: clock(), limitsOf, signal })
    },
  },
  {
    name: 'refresh-metadata',
    cron: '*/15 * * * *',
    run: ({ database, encryption, outboundFetch, clock }, signal) =>
      refreshDescriptions({ database, encryption, outboundFetch }, clock(), signal),
  },
  {
    name: 'trim-sign-in-exchanges',
    cron: '*/10 * * * *',
    run: ({ database, clock }) => trimSignInExchanges(database, clock()),
  },
  {
    name: 'trim-sessions',
    cron: '23 * * * *',
    run: async ({ database, clock }) => {
      await trimSessions(database, clock())
      await trimPasswordLinks(database, clock())
      await trimEmailChanges(database, clock())
      await trimChallenges(database, clock())
    },
  },
  {
    name: 'trim-async-requests',
    cron: '47 * * * *',
    run: async ({ database, clock }) => {
      await trimAsyncRequests(database, clock())
      await trimTokens(database, clock())
      await trimSignals(database, clock())
    },
  },
  {
    // Who is suspended here must be out elsewhere soon.
    name: 'write-security-events',
    intervalMs: secondMs / 2,
    run: async ({ database }, signal) => {
      await consumeOutbox(database, securityEventConsumer, signal)
    },
  },
  {
    name: 'trim-audit',
    cron: '37 2 * * *',
    run: async (parts, signal) => {
      const sign = createAuditSigner(parts)
      const daysOf = (settings: JsonObject) => toAuditRetention(settings).daysMax
      await trimAudit(parts.database, { now: parts.clock(), sign, daysOf, signal })
    },
  },
  {
    name: 'deliver-audit',
    intervalMs: secondMs,
    run: async (parts, signal) => {
      const open = (stream: AuditStream) => openStreamSecret(parts, parts.clock(), stream)
      await deliverAudit({ ...parts, open, host: new URL(parts.publicUrl().href).hostname, signal })
    },
  },
  {
    name: 'trim-call-origins',
    cron: '53 * * * *',
    run: async ({ database, clock }) => {
      await trimCallOrigins(database, clock())
    },
  },
  {
    name: 'trim-access-tokens',
    cron: '*/10 * * * *',
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
    cron: '*/10 * * * *',
    run: async ({ database, clock }) => {
      await expireHolds({ database }, clock())
      await remindOfHolds(database, clock())
    },
  },
  {
    name: 'trim-rate-windows',
    cron: '41 * * * *',
    run: async ({ database, clock }) => {
      await trimHours(database, clock())
    },
  },
  {
    name: 'trim-source-batches',
    cron: '47 * * * *',
    run: ({ database, clock }) => trimBatches(database, clock()),
  },
  {
    name: 'trim-runs',
    cron: '41 * * * *',
    run: async ({ database, clock }) => {
      await trimRuns(database, clock())
    },
  },
  {
    name: 'probe-apps',
    intervalMs: 5 * secondMs,
    run: probeApps,
  },
  {
    name: 'watch-apps',
    cron: '* * * * *',
    run: watchApps,
  },
  {
    name: 'review-apps',
    cron: '11 * * * *',
    run: reviewApps,
  },
  {
    name: 'notices',
    intervalMs: 15 * secondMs,
    run: ({ database, clock }) => runNotices(database, clock()),
  },
  {
    // The recycle bin is kept for days: an hour more or less matters to nobody.
    name: 'purge-people',
    cron: '23 * * * *',
    run: async ({ database, clock }, signal) => {
      await purgeOverdue(database, { now: clock(), signal })
    },
  },
  {
    name: 'trim-idempotency-keys',
    cron: '41 * * * *',
    run: async ({ database, clock }) => {
      await dropExpiredKeys(database, clock())
    },
  },
]
