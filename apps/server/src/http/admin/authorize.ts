import { apiError, type ApiErrorCode, type Route } from '@rollcall/admin-api'
import { findOrganization } from '../../access/organizations.ts'
import type { Authenticator } from '../../access/authenticate.ts'
import type { Authentication, OrganizationPrincipal, Principal } from '../../access/principal.ts'
import { describeLack, findLack } from '../../access/rights.ts'
import { authenticateSession, type SessionAuthentication } from '../../sign-in/session-principal.ts'
import { parseTypeId } from '../../type-id.ts'
import { isFromOwnSite } from '../own-site.ts'
import type { RequestContext } from '../request-context.ts'
import { readCookie } from '../sign-in/cookie.ts'
import type { AdminParts } from './call-context.ts'
import type { RateLimit } from './rate-limit.ts'

export type OrganizationPlace = { readonly id: string; readonly slug: string }

const challenge = 'Bearer realm="Rollcall"'

/** The principal, or 401 with a challenge (RFC 6750 §3); 429 for an address that guesses. */
function requirePrincipal(authentication: Authentication): Principal {
  if (authentication.kind === 'granted') return authentication.principal
  const { reason, detail, retryAfterSeconds } = authentication
  if (reason === 'throttled')
    throw refuse('tooManyRequests', detail, { 'retry-after': String(retryAfterSeconds ?? 60) })
  if (reason === 'addressNotAllowed') throw refuse('forbidden', detail, {})
  const isMissing = reason === 'missing' || reason === 'malformed'
  const header = isMissing ? challenge : `${challenge}, error="invalid_token"`
  throw refuse('unauthenticated', detail, { 'www-authenticate': header })
}

/** Who lets callers in, and counts them. */
export type Door = { readonly authenticator: Authenticator; readonly rateLimit: RateLimit }

/** Who shows the key; whoever is known is counted. */
export async function identify(door: Door, authorization: string | null, context: RequestContext): Promise<Principal> {
  const principal = requirePrincipal(await door.authenticator.authenticate(authorization, context.clientIp))
  countRequest(door, principal, context)
  return principal
}

/** The same for whoever is signed in with the browser and shows no key. */
export async function identifyCaller(
  door: Door,
  { database, now }: { readonly database: AdminParts['database']; readonly now: Date },
  request: Request,
  context: RequestContext,
): Promise<Principal> {
  const authorization = request.headers.get('authorization')
  const secret = authorization === null ? readCookie(request, context) : undefined
  if (secret === undefined) return identify(door, authorization, context)
  const principal = requireSignedIn(request, context, await authenticateSession(database, secret, now))
  countRequest(door, principal, context)
  return principal
}

/** Who the caller is by now, for an answer that goes on; undefined: whoever it was may not come in any more. */
export async function identifyAgain(
  { authenticator }: Pick<Door, 'authenticator'>,
  { database, now }: { readonly database: AdminParts['database']; readonly now: Date },
  request: Request,
  context: RequestContext,
): Promise<Principal | undefined> {
  const authorization = request.headers.get('authorization')
  const secret = authorization === null ? readCookie(request, context) : undefined
  const authentication =
    secret === undefined
      ? await authenticator.authenticate(authorization, context.clientIp)
      : await authenticateSession(database, secret, now)
  return authentication.kind === 'granted' ? authentication.principal : undefined
}

/** A browser sends its cookie with whatever any site makes it send: what changes something must come from a page of ours. */
function requireSignedIn(
  request: Request,
  context: RequestContext,
  authentication: SessionAuthentication,
): OrganizationPrincipal {
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  if (!isSafe && !isFromOwnSite(request, context))
    throw refuse('forbidden', 'The request comes from another site, so the session does not count for it', {})
  if (authentication.kind === 'granted') return authentication.principal
  const detail =
    authentication.reason === 'secondStep'
      ? 'Your rights want a second step: sign in again'
      : 'The session has ended: sign in again'
  throw refuse('unauthenticated', detail, { 'www-authenticate': challenge })
}

/** The answer says where the count stands. */
export function countRequest({ rateLimit }: Door, { actor }: Principal, context: RequestContext): void {
  context.actor = actor
  context.answerHeaders.push(...Object.entries(rateLimit.count(actor, context.arrivedAt)))
}

/** Refuses whoever may not call the route. `team` is that of the path. */
export function requireRoute(principal: Principal, { scope, orSignedIn }: Route, team?: unknown): void {
  const isSignedIn = principal.kind === 'organization' && principal.session !== undefined
  if (isSignedIn && orSignedIn !== undefined && findLack(principal, orSignedIn) === undefined) return
  requireScope(principal, scope, team)
}

/** Refuses what the scopes do not cover, or the roles of the owner; names what is missing. `team` is that of the path. */
export function requireScope(principal: Principal, scope: Route['scope'], team?: unknown): void {
  if (principal.kind === 'instance' || scope === 'any' || scope === 'none' || scope === 'setupLink') return
  if (scope === 'instance') {
    if (isOperator(principal)) return
    throw forbid('This needs a key of the whole instance', 'instance')
  }
  const teamId = typeof team === 'string' ? parseTypeId('team', team) : undefined
  const lack = findLack(principal, scope, teamId)
  if (lack !== undefined) throw forbid(describeLack(lack, principal), lack.name)
}

/** Somebody who runs the server and is signed in; his keys are like those of anybody else. */
function isOperator(principal: Principal): boolean {
  return principal.kind === 'instance' || principal.session?.isOperator === true
}

/**
 * The organization that the path names, as far as the key may see it.
 * Another organization's key gets the very answer that it would get for one that does not exist. `scope` is that of the
 * route: operators see all organizations, where they act as operators.
 */
export async function findPlace(
  database: AdminParts['database'],
  principal: Principal,
  reference: string,
  scope?: Route['scope'],
): Promise<OrganizationPlace> {
  const seesAll = principal.kind === 'instance' || (scope === 'instance' && isOperator(principal))
  const place = seesAll ? await findOrganization(database, reference) : findOwn(principal, reference)
  if (place === undefined) throw apiError('notFound', 'There is no such organization')
  return place
}

function findOwn(principal: OrganizationPrincipal, reference: string): OrganizationPlace | undefined {
  const { organizationId: id, organizationSlug: slug } = principal
  return reference === slug || parseTypeId('org', reference) === id ? { id, slug } : undefined
}

function forbid(detail: string, scope: string): Error {
  // RFC 6750 §3.1: insufficient_scope tells which scope would do.
  return refuse('forbidden', detail, {
    'www-authenticate': `${challenge}, error="insufficient_scope", scope="${scope}"`,
  })
}

function refuse(code: ApiErrorCode, detail: string, headers: Readonly<Record<string, string>>): Error {
  return apiError(code, detail, { headers })
}
