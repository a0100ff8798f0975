import { listEventTypes, matchesEventFilter, toEventType } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { selectPositionBefore } from '../db/queries/outbox.ts'
import {
  deleteDeliveriesBefore,
  insertDeliveries,
  selectDeliveries,
  selectDelivery,
  selectDeliveryCount,
  updateDeliveriesRecovered,
  updateDeliveryResent,
  type DeliveryFilter,
  type DeliveryRow,
} from '../db/queries/webhook-deliveries.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { findSettledPosition, readOutbox } from './outbox.ts'
import { getWebhook, record } from './webhooks.ts'

/** One event for one endpoint, and what became of it. */
export type Delivery = DeliveryRow

/** Deliveries are kept for so long, whatever became of them. */
const keptDays = 30
const dayMs = 24 * 3600 * 1000
const trimBatch = 1_000
/** So many events are looked through in one call; the caller goes on where it ended. */
const replayedMax = 5_000
const testType = 'webhook.tested'

type Place = { readonly organizationId: string; readonly webhookId: string }

/** Newest first. Throws `webhookNotFound`. */
export async function listDeliveries(
  database: Queryable,
  place: Place,
  page: PageOf & DeliveryFilter,
): Promise<Page<Delivery>> {
  const { organizationId, webhookId } = place
  await getWebhook(database, organizationId, webhookId)
  const { state, type, limit, after } = page
  const rows = await selectDeliveries(database, organizationId, { webhookId, state, type, after, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.id)
}

export function countDeliveries(database: Queryable, place: Place, filter: DeliveryFilter): Promise<number> {
  return selectDeliveryCount(database, place.organizationId, { ...filter, webhookId: place.webhookId })
}

/** Throws `deliveryNotFound`. */
export async function getDelivery(database: Queryable, place: Place & { readonly id: string }): Promise<Delivery> {
  const delivery = await selectDelivery(database, place.organizationId, place)
  if (delivery === undefined) throw deliveryNotFound()
  return delivery
}

function deliveryNotFound(): AccessError {
  return new AccessError('deliveryNotFound', 'There is no such delivery, or it is no longer kept')
}

/** Sends one event again, whatever became of it. Throws `deliveryNotFound`, `webhookDisabled`. */
export async function resendDelivery(
  database: Database,
  call: Call,
  place: Place & { readonly id: string },
): Promise<Delivery> {
  const { organizationId, webhookId, id } = place
  return transaction(database, async (tx) => {
    await requireEnabled(tx, place)
    const delivery = await updateDeliveryResent(tx, organizationId, { webhookId, id, now: call.now })
    if (delivery === undefined) throw deliveryNotFound()
    return delivery
  })
}

/** Throws `webhookNotFound`, and `webhookDisabled`: what is asked for would wait for nobody knows how long. */
async function requireEnabled(tx: Queryable, { organizationId, webhookId }: Place) {
  const webhook = await getWebhook(tx, organizationId, webhookId)
  if (webhook.state === 'enabled') return webhook
  throw new AccessError('webhookDisabled', 'The webhook is disabled: enable it first')
}

/** Sends an example to the endpoint, marked as a test by its type. Throws `webhookNotFound`, `webhookDisabled`. */
export async function testWebhook(database: Database, call: Call, place: Place): Promise<Delivery> {
  const { organizationId, webhookId } = place
  const id = createId()
  return transaction(database, async (tx) => {
    const webhook = await requireEnabled(tx, place)
    const example = listEventTypes().find(({ type }) => type === testType)?.example.data ?? {}
    const body: JsonObject = {
      // An example of ours: JSON by its making.
      ...(example as JsonObject),
      organizationId: formatTypeId('org', organizationId),
      actor: call.actor,
      via: 'admin',
      connectionId: null,
      requestId: call.requestId ?? null,
      subject: { type: 'webhook', id: formatTypeId('whk', webhookId), version: webhook.version },
    }
    const delivery = { organizationId, id, webhookId, position: null, type: testType, body }
    await insertDeliveries(tx, [delivery], call.now)
    return getDelivery(tx, { ...place, id })
  })
}

/** Everything that failed for good since then is sent again; returns how much. Throws as {@link testWebhook}. */
export async function recoverDeliveries(
  database: Database,
  call: Call,
  request: Place & { readonly since: Date },
): Promise<number> {
  const { organizationId, webhookId, since } = request
  return transaction(database, async (tx) => {
    const webhook = await requireEnabled(tx, request)
    const count = await updateDeliveriesRecovered(tx, organizationId, { webhookId, since, now: call.now })
    if (count > 0) await record(tx, call, webhook, 'webhook.recovered')
    return count
  })
}

/**
 * What happened since then and never was put down for the endpoint is now: while it was disabled, or before it was made.
 * `next`: where another call goes on, when there is more than one call looks through. Throws as {@link testWebhook}.
 */
export async function replayMissing(
  database: Database,
  call: Call,
  request: Place & { readonly since: Date; readonly after: number | undefined },
): Promise<{ readonly count: number; readonly next: number | undefined }> {
  const { organizationId, webhookId, since } = request
  const upTo = await findSettledPosition(database)
  const after = request.after ?? (await selectPositionBefore(database, organizationId, since)) ?? upTo
  const changes = await readOutbox(database, organizationId, { after, upTo, rowsMax: replayedMax })
  const count = await transaction(database, async (tx) => {
    const webhook = await requireEnabled(tx, request)
    const missing = changes
      .map(({ position, action }) => ({ position, type: toEventType(action) }))
      .filter(({ type }) => matchesEventFilter(webhook.types, type))
      .map(({ position, type }) => ({ organizationId, id: createId(), webhookId, position, type, body: null }))
    const inserted = await insertDeliveries(tx, missing, call.now)
    if (inserted > 0) await record(tx, call, webhook, 'webhook.replayed')
    return inserted
  })
  return { count, next: changes.length === replayedMax ? changes.at(-1)?.position : undefined }
}

/** Forgets what was delivered long ago. */
export async function trimDeliveries(database: Database, now: Date, signal: AbortSignal): Promise<void> {
  const before = new Date(now.getTime() - keptDays * dayMs)
  for (let deleted = trimBatch; deleted === trimBatch && !signal.aborted;)
    deleted = await deleteDeliveriesBefore(database, before, trimBatch)
}
