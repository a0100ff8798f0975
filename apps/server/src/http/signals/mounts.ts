import type { Authenticator } from '../../access/authenticate.ts'
import { toCallerRights } from '../../access/rights.ts'
import { createRequestCounter, type RequestCounter } from '../request-counter.ts'
import { issuerOf, signalsPrefix } from '../../events/issuer.ts'
import { pollTokens } from '../../events/poll-tokens.ts'
import { setSubject } from '../../events/stream-subjects.ts'
import { lackingUris, verifyStream } from '../../events/streams.ts'
import type { TransmitterKeys } from '../../sign-in/signals/transmitter-keys.ts'
import type { TokenSigner } from '../../events/token-signer.ts'
import type { Parts } from '../../parts.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { pollBody, readSignalBody, subjectBody, verifyBody } from './bodies.ts'
import { toConfiguration } from './configuration.ts'
import { answerReceive, answerRevocation, createRefusalCounter } from './receive.ts'
import { authenticateReceiver } from './receiver.ts'
import { noStore, SignalError, toSignalResponse } from './refusal.ts'
import {
  answerStatus,
  answerStreams,
  methodNotAllowed,
  streamOf,
  verificationSecondsMin,
  type SignalCall,
} from './streams.ts'

export type SignalParts = Pick<Parts, 'database' | 'clock' | 'encryption' | 'draining'> & {
  readonly authenticator: Authenticator
  readonly signer: TokenSigner
  readonly keys: TransmitterKeys
}

const wellKnown = '/.well-known/ssf-configuration'
const publicHeaders = { 'cache-control': 'public, max-age=300' }

/** A transmitter of shared signals (SSF 1.0): of the instance, where a key says for whom, and one for each organization. */
export function signalMounts(parts: SignalParts): readonly Mount[] {
  const verifications = createRequestCounter({ name: 'verification', max: 1, windowSeconds: verificationSecondsMin })
  const refused = createRefusalCounter()
  const inside = { ...parts, verifications, refused }
  return [
    { prefix: wellKnown, fetch: (request, context) => answerConfiguration(request, context) },
    { prefix: signalsPrefix, fetch: (request, context) => answer(inside, request, context) },
  ]
}

/** RFC 8615: the path of the issuer follows (SSF 1.0 §7.2.1). */
function answerConfiguration(request: Request, context: RequestContext): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(methodNotAllowed('GET, HEAD'))
  const { origin, pathname: base } = new URL(context.baseUrl)
  const path = context.path.replace(/\/$/, '')
  const issuers = [base.replace(/\/$/, ''), `${base.replace(/\/$/, '')}${signalsPrefix}/`]
  const isOrganization = /^\/org_[0-9a-z]{26}$/.test(path.slice((issuers[1]?.length ?? 1) - 1))
  const isKnown = path === '' || path === issuers[0] || (path.startsWith(issuers[1] ?? '') && isOrganization)
  if (!isKnown) return refuse(new SignalError(404, 'not_found', { message: 'There is no such issuer' }))
  const issuer = path === '' ? context.baseUrl : origin + path
  return Response.json(toConfiguration(issuer), { headers: publicHeaders })
}

type Inside = SignalParts & { readonly verifications: RequestCounter; readonly refused: RequestCounter }

async function answer(parts: Inside, request: Request, context: RequestContext): Promise<Response> {
  try {
    return await route(parts, request, context)
  } catch (error) {
    const known = toSignalResponse(error)
    if (known === undefined) throw error
    return known
  }
}

async function route(parts: Inside, request: Request, context: RequestContext): Promise<Response> {
  const segments = context.path.split('/').filter((segment) => segment !== '')
  const organization = segments[0]?.startsWith('org_') === true ? segments.shift() : undefined
  const [name = '', argument] = segments
  if (name === 'jwks.json') return Response.json(await parts.signer.publishedKeys(), { headers: publicHeaders })
  if (organization !== undefined && (name === 'receive' || name === 'revoke')) {
    const asked = { parts, request, context, organization, transmitterId: argument ?? '', refused: parts.refused }
    return name === 'receive' ? answerReceive(asked) : answerRevocation(asked)
  }
  const receiver = await authenticateReceiver(parts.authenticator, request, { context, organization })
  const { principal, organizationId } = receiver
  const given: SignalCall = {
    parts,
    request,
    receiver,
    call: {
      actor: principal.actor,
      now: parts.clock(),
      requestId: context.requestId,
      rights: toCallerRights(principal),
    },
    issuer: organization === undefined ? context.baseUrl : issuerOf(context.baseUrl, organizationId),
    query: new URL(request.url).searchParams,
  }
  const handler = handlers.get(name)
  if (handler === undefined) throw new SignalError(404, 'not_found', { message: 'Nothing is at this address' })
  return handler(given, { argument, verifications: parts.verifications })
}

type More = { readonly argument: string | undefined; readonly verifications: RequestCounter }

const handlers: ReadonlyMap<string, (given: SignalCall, more: More) => Promise<Response>> = new Map([
  ['streams', answerStreams],
  ['status', answerStatus],
  ['subjects:add', (given: SignalCall) => answerSubject(given, { isAdded: true })],
  ['subjects:remove', (given: SignalCall) => answerSubject(given, { isAdded: false })],
  ['verify', answerVerify],
  ['poll', answerPoll],
])

function assertPost({ request }: SignalCall): void {
  if (request.method !== 'POST') throw methodNotAllowed('POST')
}

/** SSF 1.0 §8.1.3. */
async function answerSubject(given: SignalCall, { isAdded }: { readonly isAdded: boolean }): Promise<Response> {
  assertPost(given)
  const { stream_id: id, subject } = await readSignalBody(given.request, subjectBody)
  const stream = await streamOf(given, id)
  await setSubject(given.parts.database, stream, { subject, isAdded, now: given.call.now })
  return new Response(null, { status: isAdded ? 200 : 204, headers: noStore })
}

/** SSF 1.0 §8.1.4. */
async function answerVerify(given: SignalCall, { verifications }: More): Promise<Response> {
  assertPost(given)
  const { stream_id: id, state } = await readSignalBody(given.request, verifyBody)
  const stream = await streamOf(given, id)
  const { now } = given.call
  const standing = verifications.count(stream.id, now.getTime())
  if (standing.left < 0)
    throw new SignalError(429, 'invalid_request', {
      message: `A stream is verified once in ${verificationSecondsMin} seconds`,
      headers: { 'retry-after': String(standing.resetSeconds) },
    })
  await verifyStream(given.parts.database, stream, { now, state })
  return new Response(null, { status: 204, headers: noStore })
}

/** RFC 8936 §2.4. */
async function answerPoll(given: SignalCall, { argument }: More): Promise<Response> {
  assertPost(given)
  const { parts, request, call } = given
  const stream = await streamOf(given, argument ?? '')
  if (stream.method !== 'poll')
    throw new SignalError(400, 'invalid_request', { message: 'This stream pushes its events' })
  const lacking = lackingUris(stream, given.receiver.mayReadPeople)
  if (lacking.length > 0)
    throw new SignalError(403, 'access_denied', {
      message: `The key lacks "people:read" now, and the stream carries the data of people: ask for it again, or change events_requested (${lacking[0]}, …)`,
    })
  const poll = await readSignalBody(request, pollBody)
  const signal = AbortSignal.any([parts.draining, request.signal])
  return Response.json(await pollTokens(parts, stream, { poll, now: call.now, signal }), { headers: noStore })
}

function refuse(error: SignalError): Response {
  return toSignalResponse(error) ?? new Response(null, { status: error.status })
}
