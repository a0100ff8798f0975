import type { RouteAnswer } from '@rollcall/admin-api'
import type { Delivery } from '../../../events/deliveries.ts'
import { eventIdOf } from '../../../events/webhook-body.ts'
import type { WebhookWithHealth } from '../../../events/webhook-health.ts'
import type { Webhook } from '../../../events/webhooks.ts'
import { formatTypeId } from '../../../type-id.ts'

type WebhookView = RouteAnswer<'updateWebhook'>

export function viewWebhook(row: Webhook): WebhookView {
  return {
    id: formatTypeId('whk', row.id),
    organizationId: formatTypeId('org', row.organizationId),
    name: row.name,
    url: row.url,
    types: [...row.types],
    format: row.format,
    state: row.state,
    disabledReason: row.disabledReason,
    secret: { set: true, previousUntil: row.previousUntil?.toISOString() ?? null },
    failingSince: row.failingSince?.toISOString() ?? null,
    lastSuccessAt: row.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: row.lastFailureAt?.toISOString() ?? null,
    version: row.version,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function viewWithHealth({ webhook, lastDay }: WebhookWithHealth): RouteAnswer<'getWebhook'> {
  return { ...viewWebhook(webhook), lastDay }
}

export function viewWithSecret(row: Webhook, value: string): RouteAnswer<'createWebhook'> {
  const view = viewWebhook(row)
  return { ...view, secret: { ...view.secret, value } }
}

export function viewDelivery(row: Delivery): RouteAnswer<'getDelivery'> {
  return {
    id: formatTypeId('dlv', row.id),
    webhookId: formatTypeId('whk', row.webhookId),
    eventId: eventIdOf(row),
    type: row.type,
    isTest: row.position === null,
    state: row.state,
    lastStatus: row.lastStatus,
    attempts: row.log.map((each) => ({ ...each })),
    nextAttemptAt: row.state === 'waiting' ? row.dueAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
  }
}
