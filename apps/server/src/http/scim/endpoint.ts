import { scimError, type ScimError } from '@rollcall/scim'
import { createServiceProvider, toErrorAnswer, toResponse, type Answer, type Exchange } from '@rollcall/scim/server'
import type { Authentication } from '../../access/principal.ts'
import { DatabaseUnavailable } from '../../unavailable.ts'
import type { PlainRequest } from '../plain-request.ts'
import type { RequestContext } from '../request-context.ts'
import { admit, toRefusalError } from './admission.ts'
import { deferRequest } from './defer.ts'
import { limitStorage } from './limited-storage.ts'
import { toExchangeRow, toLogRow, type Asker } from './log-row.ts'
import { permit, refuseByPlan, refuseVersion } from './permit.ts'
import { createOrganizationFinder, type OrganizationFinder } from './organization-finder.ts'
import { toScimContext, toScimStorage, type ScimContext, type ScimParts } from './scim-context.ts'
import { createRequestLimits } from './request-limits.ts'
import { createEndpointCache } from './service-settings.ts'

export type ScimEndpoint = (request: Request, context: RequestContext) => Promise<Response>

/** The same as plain data. The headers that every answer carries are in the context. */
export type PlainScimEndpoint = (request: PlainRequest, context: RequestContext) => Promise<Answer>

type Door = ScimParts & { readonly findOrganizationId: OrganizationFinder }
type Asked = { readonly request: PlainRequest; readonly web: RequestContext; readonly startedMs: number }

/** From a request under any SCIM mount to its answer: key, organization, connection, settings, protocol, log. */
export function createScimEndpoint(parts: ScimParts): PlainScimEndpoint {
  const door: Door = { ...parts, findOrganizationId: createOrganizationFinder(parts.database) }
  const endpoints = createEndpointCache(parts)
  const limits = createRequestLimits(parts.config)
  const provider = createServiceProvider<ScimContext>({
    storage: limitStorage(toScimStorage(parts.storage), parts.database),
    authenticate: () => {
      throw scimError('internal', 'Requests are authenticated before they are served')
    },
    settings: (context) => context.endpoint.service,
    findSubject: ({ principal }) =>
      principal.userScimId === undefined ? undefined : { type: 'User', id: principal.userScimId },
    authorize: permit,
    defer: (request, context) => deferRequest(parts, request, context),
    onExchange: (exchange, context) => {
      if (concernsKeys(exchange)) parts.authenticator.doubt()
      logExchange(parts, exchange, context)
    },
    nowMs: () => parts.clock().getTime(),
  })

  /** Nothing is awaited that is known already: a read of a known key goes straight to its one query. */
  const answer = async (asked: Asked): Promise<Answer> => {
    const { request, web } = asked
    const slug = web.parameters.get('slug')
    const pending = parts.authenticator.authenticate(request.headers.get('authorization'), web.clientIp, slug)
    const authentication = pending instanceof Promise ? await pending : pending
    if (authentication.kind === 'refused') return refuse(door, asked, authentication)
    const place = { slug, client: request.headers.get('user-agent') }
    const admission = admit(authentication.principal, place)
    if (admission.kind === 'refused') return refuse(door, asked, authentication, admission.error)
    const { principal, connection } = admission
    const tooMany = limits.count(principal, web)
    if (tooMany !== undefined) return refuse(door, asked, authentication, tooMany)
    const found = endpoints.find(principal, connection, web.mountUrl)
    const endpoint = found instanceof Promise ? await found : found
    const lacking = refuseByPlan(endpoint.plan, 'scim', web.baseUrl) ?? refuseVersion(endpoint, web)
    if (lacking !== undefined) return refuse(door, asked, authentication, lacking)
    web.organization = principal.organizationSlug
    web.actor = principal.actor
    const context = toScimContext({ ...asked, principal, connection, endpoint, now: parts.clock() })
    return provider.answer(request, { path: web.path + queryOf(request.url), context, settings: endpoint.service })
  }
  return (request, web) =>
    answer({ request, web, startedMs: performance.now() }).catch((error) => toFailure(error, web))
}

/** An endpoint of `Response`s. They carry the request's id at once: a header that is added later costs a copy of all. */
export function toScimEndpoint(endpoint: PlainScimEndpoint): ScimEndpoint {
  return async (request, web) => {
    const { headers, ...answer } = await endpoint(request, web)
    web.isIdSent = true
    return toResponse({ ...answer, headers: { 'x-request-id': web.requestId, ...headers } }, request.method)
  }
}

function queryOf(url: string): string {
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start)
}

/** Whether it may have changed what the keys of a person may do. */
function concernsKeys({ method, path, type, changes }: Exchange): boolean {
  if (path.startsWith('/Bulk')) return true
  if (type !== 'User') return false
  return method === 'DELETE' || changes.some((change) => change.path === 'active' || change.path === 'roles')
}

/** One line of the request log for a request that was served. */
export function logExchange(
  parts: Pick<ScimParts, 'requestLog'>,
  exchange: Exchange,
  context: ScimContext | undefined,
): void {
  if (context === undefined) return
  const { principal, connection, web, request, startedMs, endpoint } = context
  const { type, resourceId, status, error } = exchange
  if (type !== undefined)
    web.route += resourceId === undefined || request.method === 'POST' ? `/${type}` : `/${type}/{id}`
  if (status >= 500) web.logger.error({ err: error?.cause ?? error }, 'A SCIM request failed')
  const asker = { organizationId: principal.organizationId, connectionId: connection.id, keyId: principal.keyId }
  const path = web.prefix + exchange.path
  const line = toLogRow(request, web, { ...asker, path, status, detail: error?.message })
  parts.requestLog.add(
    toExchangeRow(line, exchange, {
      durationMs: performance.now() - startedMs,
      mayKeepBodies: endpoint.own.keepsBodies,
    }),
  )
}

/** Answers what was refused at the door, and tells every organization that is concerned. */
async function refuse(door: Door, asked: Asked, found: Authentication, reason?: ScimError): Promise<Answer> {
  const error = found.kind === 'refused' ? toRefusalError(found) : (reason ?? scimError('forbidden', 'Refused'))
  for (const asker of await listConcerned(door, asked, found)) {
    const path = asked.web.prefix + asked.web.path + queryOf(asked.request.url)
    const line = toLogRow(asked.request, asked.web, { ...asker, path, status: error.status, detail: error.message })
    door.requestLog.add({ ...line, durationUs: Math.round((performance.now() - asked.startedMs) * 1000) })
  }
  return toErrorAnswer(error)
}

/** The organization of the key, and the one whose address was used: whoever looks for the mistake finds it there. */
async function listConcerned(door: Door, { web }: Asked, found: Authentication): Promise<readonly Asker[]> {
  const atAddress = await door.findOrganizationId(web.parameters.get('slug'))
  const ofKey = askerOf(found)
  const stranger = { connectionId: undefined, keyId: undefined }
  if (atAddress === undefined || atAddress === ofKey?.organizationId) return ofKey === undefined ? [] : [ofKey]
  return [{ ...stranger, organizationId: atAddress }, ...(ofKey === undefined ? [] : [ofKey])]
}

function askerOf(found: Authentication): Asker | undefined {
  if (found.kind === 'refused')
    return found.organizationId === undefined
      ? undefined
      : { organizationId: found.organizationId, connectionId: undefined, keyId: found.keyId }
  const { principal } = found
  if (principal.kind === 'instance') return undefined
  return { organizationId: principal.organizationId, connectionId: principal.connection?.id, keyId: principal.keyId }
}

/** Whatever was thrown outside of the protocol handler, as a SCIM error. */
function toFailure(error: unknown, web: RequestContext): Answer {
  if (error instanceof DatabaseUnavailable) {
    const headers = { 'retry-after': String(error.retryAfterSeconds) }
    return toErrorAnswer(scimError('unavailable', 'The database cannot answer now', { headers }))
  }
  web.logger.error({ err: error }, 'A SCIM request failed unexpectedly')
  return toErrorAnswer(error)
}
