import { z } from 'zod'
import { isEventFilter } from './event-catalog.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { idOf, instant, limits, pageOf } from './values.ts'

/** So long a request for events waits for one at most. */
const waitSecondsMax = 30

export const eventFilter = z
  .string()
  .max(80)
  .refine(isEventFilter, 'Expected a type such as user.created, or user.*; see rollcall event types')
  .meta({ examples: ['user.created', 'team.*'] })

const event = z
  .object({
    id: idOf('event').describe('The `webhook-id` of deliveries; sorts in the order of the events'),
    type: z.string().describe('Noun and what happened to it, such as `user.created`; see `/api/v1/event-types`'),
    version: z.int().min(1).describe('Of the schema of `data`'),
    timestamp: instant.describe('When it happened'),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' })

const eventType = z
  .object({
    type: z.string(),
    version: z.int().min(1),
    summary: z.string(),
    schema: z.record(z.string(), z.unknown()).describe('JSON Schema 2020-12 of `{type, timestamp, data}`'),
    example: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'EventType' })

const eventQuery = z.object({
  limit: page.shape.limit,
  cursor: z
    .string()
    .min(1)
    .max(limits.cursorCharactersMax)
    .optional()
    .describe(
      '`nextCursor` of the answer before, under whatever filter. Without it: from the first event that is kept',
    ),
  since: instant.optional().describe('Without a cursor: from the first event at or after that time'),
  types: z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(z.array(eventFilter).max(50))
    .optional()
    .describe('Types, separated by commas; `user.*` stands for all about people')
    .meta({ examples: ['user.*,team.members_changed'] }),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(waitSecondsMax)
    .optional()
    .describe('Wait so many seconds for an event where there is none yet'),
})

const organization = '/api/v1/organizations/{organization}' as const
const tag = 'Events'

export const eventRoutes = {
  readEvents: {
    method: 'GET',
    path: `${organization}/events`,
    tag,
    summary: 'What happened, in order, oldest first; nothing is left out, and the cursor is the truth',
    scope: 'events:read',
    params: inOrganization,
    query: eventQuery,
    body: null,
    status: 200,
    answer: z
      .object({
        data: z.array(event).describe('May be empty although `hasMore`, where a filter lets little through'),
        nextCursor: z.string().describe('Where to go on, now or later'),
        hasMore: z.boolean(),
      })
      .meta({ id: 'EventPage' }),
    errors: ['invalidCursor'],
  },
  getEvent: {
    method: 'GET',
    path: `${organization}/events/{event}`,
    tag,
    summary: 'One event',
    scope: 'events:read',
    params: inOrganization.extend({ event: idOf('event') }),
    query: none,
    body: null,
    status: 200,
    answer: event,
    errors: [],
  },
  listEventTypes: {
    method: 'GET',
    path: '/api/v1/event-types',
    tag,
    summary: 'All types of events, with the schema and an example of each',
    scope: 'any',
    params: none,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(eventType, 'EventTypePage'),
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
