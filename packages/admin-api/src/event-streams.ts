import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { idOf, instant, limits, namesChange, pageOf, version } from './values.ts'

const streamState = z
  .enum(['enabled', 'paused', 'disabled'])
  .describe('Paused: what happens is kept until it is enabled again; disabled: it is missed')
  .meta({ id: 'EventStreamState' })

const eventUri = z
  .string()
  .min(1)
  .max(300)
  .describe('Of an event that the transmitter knows; others are left out')
  .meta({ examples: ['https://schemas.openid.net/secevent/risc/event-type/account-disabled'] })

const subjectFormat = z
  .enum(['email', 'iss_sub', 'opaque'])
  .describe('How CAEP and RISC events name people; without an address `email` becomes `iss_sub`')
  .meta({ id: 'EventStreamSubjectFormat' })

const receiverUrl = z.url({ protocol: /^https$/ }).max(limits.urlCharactersMax)

const eventStream = z
  .object({
    id: idOf('eventStream').describe('The `stream_id` of the stream API'),
    description: z.string().nullable(),
    method: z.enum(['push', 'poll']).describe('RFC 8935 or RFC 8936'),
    endpointUrl: z.url().describe('Where events are pushed to, or polled from'),
    hasAuthorizationHeader: z.boolean().describe('Whether pushes carry an Authorization header; it is not shown'),
    events: z.array(z.string()).describe('What it is told about'),
    audience: z.array(z.string()).describe('`aud` of its tokens'),
    issuer: z.string().describe('`iss` of its tokens'),
    connectionId: idOf('connection')
      .nullable()
      .describe('Whose asynchronous requests are told, and whose externalIds are named'),
    subjectFormat,
    allSubjects: z.boolean().describe('Whether everybody is told about but those whom the receiver removed'),
    state: streamState,
    stateReason: z.string().nullable(),
    waiting: z.int().min(0).describe('Events that the receiver has not taken yet'),
    failures: z.int().min(0).describe('Pushes in a row that failed'),
    failingSince: instant.nullable(),
    lastError: z.string().nullable(),
    lastDeliveredAt: instant.nullable(),
    verifiedAt: instant.nullable().describe('When the receiver last took a verification event'),
    createdBy: z.string(),
    version,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'EventStream' })

const fields = {
  description: z.string().trim().max(limits.descriptionCharactersMax).nullable().optional(),
  method: z.enum(['push', 'poll']).optional().describe('When left out `push` with an `endpointUrl`, else `poll`'),
  endpointUrl: receiverUrl.optional().describe('Where to push to'),
  authorizationHeader: z
    .string()
    .max(4_000)
    .nullable()
    .optional()
    .describe('The whole Authorization header of pushes; stored sealed and never shown'),
  events: z.array(eventUri).max(100).optional().describe('All but those with data when left out'),
  connectionId: idOf('connection').nullable().optional(),
  subjectFormat: subjectFormat.optional().describe('`email` when left out'),
  allSubjects: z.boolean().optional().describe('True when left out'),
  state: streamState.optional(),
}

const createBody = z
  .strictObject({
    ...fields,
    audience: z.array(z.string().min(1).max(500)).min(1).max(10).optional().describe('Its id when left out'),
  })
  .meta({ id: 'EventStreamCreate' })

const updateBody = z
  .strictObject(fields)
  .refine(...namesChange)
  .meta({ id: 'EventStreamUpdate' })

const onStream = inOrganization.extend({ eventStream: idOf('eventStream') })
const streams = '/api/v1/organizations/{organization}/event-streams' as const
const tag = 'Event streams'

export const eventStreamRoutes = {
  listEventStreams: {
    method: 'GET',
    path: streams,
    tag,
    summary: 'Receivers of security event tokens, oldest first',
    scope: 'signals:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(eventStream, 'EventStreamPage'),
    errors: ['invalidCursor'],
  },
  createEventStream: {
    method: 'POST',
    path: streams,
    tag,
    summary: 'Make a stream for a receiver',
    scope: 'signals:manage',
    params: inOrganization,
    query: none,
    body: createBody,
    status: 201,
    answer: eventStream,
    errors: ['conflict'],
    hasVersion: true,
  },
  getEventStream: {
    method: 'GET',
    path: `${streams}/{eventStream}`,
    tag,
    summary: 'One stream, and how its deliveries go',
    scope: 'signals:read',
    params: onStream,
    query: none,
    body: null,
    status: 200,
    answer: eventStream,
    errors: [],
    hasVersion: true,
  },
  updateEventStream: {
    method: 'PATCH',
    path: `${streams}/{eventStream}`,
    tag,
    summary: 'Change, pause, disable or enable a stream',
    scope: 'signals:manage',
    params: onStream,
    query: none,
    body: updateBody,
    status: 200,
    answer: eventStream,
    errors: ['versionMismatch'],
    hasVersion: true,
  },
  verifyEventStream: {
    method: 'POST',
    path: `${streams}/{eventStream}/verify`,
    tag,
    summary: 'Send a verification event; `verifiedAt` tells when the receiver has taken it',
    scope: 'signals:manage',
    params: onStream,
    query: none,
    body: null,
    status: 200,
    answer: eventStream,
    errors: [],
  },
  deleteEventStream: {
    method: 'DELETE',
    path: `${streams}/{eventStream}`,
    tag,
    summary: 'Delete a stream with what waits in it',
    scope: 'signals:manage',
    params: onStream,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
