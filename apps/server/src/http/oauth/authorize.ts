import { AccessError } from '../../access/access-error.ts'
import { createAuthorizationCode } from '../../access/authorization-codes.ts'
import type { Key } from '../../access/issue-key.ts'
import { findAskingClient } from '../../access/oauth-clients.ts'
import { findOrganization } from '../../access/organizations.ts'
import type { OrganizationPrincipal, Principal } from '../../access/principal.ts'
import { findLack, toCallerRights } from '../../access/rights.ts'
import { narrowScopes } from '../../access/scopes.ts'
import { chooseLanguage, type Language } from '../../language.ts'
import type { Parts } from '../../parts.ts'
import { isProvenLately } from '../../sign-in/prove.ts'
import { authenticateSession } from '../../sign-in/session-principal.ts'
import type { Doors } from '../doors.ts'
import { isFromOwnSite } from '../own-site.ts'
import { pageHeaders } from '../page.ts'
import type { RequestContext } from '../request-context.ts'
import { confirmPath } from '../sign-in/confirm.ts'
import { readCookie } from '../sign-in/cookie.ts'
import { renderConsent, renderMistake, toCarriedQuery, type Consenter } from './consent-page.ts'
import { readForm } from './form.ts'
import type { ConsentMistake } from './texts.ts'

type AuthorizeParts = Pick<Parts, 'database' | 'clock'> & Pick<Doors, 'authenticator'>

type Asked = {
  readonly parts: AuthorizeParts
  readonly request: Request
  readonly context: RequestContext
  readonly language: Language
  /** The parameters of RFC 6749 §4.1.1 and RFC 7636 §4.3. */
  readonly values: URLSearchParams
}

/**
 * `/o/<organization>/oauth/authorize`: an administrator lets a client in (RFC 6749 §4.1): whoever is
 * signed in, may manage keys and was confirmed lately, by a form of ours; or anybody with a key that may, which no other site
 * can give for somebody.
 */
export async function answerAuthorize(
  parts: AuthorizeParts,
  request: Request,
  context: RequestContext,
): Promise<Response> {
  const language = chooseLanguage(request.headers.get('accept-language'))
  context.route = '/o/{slug}/oauth/authorize'
  if (context.path !== '' && context.path !== '/') return toMistake(language, 'unknownClient', 404)
  if (request.method === 'GET') {
    const asked = { parts, request, context, language, values: new URL(request.url).searchParams }
    return withClient(asked, async (ready) => toPage(ready, undefined, 200))
  }
  if (request.method !== 'POST')
    return new Response('Method Not Allowed\n', { status: 405, headers: { allow: 'GET, POST' } })
  const values = await readForm(request)
  if (values instanceof Response) return values
  return withClient({ parts, request, context, language, values }, (ready) => decide(ready))
}

type Ready = Asked & { readonly client: Key; readonly redirectUri: string; readonly scopes: readonly string[] }

/**
 * What is wrong with client or address is shown here and sent nowhere (RFC 6749 §4.1.2.1, OIN test C21902); all else the
 * client hears of.
 */
async function withClient(asked: Asked, work: (ready: Ready) => Promise<Response>): Promise<Response> {
  const { parts, context, language, values } = asked
  const slug = context.parameters.get('slug') ?? ''
  const clientId = values.get('client_id') ?? ''
  const client = await findAskingClient(parts.database, { slug, clientId }, parts.clock())
  if (client === undefined || client.redirectUris === null) return toMistake(language, 'unknownClient', 400)
  const redirectUri = values.get('redirect_uri') ?? ''
  if (!client.redirectUris.includes(redirectUri)) return toMistake(language, 'unknownRedirect', 400)
  const back = (error: string) => redirect(redirectUri, { error, state: values.get('state') })
  if (values.get('response_type') !== 'code') return back('unsupported_response_type')
  const [challenge, method] = [values.get('code_challenge'), values.get('code_challenge_method')]
  // RFC 7636 §4.4.1. "plain" would protect nothing.
  const isSound = challenge === null ? method === null : method === 'S256' && /^[\w-]{43}$/.test(challenge)
  if (!isSound) return back('invalid_request')
  const scopes = narrowScopes(client.scopes, values.get('scope') ?? undefined)
  return scopes === undefined ? back('invalid_scope') : work({ ...asked, client, redirectUri, scopes })
}

async function decide(ready: Ready): Promise<Response> {
  const { parts, context, values, client, redirectUri, scopes } = ready
  const state = values.get('state')
  if (values.get('decision') !== 'approve') return redirect(redirectUri, { error: 'access_denied', state })
  const hasKey = (values.get('key') ?? '').trim() !== ''
  const principal = hasKey ? await findAdministrator(ready) : await findSignedIn(ready)
  if (principal instanceof Response) return principal
  if (principal === undefined) return toPage(ready, 'wrongKey', 403)
  const rights = toCallerRights(principal)
  const call = { actor: principal.actor, now: parts.clock(), requestId: context.requestId, rights }
  const codeChallenge = values.get('code_challenge') ?? undefined
  try {
    const code = await createAuthorizationCode(parts.database, call, { client, redirectUri, codeChallenge, scopes })
    return redirect(redirectUri, { code, state })
  } catch (error) {
    if (error instanceof AccessError && error.code === 'beyondRights') return toPage(ready, 'beyondRights', 403)
    throw error
  }
}

/** Who consents: somebody with a live key that may make and revoke keys of this organization. */
async function findAdministrator({ parts, context, values, client }: Ready): Promise<Principal | undefined> {
  const key = (values.get('key') ?? '').trim()
  const found = await parts.authenticator.authenticate(key === '' ? null : `Bearer ${key}`, context.clientIp)
  if (found.kind === 'refused') return undefined
  const { principal } = found
  if (principal.kind === 'instance') return principal
  const isOurs = principal.organizationId === client.organizationId
  return isOurs && findLack(principal, 'keys:manage') === undefined ? principal : undefined
}

/** Who is signed in with this browser and may let clients in; a page for whoever may not do so from here. */
async function findSignedIn(ready: Ready): Promise<Principal | Response | undefined> {
  const { parts, request, context } = ready
  const principal = await findSession(ready)
  if (principal === undefined) return undefined
  if (!isFromOwnSite(request, context)) return toPage(ready, 'otherSite', 403)
  const now = parts.clock()
  return isProvenLately(principal.session, now) ? principal : toPage(ready, undefined, 403)
}

type SessionPrincipal = OrganizationPrincipal & { readonly session: NonNullable<OrganizationPrincipal['session']> }

/** Undefined for whoever is not signed in to this organization, or may not manage its keys. */
async function findSession({ parts, request, context, client }: Ready): Promise<SessionPrincipal | undefined> {
  const secret = readCookie(request, context)
  if (secret === undefined) return undefined
  const found = await authenticateSession(parts.database, secret, parts.clock())
  if (found.kind === 'refused' || found.principal.organizationId !== client.organizationId) return undefined
  const { session } = found.principal
  if (session === undefined || findLack(found.principal, 'keys:manage') !== undefined) return undefined
  return { ...found.principal, session }
}

async function findConsenter(ready: Ready): Promise<Consenter> {
  const { parts, request, context, values } = ready
  const principal = await findSession(ready)
  const next = encodeURIComponent(`${context.prefix}?${toCarriedQuery(values)}`)
  if (principal !== undefined)
    return isProvenLately(principal.session, parts.clock())
      ? { kind: 'ready' }
      : { kind: 'unconfirmed', confirmHref: `${context.baseUrl}${confirmPath}?next=${next}` }
  if (readCookie(request, context) !== undefined) return { kind: 'other' }
  const slug = context.parameters.get('slug') ?? ''
  return { kind: 'stranger', signInHref: `${context.baseUrl}/o/${slug}/sign-in?next=${next}` }
}

async function toPage(ready: Ready, mistake: ConsentMistake | undefined, status: number): Promise<Response> {
  const { parts, client, redirectUri, scopes, values, language } = ready
  const organization = await findOrganization(parts.database, client.organizationId)
  const consenter = await findConsenter(ready)
  const shown = { organization: organization?.name ?? '', client: client.name, scopes, redirectUri, mistake, consenter }
  const html = renderConsent(language, shown, values)
  return new Response(html, { status, headers: headersFor(redirectUri) })
}

/** Browsers hold the answer to a form against form-action too, so the client's own address must stand in it. */
function headersFor(redirectUri: string): Readonly<Record<string, string>> {
  const policy = pageHeaders['content-security-policy']
  const { origin } = new URL(redirectUri)
  return {
    ...pageHeaders,
    // Browsers send no Origin with a form under `no-referrer`, and that tells us whose form it is.
    'referrer-policy': 'same-origin',
    'content-security-policy': policy.replace("form-action 'self'", `form-action 'self' ${origin}`),
  }
}

function toMistake(language: Language, mistake: ConsentMistake, status: number): Response {
  return new Response(renderMistake(language, mistake), { status, headers: pageHeaders })
}

function redirect(uri: string, values: Readonly<Record<string, string | null>>): Response {
  const target = new URL(uri)
  for (const [name, value] of Object.entries(values)) if (value !== null) target.searchParams.set(name, value)
  const headers = { location: target.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 303, headers })
}
