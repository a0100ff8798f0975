import type { RouteAnswer } from '@rollcall/admin-api'
import { connectionOf } from '../connection-of.ts'
import { countInOrganization } from '../../../access/totals.ts'
import { issuerOf } from '../../../events/issuer.ts'
import {
  allowedUris,
  countWaiting,
  createStream,
  deleteStream,
  getStream,
  listStreams,
  updateStream,
  verifyStream,
  type EventStream,
  type StreamCommand,
} from '../../../events/streams.ts'
import { formatTypeId } from '../../../type-id.ts'
import { pollUrlOf } from '../../signals/configuration.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

type View = RouteAnswer<'getEventStream'>
type Body = {
  readonly events?: string[] | undefined
  readonly connectionId?: string | null | undefined
} & Omit<StreamCommand, 'eventsRequested' | 'connectionId'>

export const eventStreamHandlers: Handlers<
  | 'listEventStreams'
  | 'createEventStream'
  | 'getEventStream'
  | 'updateEventStream'
  | 'verifyEventStream'
  | 'deleteEventStream'
> = {
  listEventStreams: async (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const waiting = await countWaiting(database, id)
    return answerList(context, {
      route: 'listEventStreams',
      query,
      read: (page) => listStreams(database, id, page),
      count: () => countInOrganization(database, id, 'eventStreams'),
      view: (row) => viewStream(row, waiting),
    })
  },

  createEventStream: async (context, { body }) => {
    const { parts, call, organization, baseUrl } = context
    const { audience } = body
    const issuer = issuerOf(baseUrl, organization.id)
    const command = { ...(await toCommand(context, body)), audience, issuer, ownerId: null }
    const answer = await toAnswer(
      context,
      await createStream(parts, call, { organizationId: organization.id, command }),
    )
    return { ...answer, location: `/api/v1/organizations/${organization.slug}/event-streams/${answer.body.id}` }
  },

  getEventStream: async (context, { params }) => toAnswer(context, await streamOf(context, params.eventStream)),

  updateEventStream: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const command = await toCommand(context, body)
    const row = await changeVersioned({
      ifVersion,
      change: () => updateStream(parts, call, { ...targetOf(context, params.eventStream), command, ifVersion }),
      readVersion: async () => (await streamOf(context, params.eventStream)).version,
    })
    return toAnswer(context, row)
  },

  verifyEventStream: async (context, { params }) => {
    const { parts, call } = context
    const stream = await streamOf(context, params.eventStream)
    await verifyStream(parts.database, stream, { now: call.now, state: undefined })
    return toAnswer(context, stream)
  },

  deleteEventStream: async (context, { params }) => {
    const { parts, call, ifVersion } = context
    await changeVersioned({
      ifVersion,
      change: () => deleteStream(parts.database, call, { ...targetOf(context, params.eventStream), ifVersion }),
      readVersion: async () => (await streamOf(context, params.eventStream)).version,
    })
    return { body: undefined }
  },
}

function targetOf(context: CallContext, reference: string) {
  return { organizationId: context.organization.id, id: toUuid('evs', reference) }
}

function streamOf(context: CallContext, reference: string): Promise<EventStream> {
  return getStream(context.parts.database, targetOf(context, reference))
}

/** The connection must be there; events that nobody knows are left out. */
async function toCommand(context: CallContext, { events, connectionId, ...rest }: Body): Promise<StreamCommand> {
  const known = allowedUris(true)
  const isNamed = connectionId !== undefined && connectionId !== null
  const connection = !isNamed ? connectionId : (await connectionOf(context, connectionId)).id
  return {
    ...rest,
    ...(events !== undefined && { eventsRequested: events.filter((uri) => known.includes(uri)) }),
    ...(connection !== undefined && { connectionId: connection }),
  }
}

async function toAnswer(context: CallContext, row: EventStream) {
  const waiting = await countWaiting(context.parts.database, row.organizationId)
  return { body: viewStream(row, waiting), version: row.version }
}

function viewStream(row: EventStream, waiting: ReadonlyMap<string, number>): View {
  const id = formatTypeId('evs', row.id)
  return {
    id,
    description: row.description,
    method: row.method,
    endpointUrl: row.endpointUrl ?? pollUrlOf(row.issuer, id),
    hasAuthorizationHeader: row.authorizationSealed !== null,
    events: [...row.eventsRequested],
    audience: [...row.audience],
    issuer: row.issuer,
    connectionId: row.connectionId === null ? null : formatTypeId('con', row.connectionId),
    subjectFormat: row.subjectFormat,
    allSubjects: row.allSubjects,
    state: row.state,
    stateReason: row.stateReason,
    waiting: waiting.get(row.id) ?? 0,
    failures: row.failures,
    failingSince: row.failingSince?.toISOString() ?? null,
    lastError: row.lastError,
    lastDeliveredAt: row.lastDeliveredAt?.toISOString() ?? null,
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    createdBy: row.createdBy,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
