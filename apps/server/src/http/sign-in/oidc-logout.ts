import type { FoundOidcProvider } from '../../sign-in/oidc/find-provider.ts'
import { continueOidcLogout, finishOidcLogout, takeLogoutToken } from '../../sign-in/oidc/logout.ts'
import { OidcError } from '../../sign-in/oidc/oidc-error.ts'
import { readOidcCookie } from './oidc-cookie.ts'
import { oidcDoorOf, type OidcSite } from './oidc-site.ts'
import { renderMessage } from './pages.ts'
import { readPostedForm } from '../read-posted-form.ts'
import { samlTexts } from './saml-texts.ts'
import { answerPage, refuseMethod, type Visit } from './site.ts'

const tokenBytesMax = 32 * 1024

/** Back-Channel Logout §2.8: the identity provider itself asks, so the answer is for a program. */
export async function answerBackChannelLogout(
  site: OidcSite,
  visit: Visit,
  { provider }: FoundOidcProvider,
): Promise<Response> {
  const { request, context, now } = visit
  if (request.method !== 'POST') return refuseMethod('POST')
  const form = await readPostedForm(request, tokenBytesMax)
  const headers = { 'cache-control': 'no-store' }
  try {
    await takeLogoutToken(oidcDoorOf(site, visit), provider, form?.get('logout_token') ?? '')
    return new Response(null, { status: 200, headers })
  } catch (error) {
    if (!(error instanceof OidcError)) throw error
    site.attempts.add(context.clientIp, now.getTime())
    const body = { error: 'invalid_request', error_description: `${error.code}: ${error.message}` }
    return Response.json(body, { status: 400, headers })
  }
}

/** From our sign-out to that of the identity provider. */
export function answerLeave(site: OidcSite, visit: Visit, { provider }: FoundOidcProvider): Promise<Response> {
  return atSignOut(visit, async (asked) => {
    const location = await continueOidcLogout(oidcDoorOf(site, visit), provider, asked)
    const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
    return new Response(null, { status: 303, headers })
  })
}

/** Back from there. */
export function answerReturn(site: OidcSite, visit: Visit, { provider }: FoundOidcProvider): Promise<Response> {
  return atSignOut(visit, async (asked) => {
    await finishOidcLogout(oidcDoorOf(site, visit), provider, asked)
    const { signedOut: title, signedOutExplain: text } = samlTexts[visit.language]
    return answerPage(visit, 200, renderMessage(visit.language, { title, text }))
  })
}

async function atSignOut(
  visit: Visit,
  work: (asked: { readonly state: string | null; readonly browserSecret: string | undefined }) => Promise<Response>,
): Promise<Response> {
  const { request, context, language } = visit
  if (request.method !== 'GET') return refuseMethod('GET')
  try {
    const state = new URL(request.url).searchParams.get('state')
    return await work({ state, browserSecret: readOidcCookie(request, context.baseUrl) })
  } catch (error) {
    if (!(error instanceof OidcError)) throw error
    // The session here has ended before, whatever becomes of the one there.
    const { signedOut: title, kinds } = samlTexts[language]
    return answerPage(visit, 403, renderMessage(language, { title, alert: `${kinds.again} (${error.code})` }))
  }
}
