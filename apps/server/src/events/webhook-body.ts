import type { JsonObject } from '@rollcall/scim'
import { selectChangesOf, type DeliveryRow } from '../db/queries/webhook-deliveries.ts'
import type { WebhookFormat } from '../db/queries/webhooks.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId } from '../type-id.ts'
import { toEventId, toEvents, type Event } from './event.ts'

/** What is sent. */
export type Message = { readonly id: string; readonly contentType: string; readonly body: string }

/** The events of deliveries, by the id of the delivery; an event that is no longer kept is missing. */
export async function readDeliveredEvents(
  database: Queryable,
  deliveries: readonly DeliveryRow[],
): Promise<ReadonlyMap<string, Event>> {
  const places = deliveries.flatMap(({ organizationId, position }) =>
    position === null ? [] : [{ organizationId, position }],
  )
  const events = await toEvents(database, await selectChangesOf(database, places))
  const byId = new Map(events.map((event) => [event.id, event]))
  const found = new Map<string, Event>()
  for (const delivery of deliveries) {
    const event = delivery.body === null ? byId.get(eventIdOf(delivery)) : toTestEvent(delivery, delivery.body)
    if (event !== undefined) found.set(delivery.id, event)
  }
  return found
}

/** The id under which receivers tell repetitions: the same on every attempt, and at every endpoint. */
export function eventIdOf({ organizationId, position, id }: DeliveryRow): string {
  return position === null ? formatTypeId('evt', id) : toEventId({ organizationId, position })
}

function toTestEvent(delivery: DeliveryRow, data: JsonObject): Event {
  const { type, createdAt } = delivery
  return { id: eventIdOf(delivery), type, version: 1, timestamp: createdAt.toISOString(), data }
}

/** Who speaks, as CloudEvents name it: the address of an organization. */
export function toEventSource({ href }: { readonly href: string }, organizationId: string): string {
  return `${href}/api/v1/organizations/${formatTypeId('org', organizationId)}`
}

/** How the sender of webhooks calls itself. */
export const webhookUserAgent = 'Rollcall-Webhooks/1'

/** The same bytes on every attempt, since what is signed is compared. */
export function toMessage(event: Event, format: WebhookFormat, source: string): Message {
  const { id, type, timestamp, data } = event
  if (format === 'standard')
    return { id, contentType: 'application/json', body: JSON.stringify({ type, timestamp, data }) }
  const subject = subjectOf(data)
  const cloudEvent = {
    specversion: '1.0',
    id,
    source,
    type,
    time: timestamp,
    ...(subject !== undefined && { subject }),
    datacontenttype: 'application/json',
    data,
  }
  return { id, contentType: 'application/cloudevents+json; charset=utf-8', body: JSON.stringify(cloudEvent) }
}

function subjectOf({ subject }: JsonObject): string | undefined {
  const id = typeof subject === 'object' && subject !== null && 'id' in subject ? subject.id : undefined
  return typeof id === 'string' ? id : undefined
}
