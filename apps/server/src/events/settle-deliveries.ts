import { insertNotice } from '../db/queries/notices.ts'
import { updateDeliveries, type DeliveryOutcome } from '../db/queries/webhook-deliveries.ts'
import { updateWebhookDisabled, updateWebhookHealth, type WebhookRow } from '../db/queries/webhooks.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { record, systemActor } from './webhooks.ts'

/** An attempt that has ended. */
export type Settled = {
  readonly webhook: WebhookRow
  /** The endpoint says that it is there no more. */
  readonly isGone: boolean
  readonly outcome: DeliveryOutcome
}

const dayMs = 24 * 3600 * 1000
/** An endpoint that nothing has reached for so long is disabled. */
export const failingDaysMax = 5

/** Writes down attempts and what they say about their endpoints, together. */
export async function settleDeliveries(database: Database, batch: readonly Settled[], now: Date): Promise<void> {
  const byWebhook = Map.groupBy(batch, ({ webhook }) => webhook.id)
  await transaction(database, async (tx) => {
    await updateDeliveries(
      tx,
      batch.map(({ outcome }) => outcome),
    )
    // In one order everywhere: two processes must not wait for each other's endpoints.
    for (const [, settled] of [...byWebhook].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      await settleWebhook(tx, settled, now)
  })
}

async function settleWebhook(tx: Queryable, settled: readonly Settled[], now: Date): Promise<void> {
  const [first] = settled
  if (first === undefined) return
  const { organizationId, id } = first.webhook
  const delivered = settled.filter(({ outcome }) => outcome.state === 'delivered')
  const failed = settled.filter(({ outcome }) => outcome.state !== 'delivered')
  const isFailing = delivered.length === 0
  await updateWebhookHealth(tx, {
    organizationId,
    id,
    successAt: delivered.at(-1)?.outcome.at,
    failureAt: failed.at(-1)?.outcome.at,
    isFailing,
  })
  if (!isFailing) return
  const isGone = settled.some((each) => each.isGone)
  const disabled = await updateWebhookDisabled(tx, {
    organizationId,
    id,
    reason: isGone ? 'gone' : 'failing',
    failingBefore: isGone ? undefined : new Date(now.getTime() - failingDaysMax * dayMs),
    at: now,
  })
  if (disabled !== undefined) await tell(tx, disabled, now)
}

/** A change, a notice that stays until somebody has seen it, and with the notice a mail. */
async function tell(tx: Queryable, webhook: WebhookRow, now: Date): Promise<void> {
  const { organizationId, id, name, url, disabledReason, failingSince } = webhook
  await record(tx, { actor: systemActor, now, requestId: undefined }, webhook, 'webhook.disabled')
  await insertNotice(tx, {
    organizationId,
    id: createId(),
    kind: 'webhookDisabled',
    keyId: null,
    webhookId: id,
    occasion: now.toISOString(),
    data: {
      webhook: name,
      host: URL.parse(url)?.host ?? url,
      reason: disabledReason,
      ...(disabledReason === 'gone'
        ? { goneAt: now.toISOString() }
        : { failingSinceAt: (failingSince ?? now).toISOString() }),
    },
    createdAt: now,
  })
}
