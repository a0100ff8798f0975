import type { ApiError } from '@rollcall/admin-api'
import { apiError, problemMediaType, routes, toProblem, type Route, type RouteId } from '@rollcall/admin-api'
import { noOrganization } from '../../access/idempotency.ts'
import { requireFeature } from '../../access/plans.ts'
import type { CallOrigins } from '../../audit/call-origins.ts'
import type { InstancePrincipal, Principal } from '../../access/principal.ts'
import { chooseLanguage, type Language } from '../../language.ts'
import { isFromOwnSite } from '../own-site.ts'
import type { RequestContext } from '../request-context.ts'
import {
  countRequest,
  findPlace,
  identifyAgain,
  identifyCaller,
  requireRoute,
  type Door,
  type OrganizationPlace,
} from './authorize.ts'
import { toCallContext, type AdminParts, type Outcome } from './call-context.ts'
import { toEventResponse, toFrames, wantsEvents } from './events.ts'
import { findHandler } from './handlers.ts'
import { securityHeaders } from './headers.ts'
import { parseIdempotencyKey, runOnce, type Answer } from './idempotent.ts'
import { parseFields, parseIfMatch, parseParams, parseQuery } from './parse-request.ts'
import { parseBody, readText, takeBody } from './read-body.ts'
import { matchRoute } from './router.ts'
import { tellOrigin, tellRefusal } from './tell-audit.ts'
import { requireStepUp } from './step-up.ts'
import { toApiError } from './to-api-error.ts'

export type AdminApi = Door & { readonly parts: AdminParts; readonly origins: CallOrigins }

/** Answers every request below `/api/v1`, whatever it is. */
export async function answerAdmin(api: AdminApi, request: Request, context: RequestContext): Promise<Response> {
  const headers = new Headers({ ...securityHeaders(context.baseUrl), vary: 'accept-language' })
  const language = chooseLanguage(request.headers.get('accept-language'))
  const path = context.prefix + context.path
  try {
    const answer = await answerRoute(api, { request, context, path })
    for (const [name, value] of Object.entries(answer.headers)) headers.set(name, value)
    if (answer.status === 204 || answer.status === 304) return new Response(null, { status: answer.status, headers })
    if (answer.pieces !== undefined) return toStreamed(request, answer.pieces, headers)
    if (answer.frames !== undefined) return toEventResponse(answer.frames, headers)
    if (answer.body === '') return new Response(null, { status: answer.status, headers })
    headers.set('content-type', 'application/json')
    return new Response(request.method === 'HEAD' ? null : answer.body, { status: answer.status, headers })
  } catch (error) {
    const problem = toApiError(error)
    await tellRefusal({ ...api, request, context }, path, problem)
    return toProblemResponse(problem, { context, path, headers, language })
  } finally {
    tellOrigin({ ...api, request, context })
    // Most of what is written here concerns keys, their owners, roles or connections, and none of it is frequent.
    if (request.method !== 'GET' && request.method !== 'HEAD') api.authenticator.doubt()
  }
}

type Asked = {
  readonly request: Request
  readonly context: RequestContext
  readonly path: string
}

async function answerRoute(api: AdminApi, asked: Asked): Promise<Answer> {
  const { request, context } = asked
  const match = matchRoute(request.method, asked.path)
  if (match.kind === 'none') throw apiError('notFound', 'The API has no such path')
  if (match.kind === 'otherMethod') {
    const allow = match.allow.join(', ')
    throw apiError('methodNotAllowed', `This path takes ${allow}`, { headers: { allow } })
  }
  const route: Route = routes[match.id]
  context.route = route.path
  const principal = await findPrincipal(api, asked, route)
  const params = parseParams(route, match.params)
  const place = await authorize(api, asked, {
    route,
    principal,
    reference: params['organization'],
    team: params['team'],
  })
  const query = parseQuery(route, new URL(request.url).searchParams)
  const text = route.body === null ? '' : await readText(request)
  const { bytes, incoming } = await takeBody(route, request)
  const body =
    route.body === null ? null : parseFields(route.body, parseBody(text, request.headers.get('content-type')))
  requireStepUp(principal, { route, body, now: api.parts.clock(), baseUrl: context.baseUrl })
  const call = toCallContext(api.parts, context, {
    principal,
    organization: place,
    ifVersion: route.hasVersion === true ? parseIfMatch(request.headers.get('if-match')) : undefined,
    language: chooseLanguage(request.headers.get('accept-language')),
    bytes,
    incoming,
    wantsEvents: route.hasEvents === true && wantsEvents(request),
    lastEventId: request.headers.get('last-event-id') ?? undefined,
    cookies: request.headers.get('cookie') ?? '',
    identifyAgain: () => identifyAgain(api, { database: api.parts.database, now: api.parts.clock() }, request, context),
  })
  const run = async (): Promise<Answer> =>
    toAnswer(route, await findHandler(match.id)(call, { params, query, body }), context.baseUrl)
  const idempotencyKey =
    route.method === 'POST' ? parseIdempotencyKey(request.headers.get('idempotency-key')) : undefined
  if (idempotencyKey === undefined) return notModified(request, await run())
  return runOnce(api.parts, {
    key: { organizationId: place.id, principal: principal.actor, key: idempotencyKey },
    content: `${route.method} ${toTemplate(match.id, match.params, place)}\n${text}${bytes.toString('latin1')}`,
    now: call.call.now,
    logger: context.logger,
    run,
  })
}

/** Who asks. Where no key is asked for, strangers who send something are told apart by where they come from. */
async function findPrincipal(api: AdminApi, { request, context }: Asked, route: Route): Promise<Principal> {
  const { database, clock } = api.parts
  if (route.scope !== 'none' && route.scope !== 'setupLink')
    return identifyCaller(api, { database, now: clock() }, request, context)
  if (route.method === 'GET') return nobody
  const principal = { ...nobody, actor: `address ${context.clientIp}` }
  countRequest(api, principal, context)
  // A browser sends the cookie of a link with whatever any site makes it send.
  if (route.scope === 'setupLink' && !isFromOwnSite(request, context))
    throw apiError('forbidden', 'The request comes from another site, so the link does not count for it')
  return principal
}

/** In the place of a principal where a route needs none. */
const nobody: InstancePrincipal = { kind: 'instance', keyId: '', actor: 'nobody' }

async function authorize(
  api: AdminApi,
  { context }: Asked,
  asked: { readonly route: Route; readonly principal: Principal; readonly reference: unknown; readonly team: unknown },
): Promise<OrganizationPlace> {
  const { route, principal, reference, team } = asked
  // First whether it is there at all: a lacking scope must not tell which organizations exist.
  const place =
    typeof reference === 'string' ? await findPlace(api.parts.database, principal, reference, route.scope) : undefined
  context.organizationId = place?.id ?? organizationOf(principal)
  requireRoute(principal, route, team)
  if (route.feature !== undefined && place !== undefined)
    await requireFeature(api.parts.database, place.id, route.feature)
  context.organization = place?.slug
  return place ?? { id: noOrganization, slug: '' }
}

/** Where no path names one, whoever is signed in acts in his own; a key may be about anything. */
function organizationOf(principal: Principal): string | undefined {
  return principal.kind === 'organization' && principal.session !== undefined ? principal.organizationId : undefined
}

/** The same organization by id and by slug is the same request. */
function toTemplate(id: RouteId, params: Readonly<Record<string, string>>, place: OrganizationPlace): string {
  return JSON.stringify([id, { ...params, organization: place.id }])
}

function toAnswer(route: Route, outcome: Outcome<RouteId>, baseUrl: string): Answer {
  const { body, version, location, pieces, events } = outcome
  const frames = outcome.frames ?? (events === undefined ? undefined : toFrames(events))
  return {
    ...(pieces !== undefined && { pieces }),
    ...(frames !== undefined && { frames }),
    status: route.status,
    body: body === undefined ? '' : JSON.stringify(body),
    headers: {
      ...(route.mediaType !== undefined && { 'content-type': `${route.mediaType}; charset=utf-8` }),
      ...(route.hasVersion === true && version !== undefined && { etag: `"${version}"` }),
      ...(location !== undefined && { location: baseUrl + location }),
      ...(outcome.cookie !== undefined && { 'set-cookie': outcome.cookie }),
    },
  }
}

/** Sent as it is made, so that a long answer never stands in memory at once. */
function toStreamed(request: Request, pieces: AsyncIterable<string>, headers: Headers): Response {
  if (request.method === 'HEAD') return new Response(null, { headers })
  return new Response(ReadableStream.from(pieces).pipeThrough(new TextEncoderStream()), { headers })
}

/** RFC 9110 §13.1.2: whoever has the version already gets no body. */
function notModified(request: Request, answer: Answer): Answer {
  const { etag } = answer.headers
  const known = request.headers.get('if-none-match')
  if (etag === undefined || known === null || (request.method !== 'GET' && request.method !== 'HEAD')) return answer
  const tags = new Set(known.split(',').map((tag) => tag.trim().replace(/^W\//, '')))
  return tags.has(etag) || tags.has('*') ? { status: 304, body: '', headers: { etag } } : answer
}

function toProblemResponse(
  error: ApiError,
  asked: {
    readonly context: RequestContext
    readonly path: string
    readonly headers: Headers
    readonly language: Language
  },
): Response {
  const { context, path, headers, language } = asked
  if (error.code === 'internal') context.logger.error({ err: error.cause }, 'A request failed unexpectedly')
  for (const [name, value] of Object.entries(error.headers)) headers.set(name, value)
  headers.set('content-type', problemMediaType)
  headers.set('content-language', language)
  const at = { origin: context.baseUrl, instance: path, requestId: context.requestId, language }
  return new Response(JSON.stringify(toProblem(error, at)), { status: error.status, headers })
}
