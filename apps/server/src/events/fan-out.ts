import { matchesEventFilter, toEventType } from '@rollcall/admin-api'
import { insertDeliveries, type NewDelivery } from '../db/queries/webhook-deliveries.ts'
import { selectListeners } from '../db/queries/webhooks.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { createId } from '../type-id.ts'
import { consumeOutbox, type OutboxChange } from './outbox.ts'
import { webhookConsumer } from './webhooks.ts'

/** Writes down for every endpoint what it is to be told; in one process at a time. Returns how many changes were read. */
export function fanOut(database: Database, now: () => Date, signal?: AbortSignal): Promise<number> {
  const handle = async (tx: Queryable, changes: readonly OutboxChange[]): Promise<void> => {
    const organizations = [...new Set(changes.map(({ organizationId }) => organizationId))]
    const listeners = await selectListeners(tx, organizations)
    const deliveries = changes.flatMap((change) => toDeliveries(change, listeners))
    await insertDeliveries(tx, deliveries, now())
  }
  return consumeOutbox(database, { name: webhookConsumer, handle }, signal)
}

type Listener = Awaited<ReturnType<typeof selectListeners>>[number]

function toDeliveries(change: OutboxChange, listeners: readonly Listener[]): readonly NewDelivery[] {
  const { organizationId, position, action } = change
  const type = toEventType(action)
  return listeners
    .filter((each) => each.organizationId === organizationId && each.afterPosition < position)
    .filter((each) => matchesEventFilter(each.types, type))
    .map(({ id: webhookId }) => ({ organizationId, id: createId(), webhookId, position, type, body: null }))
}
