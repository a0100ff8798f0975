import type { Page, PageOf } from '../access/call.ts'
import { selectWebhookHealth } from '../db/queries/webhook-health.ts'
import type { Queryable } from '../db/pool.ts'
import { getWebhook, listWebhooks, type Webhook } from './webhooks.ts'

/** An endpoint, and how its attempts of the last 24 hours went. */
export type WebhookWithHealth = {
  readonly webhook: Webhook
  readonly lastDay: { readonly attempts: number; readonly succeeded: number; readonly p95Ms: number | null }
}

const windowMs = 24 * 3600 * 1000
/** So many of the latest events of an endpoint are looked at. */
const eventsMax = 500
const nothing: WebhookWithHealth['lastDay'] = { attempts: 0, succeeded: 0, p95Ms: null }

/** Throws `webhookNotFound`. */
export async function getWithHealth(
  database: Queryable,
  organizationId: string,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<WebhookWithHealth> {
  const webhook = await getWebhook(database, organizationId, id)
  const [found] = await addHealth(database, organizationId, { webhooks: [webhook], now })
  return found ?? { webhook, lastDay: nothing }
}

/** Oldest first; `next` is the last id of the page. */
export async function listWithHealth(
  database: Queryable,
  organizationId: string,
  page: PageOf & { readonly now: Date },
): Promise<Page<WebhookWithHealth>> {
  const { data, ...rest } = await listWebhooks(database, organizationId, page)
  return { ...rest, data: await addHealth(database, organizationId, { webhooks: data, now: page.now }) }
}

async function addHealth(
  database: Queryable,
  organizationId: string,
  { webhooks, now }: { readonly webhooks: readonly Webhook[]; readonly now: Date },
): Promise<WebhookWithHealth[]> {
  if (webhooks.length === 0) return []
  const ask = { webhookIds: webhooks.map(({ id }) => id), since: new Date(now.getTime() - windowMs), eventsMax }
  const rows = await selectWebhookHealth(database, organizationId, ask)
  const byId = new Map(rows.map(({ webhookId, ...lastDay }) => [webhookId, lastDay]))
  return webhooks.map((webhook) => ({ webhook, lastDay: byId.get(webhook.id) ?? nothing }))
}
