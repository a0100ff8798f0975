import type { Call } from '../../access/call.ts'
import type { z } from 'zod'
import {
  allowedUris,
  createStream,
  deleteStream,
  deliveredUris,
  getStream,
  listStreams,
  streamsMax,
  updateStream,
  type EventStream,
  type StreamCommand,
} from '../../events/streams.ts'
import { publicUris } from '../../events/signal-events.ts'
import { formatTypeId, parseTypeId } from '../../type-id.ts'
import { readSignalBody, statusBody, streamBody } from './bodies.ts'
import { deliveryMethods, pollUrlOf } from './configuration.ts'
import type { Receiver } from './receiver.ts'
import { badRequest, noStore, SignalError } from './refusal.ts'
import type { SignalParts } from './mounts.ts'

/** A request of the stream API by somebody who is known. */
export type SignalCall = {
  readonly parts: SignalParts
  readonly request: Request
  readonly receiver: Receiver
  readonly call: Call
  readonly issuer: string
  readonly query: URLSearchParams
}

/** Event Stream Management (SSF 1.0 §8.1.1). */
export async function answerStreams(given: SignalCall): Promise<Response> {
  switch (given.request.method) {
    case 'POST':
      return create(given)
    case 'GET':
    case 'HEAD':
      return read(given)
    case 'PATCH':
      return change(given, { isWhole: false })
    case 'PUT':
      return change(given, { isWhole: true })
    case 'DELETE':
      return remove(given)
    default:
      throw methodNotAllowed('GET, POST, PATCH, PUT, DELETE')
  }
}

export function methodNotAllowed(allow: string): SignalError {
  return new SignalError(405, 'invalid_request', { message: `Only ${allow}`, headers: { allow } })
}

async function create(given: SignalCall): Promise<Response> {
  const { parts, request, receiver, call, issuer } = given
  const body = await readSignalBody(request, streamBody)
  const { organizationId, ownerId } = receiver
  const command = { ...toCommand(body, receiver, { isWhole: true }), ownerId, issuer }
  const stream = await createStream(parts, call, { organizationId, command })
  return Response.json(viewStream(stream, receiver), { status: 201, headers: noStore })
}

async function read({ parts, receiver, query }: SignalCall): Promise<Response> {
  const { organizationId, ownerId } = receiver
  const id = query.get('stream_id')
  if (id === null) {
    const { data } = await listStreams(parts.database, organizationId, { ownerId, limit: streamsMax })
    return Response.json(
      data.map((stream) => viewStream(stream, receiver)),
      { headers: noStore },
    )
  }
  return Response.json(viewStream(await streamOf({ parts, receiver }, id), receiver), { headers: noStore })
}

async function change(given: SignalCall, how: { readonly isWhole: boolean }): Promise<Response> {
  const { parts, request, receiver, call } = given
  const body = await readSignalBody(request, streamBody)
  if (body.stream_id === undefined) throw badRequest('stream_id is missing')
  const { id, organizationId } = await streamOf(given, body.stream_id)
  const { ownerId } = receiver
  const stream = await updateStream(parts, call, {
    organizationId,
    id,
    ownerId,
    command: toCommand(body, receiver, how),
  })
  return Response.json(viewStream(stream, receiver), { headers: noStore })
}

async function remove(given: SignalCall): Promise<Response> {
  const { parts, receiver, call, query } = given
  const { id, organizationId } = await streamOf(given, query.get('stream_id') ?? '')
  await deleteStream(parts.database, call, { organizationId, id, ownerId: receiver.ownerId })
  return new Response(null, { status: 204, headers: noStore })
}

/** The stream of that name, if it is the receiver's; throws 404. */
export function streamOf(
  { parts, receiver }: Pick<SignalCall, 'parts' | 'receiver'>,
  streamId: string,
): Promise<EventStream> {
  const { organizationId, ownerId } = receiver
  const id = parseTypeId('evs', streamId)
  if (id === undefined) throw new SignalError(404, 'not_found', { message: 'There is no such event stream' })
  return getStream(parts.database, { organizationId, id }, { ownerId })
}

/** A replaced stream has nothing but what the receiver names. */
function toCommand(
  { delivery, events_requested: asked, description }: z.output<typeof streamBody>,
  receiver: Receiver,
  { isWhole }: { readonly isWhole: boolean },
): StreamCommand {
  const allowed = allowedUris(receiver.mayReadPeople)
  const requested = asked ?? (isWhole ? publicUris : undefined)
  const wanted = delivery ?? (isWhole ? { method: deliveryMethods.poll } : undefined)
  return {
    ...(description !== undefined || isWhole ? { description: description ?? null } : {}),
    // What is not understood, or not allowed, is left out (SSF 1.0 §8.1.1).
    ...(requested === undefined ? {} : { eventsRequested: requested.filter((uri) => allowed.includes(uri)) }),
    ...(wanted === undefined ? {} : toDelivery(wanted)),
  }
}

function toDelivery(given: NonNullable<z.output<typeof streamBody>['delivery']>): StreamCommand {
  if (given.method === deliveryMethods.poll) return { method: 'poll', endpointUrl: null, authorizationHeader: null }
  return {
    method: 'push',
    endpointUrl: given.endpoint_url ?? null,
    authorizationHeader: given.authorization_header ?? null,
  }
}

function viewStream(stream: EventStream, receiver: Receiver): object {
  const id = formatTypeId('evs', stream.id)
  const { audience, description, issuer } = stream
  return {
    stream_id: id,
    iss: issuer,
    aud: audience.length === 1 ? audience[0] : audience,
    events_supported: allowedUris(receiver.mayReadPeople),
    events_requested: stream.eventsRequested,
    events_delivered: deliveredUris(stream),
    delivery:
      stream.method === 'push'
        ? { method: deliveryMethods.push, endpoint_url: stream.endpointUrl }
        : { method: deliveryMethods.poll, endpoint_url: pollUrlOf(issuer, id) },
    min_verification_interval: verificationSecondsMin,
    ...(description !== null && { description }),
  }
}

/** A receiver may ask for a verification so often. */
export const verificationSecondsMin = 5

/** Reading and changing the status of a stream (SSF 1.0 §8.1.2). */
export async function answerStatus(given: SignalCall): Promise<Response> {
  const { parts, request, receiver, call, query } = given
  if (request.method === 'GET' || request.method === 'HEAD') {
    const stream = await streamOf(given, query.get('stream_id') ?? '')
    return Response.json(viewStatus(stream), { headers: noStore })
  }
  if (request.method !== 'POST') throw methodNotAllowed('GET, POST')
  const body = await readSignalBody(request, statusBody)
  const { id, organizationId } = await streamOf(given, body.stream_id)
  const command = { state: body.status, stateReason: body.reason ?? null }
  const stream = await updateStream(parts, call, { organizationId, id, ownerId: receiver.ownerId, command })
  return Response.json(viewStatus(stream), { headers: noStore })
}

function viewStatus({ id, state, stateReason }: EventStream): object {
  return {
    stream_id: formatTypeId('evs', id),
    status: state,
    ...(stateReason !== null && { reason: stateReason }),
  }
}
