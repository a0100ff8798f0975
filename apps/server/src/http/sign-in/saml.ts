import { createFailedAttempts } from '../../access/failed-attempts.ts'
import { cacheInstanceSecret } from '../../access/instance-secrets.ts'
import { messageBytesMax } from '../../sign-in/saml/decode.ts'
import { findSamlProvider, type FoundProvider } from '../../sign-in/saml/find-provider.ts'
import { writeMetadata } from '../../sign-in/saml/metadata.ts'
import { openRelayState, sealRelayState } from '../../sign-in/saml/relay-state.ts'
import { beginSignIn, finishSignIn, toExchange, type SamlOutcome } from '../../sign-in/saml/sign-in.ts'
import { parseTypeId } from '../../type-id.ts'
import type { Mount } from '../mount.ts'
import { readCookie } from './cookie.ts'
import { renderMessage } from './pages.ts'
import { readPostedForm } from '../read-posted-form.ts'
import { chooseBrowserSecret, readBrowserSecret, toBrowserCookie } from './saml-cookie.ts'
import { answerSamlLogout } from './saml-logout.ts'
import { renderSamlRefusal } from './saml-page.ts'
import { doorOf, type SamlSite } from './saml-site.ts'
import { samlTexts } from './saml-texts.ts'
import { describeProblem, homePath, welcome } from './sign-in.ts'
import { openTrial } from '../../sign-in/trial.ts'
import { answerTrial, answerTrialOver } from './trial-page.ts'
import { answerPage, parseNext, refuseMethod, toVisit, type SignInParts, type Visit } from './site.ts'

/** In base64, percent-encoded, with RelayState. */
const formBytesMax = messageBytesMax * 2

/** `/saml/<organization>/<identity provider>/…`: what identity providers and browsers are given. */
export function samlMounts(parts: SignInParts): readonly Mount[] {
  const site: SamlSite = {
    ...parts,
    attempts: createFailedAttempts(),
    relaySecret: cacheInstanceSecret(parts, 'saml-relay-state'),
    requestSecret: cacheInstanceSecret(parts, 'saml-requests'),
  }
  return [
    {
      prefix: '/saml/:organization/:provider',
      fetch: (request, context) => answerSaml(site, toVisit(parts, request, context)),
    },
  ]
}

async function answerSaml(site: SamlSite, visit: Visit): Promise<Response> {
  const { context, now } = visit
  const place = context.path.replace(/\/$/, '')
  context.route = `/saml/{organization}/{provider}${places.has(place) ? place : ''}`
  const blocked = site.attempts.blockedSeconds(context.clientIp, now.getTime())
  if (blocked !== undefined) return refuseThrottled(visit, blocked)
  const found = places.has(place) ? await find(site, visit) : undefined
  if (found === undefined) {
    site.attempts.add(context.clientIp, now.getTime())
    return answerPage(visit, 404, renderMessage(visit.language, { title: samlTexts[visit.language].title }))
  }
  context.organization = found.organizationSlug
  switch (place) {
    case '/metadata':
      return answerMetadata(site, visit, found)
    case '/sign-in':
      return answerBegin(site, visit, found)
    case '/acs':
      return answerAcs(site, visit, found)
    default:
      return answerSamlLogout(site, visit, found)
  }
}

const places: ReadonlySet<string> = new Set(['/metadata', '/sign-in', '/acs', '/logout'])

function find(site: SamlSite, { context }: Visit): Promise<FoundProvider | undefined> {
  const organizationId = parseTypeId('org', context.parameters.get('organization') ?? '')
  const id = parseTypeId('idp', context.parameters.get('provider') ?? '')
  if (organizationId === undefined || id === undefined) return Promise.resolve(undefined)
  return findSamlProvider(site.database, organizationId, id)
}

/** Public by nature: identity providers read it. */
function answerMetadata(site: SamlSite, visit: Visit, { provider }: FoundProvider): Response {
  const { request, now } = visit
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod('GET, HEAD')
  const { urls, keys, settings } = toExchange(doorOf(site, visit), provider)
  const { nameIdFormat, signMetadata: isSigned } = settings
  const xml = writeMetadata(urls, keys, { nameIdFormat, isSigned, now })
  return new Response(request.method === 'HEAD' ? null : xml, {
    headers: {
      'content-type': 'application/samlmetadata+xml; charset=utf-8',
      'content-disposition': 'inline; filename="rollcall-metadata.xml"',
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** A link that signs in: to the identity provider, with a request of ours. */
async function answerBegin(site: SamlSite, visit: Visit, { provider }: FoundProvider): Promise<Response> {
  const { request, context } = visit
  if (request.method !== 'GET') return refuseMethod('GET')
  const next = parseNext(new URL(request.url).searchParams.get('next'), visit) ?? homePath
  const trial = await openTrial(site.database, provider, { next, now: visit.now })
  if (trial === 'over') return answerTrialOver(visit)
  if (provider.state !== 'enabled' && trial === undefined) {
    const { title, kinds } = samlTexts[visit.language]
    return answerPage(visit, 403, renderMessage(visit.language, { title, alert: kinds.providerOff }))
  }
  const secret = await site.relaySecret()
  const place = { organizationId: provider.organizationId, providerId: provider.id }
  const relayState = sealRelayState(secret, place, next) ?? sealRelayState(secret, place, homePath) ?? ''
  const browserSecret = chooseBrowserSecret(request, context.baseUrl)
  const location = await beginSignIn(doorOf(site, visit), provider, {
    browserSecret,
    relayState,
    requestSecret: await site.requestSecret(),
  })
  const headers = new Headers({ location, 'cache-control': 'no-store' })
  if (browserSecret !== undefined) headers.append('set-cookie', toBrowserCookie(browserSecret))
  return new Response(null, { status: 302, headers })
}

/** The assertion consumer service, HTTP-POST. */
async function answerAcs(site: SamlSite, visit: Visit, found: FoundProvider): Promise<Response> {
  const { request, context, now } = visit
  if (request.method !== 'POST') return refuseMethod('POST')
  const form = await readPostedForm(request, formBytesMax)
  const { provider } = found
  const place = { organizationId: provider.organizationId, providerId: provider.id }
  const next = openRelayState(await site.relaySecret(), place, form?.get('RelayState') ?? '')
  const trial = await openTrial(site.database, provider, { next, now })
  if (trial === 'over') return answerTrialOver(visit)
  const outcome = await finishSignIn(doorOf(site, visit), provider, {
    response: form?.get('SAMLResponse') ?? '',
    requestSecret: await site.requestSecret(),
    browserSecret: readBrowserSecret(request),
    ip: context.clientIp,
    userAgent: request.headers.get('user-agent') ?? undefined,
    replaces: readCookie(request, context),
    trial,
  })
  if (outcome.kind === 'refused') site.attempts.add(context.clientIp, now.getTime())
  if (trial !== undefined) return answerTrial(site, visit, { provider, trial, outcome })
  return outcome.kind === 'refused' ? refuseOutcome(visit, found, outcome) : welcome(visit, outcome, next ?? null)
}

function refuseOutcome(
  visit: Visit,
  { provider }: FoundProvider,
  outcome: Extract<SamlOutcome, { kind: 'refused' }>,
): Response {
  const { context } = visit
  const tryAgain = provider.state === 'enabled' ? `${context.baseUrl}${context.prefix}/sign-in` : undefined
  return answerPage(visit, 403, renderSamlRefusal(visit.language, outcome, { tryAgain }))
}

function refuseThrottled(visit: Visit, seconds: number): Response {
  const alert = describeProblem(visit, 'throttled', Math.ceil(seconds / 60))
  const html = renderMessage(visit.language, { title: samlTexts[visit.language].title, alert })
  const response = answerPage(visit, 429, html)
  response.headers.set('retry-after', String(seconds))
  return response
}
