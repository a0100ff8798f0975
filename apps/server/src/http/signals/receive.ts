import type { Parts } from '../../parts.ts'
import { issuerOf } from '../../events/issuer.ts'
import { findTransmitter, receiveSignal } from '../../sign-in/signals/receive-signal.ts'
import { revokeEverything } from '../../sign-in/signals/revoke-everything.ts'
import { RefusedSignal } from '../../sign-in/signals/signal-error.ts'
import type { TransmitterKeys } from '../../sign-in/signals/transmitter-keys.ts'
import type { Transmitter } from '../../sign-in/signals/transmitters.ts'
import { formatTypeId, parseTypeId } from '../../type-id.ts'
import { createRequestCounter, type RequestCounter } from '../request-counter.ts'
import type { RequestContext } from '../request-context.ts'
import { readSignalBody, readText, revocationBody } from './bodies.ts'
import { noStore, SignalError } from './refusal.ts'
import { methodNotAllowed } from './streams.ts'

export type ReceiveParts = Pick<Parts, 'database' | 'clock'> & { readonly keys: TransmitterKeys }

/** The addresses at which a transmitter speaks to us; both may stand in `aud`. */
export function receivingUrlsOf(baseUrl: string, organizationId: string, transmitterId: string) {
  const url = issuerOf(baseUrl, organizationId)
  const id = formatTypeId('trm', transmitterId)
  return { push: `${url}/receive/${id}`, revocation: `${url}/revoke/${id}` }
}

const refusedMax = 60
const windowSeconds = 60

/** Whoever sends rubbish is kept away for a while: each of it costs the proof of a signature. */
export function createRefusalCounter(): RequestCounter {
  return createRequestCounter({ name: 'signal', max: refusedMax, windowSeconds })
}

export type ReceiveCall = {
  readonly parts: ReceiveParts
  readonly request: Request
  readonly context: RequestContext
  readonly organization: string
  readonly transmitterId: string
  readonly refused: RequestCounter
}

/** A pushed security event token (RFC 8935): 202 when it was proven and acted on. */
export async function answerReceive(given: ReceiveCall): Promise<Response> {
  const { parts, request, context } = given
  const transmitter = await open(given)
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/secevent+jwt')
    throw new SignalError(415, 'invalid_request', { message: 'Send application/secevent+jwt' })
  const token = (await readText(request)).trim()
  const now = parts.clock()
  try {
    await receiveSignal(parts, transmitter, { token, now, requestId: context.requestId })
  } catch (error) {
    throw toSignalError(given, error, 400)
  }
  return new Response(null, { status: 202, headers: noStore })
}

/** Universal logout: `Authorization: Bearer <signed request>` and a subject identifier; 204 when all is ended. */
export async function answerRevocation(given: ReceiveCall): Promise<Response> {
  const { parts, request, context } = given
  const transmitter = await open(given)
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const challenge = { 'www-authenticate': 'Bearer' }
  if (token === undefined)
    throw new SignalError(401, 'authentication_failed', { message: 'A signed request is wanted', headers: challenge })
  const body = await readSignalBody(request, revocationBody)
  const { push, revocation } = receivingUrlsOf(context.baseUrl, transmitter.organizationId, transmitter.id)
  const audiences = [...transmitter.audience, revocation, push]
  const acting = { database: parts.database, transmitter, now: parts.clock(), requestId: context.requestId }
  const asked = { token, audiences, subject: body.sub_id ?? body.subject }
  try {
    const outcome = await revokeEverything(parts.keys, acting, asked)
    if (outcome === 'revoked') return new Response(null, { status: 204, headers: noStore })
  } catch (error) {
    throw toSignalError(given, error, 401)
  }
  throw new SignalError(404, 'not_found', { message: 'Nobody here is named so' })
}

async function open({
  parts,
  request,
  context,
  organization,
  transmitterId,
  refused,
}: ReceiveCall): Promise<Transmitter> {
  if (request.method !== 'POST') throw methodNotAllowed('POST')
  if (refused.peek(context.clientIp, parts.clock().getTime()).left <= 0)
    throw new SignalError(429, 'access_denied', {
      message: 'Too many refused tokens from this address',
      headers: { 'retry-after': String(windowSeconds) },
    })
  const organizationId = parseTypeId('org', organization)
  const id = parseTypeId('trm', transmitterId)
  const found =
    organizationId === undefined || id === undefined
      ? undefined
      : await findTransmitter(parts.database, { organizationId, id })
  if (found === undefined) throw new SignalError(404, 'not_found', { message: 'There is no such transmitter' })
  return found
}

function toSignalError({ parts, context, refused }: ReceiveCall, error: unknown, status: number): unknown {
  if (!(error instanceof RefusedSignal)) return error
  refused.count(context.clientIp, parts.clock().getTime())
  return new SignalError(status, error.fault, { message: error.message })
}
