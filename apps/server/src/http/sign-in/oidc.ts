import { createFailedAttempts } from '../../access/failed-attempts.ts'
import { cacheInstanceSecret } from '../../access/instance-secrets.ts'
import type { Parts } from '../../parts.ts'
import { findOidcProvider, type FoundOidcProvider } from '../../sign-in/oidc/find-provider.ts'
import { openSecrets, toPublicJwk } from '../../sign-in/oidc/secrets.ts'
import { toOidcSettings } from '../../sign-in/oidc/settings.ts'
import { beginOidcSignIn, finishOidcSignIn } from '../../sign-in/oidc/sign-in.ts'
import { readNext } from '../../sign-in/oidc/state.ts'
import { openTrial } from '../../sign-in/trial.ts'
import { parseTypeId } from '../../type-id.ts'
import type { Mount } from '../mount.ts'
import { readCookie } from './cookie.ts'
import { chooseOidcSecret, readOidcCookie, toOidcCookie } from './oidc-cookie.ts'
import { answerBackChannelLogout, answerLeave, answerReturn } from './oidc-logout.ts'
import { oidcDoorOf, type OidcSite } from './oidc-site.ts'
import { describeOidcRefusal } from './oidc-texts.ts'
import { renderMessage } from './pages.ts'
import { renderRefusal } from './saml-page.ts'
import { samlTexts } from './saml-texts.ts'
import { describeProblem, welcome } from './sign-in.ts'
import { answerTrial, answerTrialOver } from './trial-page.ts'
import { answerPage, parseNext, refuseMethod, toVisit, type SignInParts, type Visit } from './site.ts'

type Answer = (site: OidcSite, visit: Visit, found: FoundOidcProvider) => Promise<Response>

/** `/oidc/<organization>/<identity provider>/…`: what identity providers and browsers are given. */
export function oidcMounts(parts: SignInParts & Pick<Parts, 'outboundFetch'>): readonly Mount[] {
  const requestSecret = cacheInstanceSecret(parts, 'oidc-requests')
  const site: OidcSite = { ...parts, attempts: createFailedAttempts(), requestSecret }
  return [
    {
      prefix: '/oidc/:organization/:provider',
      fetch: (request, context) => answerOidc(site, toVisit(parts, request, context)),
    },
  ]
}

async function answerOidc(site: OidcSite, visit: Visit): Promise<Response> {
  const { context, now } = visit
  const answer = places.get(context.path)
  context.route = `/oidc/{organization}/{provider}${answer === undefined ? '' : context.path}`
  const blocked = site.attempts.blockedSeconds(context.clientIp, now.getTime())
  if (blocked !== undefined) return refuseThrottled(visit, blocked)
  const found = answer === undefined ? undefined : await find(site, visit)
  if (found === undefined || answer === undefined) {
    site.attempts.add(context.clientIp, now.getTime())
    return answerPage(visit, 404, renderMessage(visit.language, { title: samlTexts[visit.language].title }))
  }
  context.organization = found.organizationSlug
  return answer(site, visit, found)
}

const places: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['/sign-in', answerBegin],
  ['/callback', answerCallback],
  ['/jwks', answerJwks],
  ['/back-channel-logout', answerBackChannelLogout],
  ['/sign-out', answerLeave],
  ['/signed-out', answerReturn],
])

function find(site: OidcSite, { context }: Visit): Promise<FoundOidcProvider | undefined> {
  const organizationId = parseTypeId('org', context.parameters.get('organization') ?? '')
  const id = parseTypeId('idp', context.parameters.get('provider') ?? '')
  if (organizationId === undefined || id === undefined) return Promise.resolve(undefined)
  return findOidcProvider(site.database, organizationId, id)
}

/** A link that signs in; identity providers may begin by it too (OpenID Connect Core §4, initiate login URI). */
async function answerBegin(site: OidcSite, visit: Visit, { provider }: FoundOidcProvider): Promise<Response> {
  const { request, context, language } = visit
  if (request.method !== 'GET') return refuseMethod('GET')
  const { searchParams } = new URL(request.url)
  const { title, kinds } = samlTexts[language]
  const next = parseNext(searchParams.get('next') ?? toPath(searchParams.get('target_link_uri'), visit), visit)
  const trial = await openTrial(site.database, provider, { next, now: visit.now })
  if (trial === 'over') return answerTrialOver(visit)
  if (provider.state !== 'enabled' && trial === undefined)
    return answerPage(visit, 403, renderMessage(language, { title, alert: kinds.providerOff }))
  const iss = searchParams.get('iss')
  if (iss !== null && iss !== toOidcSettings(provider.settings).issuer)
    return answerPage(visit, 403, renderMessage(language, { title, alert: `${kinds.untrusted} (issuerMismatch)` }))
  const browserSecret = chooseOidcSecret(request, context.baseUrl)
  const location = await beginOidcSignIn(oidcDoorOf(site, visit), provider, {
    browserSecret,
    next: next ?? null,
    loginHint: searchParams.get('login_hint'),
    requestSecret: await site.requestSecret(),
  })
  const headers = new Headers({ location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  headers.append('set-cookie', toOidcCookie(browserSecret, context.baseUrl))
  return new Response(null, { status: 303, headers })
}

/** An address of ours as a path; anybody else's is nothing. */
function toPath(target: string | null, { context }: Visit): string | null {
  return target?.startsWith(`${context.baseUrl}/`) === true ? target.slice(context.baseUrl.length) : null
}

/** The redirect URI: the browser comes back with a code, or with an error. */
async function answerCallback(site: OidcSite, visit: Visit, { provider }: FoundOidcProvider): Promise<Response> {
  const { request, context, now, language } = visit
  if (request.method !== 'GET') return refuseMethod('GET')
  const parameters = new URL(request.url).searchParams
  const trial = await openTrial(site.database, provider, { next: readNext(parameters.get('state')), now })
  if (trial === 'over') return answerTrialOver(visit)
  const outcome = await finishOidcSignIn(oidcDoorOf(site, visit), provider, {
    parameters,
    browserSecret: readOidcCookie(request, context.baseUrl),
    requestSecret: await site.requestSecret(),
    ip: context.clientIp,
    userAgent: request.headers.get('user-agent') ?? undefined,
    replaces: readCookie(request, context),
    trial,
  })
  if (outcome.kind === 'refused') site.attempts.add(context.clientIp, now.getTime())
  if (trial !== undefined) return answerTrial(site, visit, { provider, trial, outcome })
  if (outcome.kind === 'signedIn') return welcome(visit, outcome, outcome.next)
  const tryAgain = provider.state === 'enabled' ? `${context.baseUrl}${context.prefix}/sign-in` : undefined
  const text = describeOidcRefusal(language, outcome.code)
  return answerPage(visit, 403, renderRefusal(language, { ...outcome, text }, { tryAgain }))
}

/** Our public key, for private_key_jwt; public by nature. */
function answerJwks(site: OidcSite, { request }: Visit, { provider }: FoundOidcProvider): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return Promise.resolve(refuseMethod('GET, HEAD'))
  const { privateKey } = openSecrets(site.encryption, provider)
  const body = JSON.stringify({ keys: privateKey === null ? [] : [toPublicJwk(privateKey)] })
  const headers = { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=300' }
  return Promise.resolve(new Response(request.method === 'HEAD' ? null : body, { headers }))
}

function refuseThrottled(visit: Visit, seconds: number): Response {
  const alert = describeProblem(visit, 'throttled', Math.ceil(seconds / 60))
  const html = renderMessage(visit.language, { title: samlTexts[visit.language].title, alert })
  const response = answerPage(visit, 429, html)
  response.headers.set('retry-after', String(seconds))
  return response
}
