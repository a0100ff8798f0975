import { selectDueInvitations } from './db/queries/invitations.ts'
import { selectDueMails } from './db/queries/mails.ts'
import { selectDueDeliveries } from './db/queries/webhook-deliveries.ts'
import { selectProvisioningMetrics, type ProvisioningMetrics } from './db/queries/provisioning-metrics.ts'
import { selectDueReads } from './db/queries/source-trim.ts'
import { selectDueRuns } from './db/queries/runs.ts'
import type { Parts } from './parts.ts'
import type { Queues } from './telemetry/job-metrics.ts'

/** What waits for a worker. Without a mail server mails wait for a reader, and count as nothing. */
export async function readQueues({
  database,
  clock,
  config,
}: Pick<Parts, 'database' | 'clock' | 'config'>): Promise<Queues> {
  const nothing = { count: 0, oldest: null }
  const invitations = await selectDueInvitations(database)
  const mails = config.smtp === undefined ? nothing : await selectDueMails(database, clock())
  const toWaiting = ({ count, oldest }: { readonly count: number; readonly oldest: Date | null }) => ({
    count,
    oldestSeconds: oldest === null ? 0 : Math.max(0, clock().getTime() - oldest.getTime()) / 1000,
  })
  return new Map([
    ['invitations', toWaiting(invitations)],
    ['mails', toWaiting(mails)],
    ['runs', toWaiting(await selectDueRuns(database, clock()))],
    ['source-reads', toWaiting(await selectDueReads(database, clock()))],
    ['webhooks', toWaiting(await selectDueDeliveries(database, clock()))],
  ])
}

/** How the engine is, in all organizations together. */
export async function readProvisioning({
  database,
  clock,
}: Pick<Parts, 'database' | 'clock'>): Promise<{ readonly state: ProvisioningMetrics; readonly now: Date }> {
  const now = clock()
  return { state: await selectProvisioningMetrics(database, now), now }
}
