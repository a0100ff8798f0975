import { apiError, listEventTypes, toEventJsonSchema, type EventType, type RouteAnswer } from '@rollcall/admin-api'
import type { Event } from '../../../events/event.ts'
import { awaitEvents, findEvent } from '../../../events/read-events.ts'
import type { Handlers } from '../call-context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { answerList, readTable } from '../list.ts'

const eventTypes = listEventTypes()

export const eventHandlers: Handlers<'readEvents' | 'getEvent' | 'listEventTypes'> = {
  readEvents: async (context, { query }) => {
    const { database, encryption, draining } = context.parts
    const { id: organizationId } = context.organization
    // The cursor is a place in the one order of the organization: it fits whatever filter.
    const scope = { route: 'readEvents', organizationId, filters: {} }
    const ask = {
      organizationId,
      after: query.cursor === undefined ? undefined : Number(openCursor(encryption, scope, query.cursor)),
      since: query.since === undefined ? undefined : new Date(query.since),
      types: query.types ?? [],
      limit: query.limit,
    }
    const page = await awaitEvents(database, ask, { seconds: query.wait ?? 0, signal: draining })
    const nextCursor = sealCursor(encryption, scope, String(page.position))
    return { body: { data: page.events.map(viewEvent), nextCursor, hasMore: page.hasMore } }
  },

  getEvent: async (context, { params }) => {
    const event = await findEvent(context.parts.database, context.organization.id, params.event)
    if (event === undefined) throw apiError('notFound', 'There is no such event')
    return { body: viewEvent(event) }
  },

  listEventTypes: (context, { query }) =>
    answerList(context, {
      route: 'listEventTypes',
      query,
      read: async (page) => readTable(eventTypes, page, ({ type }) => type),
      count: async () => eventTypes.length,
      view: viewEventType,
    }),
}

function viewEvent(event: Event): RouteAnswer<'getEvent'> {
  return { ...event, data: { ...event.data } }
}

function viewEventType(entry: EventType): RouteAnswer<'listEventTypes'>['data'][number] {
  const { type, version, summary, example } = entry
  return { type, version, summary, schema: toEventJsonSchema(entry), example: { ...example } }
}
