import { beginOidcLogout } from '../../sign-in/oidc/logout.ts'
import { beginOnwardLogout } from '../../sign-in/onward-logout.ts'
import type { Session } from '../../sign-in/sessions.ts'
import { toEmptyCookie } from './cookie.ts'
import { chooseOidcSecret, toOidcCookie } from './oidc-cookie.ts'
import { leadTo } from './lead-to.ts'
import { doorOf } from './saml-site.ts'
import { samlTexts } from './saml-texts.ts'
import type { SignInParts, Visit } from './site.ts'

/** After a session has ended here: on to where the session at the identity provider ends; undefined when there is none. */
export async function leadToProvider(
  parts: SignInParts,
  visit: Visit,
  session: Session,
): Promise<Response | undefined> {
  const { request, context, now } = visit
  if (session.method !== 'oidc') {
    const href = await beginOnwardLogout(doorOf(parts, visit), session)
    return href === undefined ? undefined : leave(visit, href)
  }
  const browserSecret = chooseOidcSecret(request, context.baseUrl)
  const door = { database: parts.database, baseUrl: context.baseUrl, now }
  const href = await beginOidcLogout(door, session, browserSecret)
  return href === undefined ? undefined : leave(visit, href, [toOidcCookie(browserSecret, context.baseUrl)])
}

function leave(visit: Visit, href: string, cookies: readonly string[] = []): Response {
  const { signedOut: title, signOutThere: label } = samlTexts[visit.language]
  return leadTo(visit, { title, label, href }, [toEmptyCookie(visit.context), ...cookies])
}
