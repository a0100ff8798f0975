import { AccessError } from '../access/access-error.ts'
import type { Queryable } from '../db/pool.ts'
import { getDelivery } from './deliveries.ts'
import { readDeliveredEvents, toMessage, webhookUserAgent } from './webhook-body.ts'
import { getWebhook } from './webhooks.ts'
import { withoutQuery } from './without-query.ts'

export type DeliveryRequest = {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** In the place of what whoever reads along must not have: with it a message could be sent once more in our name. */
const hiddenSignature = 'v1,…'

/**
 * What is sent with a delivery. The body is made anew from what happened, by the same hand that sends it, and is the same bytes.
 * Throws `webhookNotFound`, `deliveryNotFound`.
 */
export async function readDeliveryRequest(
  database: Queryable,
  place: { readonly organizationId: string; readonly webhookId: string; readonly id: string },
  source: string,
): Promise<DeliveryRequest> {
  const webhook = await getWebhook(database, place.organizationId, place.webhookId)
  const delivery = await getDelivery(database, place)
  const event = (await readDeliveredEvents(database, [delivery])).get(delivery.id)
  if (event === undefined) throw new AccessError('deliveryNotFound', 'The event of the delivery is no longer kept')
  const message = toMessage(event, webhook.format, source)
  const sentAt = delivery.log.at(-1)?.at
  return {
    method: 'POST',
    url: withoutQuery(webhook.url),
    headers: {
      'content-type': message.contentType,
      'user-agent': webhookUserAgent,
      'webhook-id': message.id,
      ...(sentAt !== undefined && { 'webhook-timestamp': String(Math.floor(Date.parse(sentAt) / 1000)) }),
      'webhook-signature': hiddenSignature,
    },
    body: message.body,
  }
}
