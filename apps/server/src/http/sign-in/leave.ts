import { beginOidcLogout } from '../../sign-in/oidc/logout.ts'
import { beginOnwardLogout } from '../../sign-in/onward-logout.ts'
import type { Session } from '../../sign-in/sessions.ts'
import { toEmptyCookie } from './cookie.ts'
import { chooseOidcSecret, toOidcCookie } from './oidc-cookie.ts'
import { renderMessage } from './pages.ts'
import { doorOf } from './saml-site.ts'
import { samlTexts } from './saml-texts.ts'
import { answerPage, type SignInParts, type Visit } from './site.ts'

/** After a session has ended here: on to where the session at the identity provider ends; undefined when there is none. */
export async function leadToProvider(
  parts: SignInParts,
  visit: Visit,
  session: Session,
): Promise<Response | undefined> {
  const { request, context, now } = visit
  if (session.method !== 'oidc') {
    const href = await beginOnwardLogout(doorOf(parts, visit), session)
    return href === undefined ? undefined : leadTo(visit, href)
  }
  const browserSecret = chooseOidcSecret(request, context.baseUrl)
  const door = { database: parts.database, baseUrl: context.baseUrl, now }
  const href = await beginOidcLogout(door, session, browserSecret)
  return href === undefined ? undefined : leadTo(visit, href, [toOidcCookie(browserSecret, context.baseUrl)])
}

/** By a header and a link: browsers let a form of ours lead to no other site, and a redirect counts as where it leads. */
function leadTo(visit: Visit, href: string, cookies: readonly string[] = []): Response {
  const { signedOut, signOutThere } = samlTexts[visit.language]
  const html = renderMessage(visit.language, { title: signedOut, link: { label: signOutThere, href } })
  const response = answerPage(visit, 200, html, [toEmptyCookie(visit.context), ...cookies])
  response.headers.set('refresh', `0;url=${href}`)
  return response
}
