import type { FoundProvider } from '../../sign-in/saml/find-provider.ts'
import { takeLogoutRequest, takeLogoutResponse } from '../../sign-in/saml/logout.ts'
import { SamlError } from '../../sign-in/saml/saml-error.ts'
import { toEmptyCookie } from './cookie.ts'
import { renderMessage } from './pages.ts'
import { doorOf, type SamlSite } from './saml-site.ts'
import { samlTexts } from './saml-texts.ts'
import { answerPage, refuseMethod, type Visit } from './site.ts'

/** `/logout`, HTTP-Redirect: requests of the identity provider, and its answers to ours. */
export async function answerSamlLogout(site: SamlSite, visit: Visit, { provider }: FoundProvider): Promise<Response> {
  const { request, context, language, now } = visit
  if (request.method !== 'GET') return refuseMethod('GET')
  const texts = samlTexts[language]
  const { search, searchParams } = new URL(request.url)
  const door = doorOf(site, visit)
  try {
    if (searchParams.has('SAMLRequest')) {
      const location = await takeLogoutRequest(door, provider, search)
      const headers = { 'cache-control': 'no-store', 'set-cookie': toEmptyCookie(context) }
      if (location !== undefined) return new Response(null, { status: 302, headers: { ...headers, location } })
    } else await takeLogoutResponse(door, provider, search)
    const shown = { title: texts.signedOut, text: texts.signedOutExplain }
    return answerPage(visit, 200, renderMessage(language, shown), [toEmptyCookie(context)])
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    site.attempts.add(context.clientIp, now.getTime())
    const alert = `${texts.kinds.untrusted} (${error.code})`
    return answerPage(visit, 403, renderMessage(language, { title: texts.signedOut, alert }))
  }
}
