import type { Language } from '../../language.ts'
import { beginOidcLogout } from '../../sign-in/oidc/logout.ts'
import type { Session } from '../../sign-in/sessions.ts'
import { toEmptyCookie } from './cookie.ts'
import { chooseOidcSecret, toOidcCookie } from './oidc-cookie.ts'
import { oidcTexts } from './oidc-texts.ts'
import { renderMessage } from './pages.ts'
import { samlTexts } from './saml-texts.ts'
import { answerPage, type SignInParts, type Visit } from './site.ts'

/**
 * After a session has ended here: the page that leads on to the identity provider's own sign-out; undefined when there is
 * none. It is a page and no redirect, since our policy lets forms lead to pages of ours only, redirects included.
 */
export async function leadToProvider(
  parts: SignInParts,
  visit: Visit,
  session: Session,
): Promise<Response | undefined> {
  const { request, context, now } = visit
  const browserSecret = chooseOidcSecret(request, context.baseUrl)
  const door = { ...parts, baseUrl: context.baseUrl, now, requestId: context.requestId }
  const href = await beginOidcLogout(door, session, browserSecret)
  if (href === undefined) return undefined
  const cookies = [toEmptyCookie(context), toOidcCookie(browserSecret, context.baseUrl)]
  const response = answerPage(visit, 200, renderLeave(visit.language, href), cookies)
  response.headers.set('refresh', `0; url=${href}`)
  return response
}

function renderLeave(language: Language, href: string): string {
  const { signedOutHere: text, signOutThere: label } = oidcTexts[language]
  return renderMessage(language, { title: samlTexts[language].signedOut, text, link: { label, href } })
}
