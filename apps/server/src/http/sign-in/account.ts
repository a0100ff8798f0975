import { createBreachList } from '../../sign-in/breach-list.ts'
import { changeOwnPassword, endOwnSessions, readAccount } from '../../sign-in/account.ts'
import { listSessions } from '../../sign-in/list-sessions.ts'
import { endOneSession, type Session } from '../../sign-in/sessions.ts'
import { formatTypeId, parseTypeId } from '../../type-id.ts'
import { renderAccount } from './account-page.ts'
import { toEmptyCookie } from './cookie.ts'
import { emailPath } from './email.ts'
import { leadToProvider } from './leave.ts'
import { findMailBanner } from './mail-banner.ts'
import { describeFlaw } from './pages.ts'
import {
  answerPage,
  findAnySession,
  readOwnForm,
  redirectTo,
  refuseMethod,
  requireSession,
  type SignInParts,
  type Visit,
} from './site.ts'
import { accountPath, describeProblem } from './sign-in.ts'
import { signInTexts } from './texts/catalog.ts'

const sessionsMax = 50

/** `/account`: a person's own page. */
export async function answerAccount(parts: SignInParts, visit: Visit): Promise<Response> {
  const { request, context } = visit
  context.route = '/account'
  const session = await requireSession(parts, visit, accountPath)
  if (session instanceof Response) return session
  if (request.method === 'GET' || request.method === 'HEAD') return show(parts, visit, session, {})
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const which = form.get('end')
  return which === null ? changePassword(parts, visit, { session, form }) : end(parts, visit, { session, which })
}

/** `/sign-out`: with POST only, so that no link and no picture of another site does it. */
export async function answerSignOut(parts: SignInParts, visit: Visit): Promise<Response> {
  const { request, context, now } = visit
  context.route = '/sign-out'
  if (request.method !== 'POST') return refuseMethod('POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const session = await findAnySession(parts, visit)
  if (session !== undefined) {
    const { organizationId, userId, id: sessionId } = session
    const by = { actor: formatTypeId('usr', userId), requestId: context.requestId, now }
    await endOneSession(parts.database, { organizationId, sessionId, reason: 'signedOut', ...by })
    const further = await leadToProvider(parts, visit, session)
    if (further !== undefined) return further
  }
  return redirectTo(visit, '/sign-in?signedOut', [toEmptyCookie(context)])
}

type Act = { readonly session: Session }

async function end(parts: SignInParts, visit: Visit, act: Act & { readonly which: string }): Promise<Response> {
  const { session, which } = act
  const own = { session, now: visit.now, requestId: visit.context.requestId }
  const id = parseTypeId('ses', which)
  if (which === 'others') await endOwnSessions(parts.database, own, 'others')
  else if (id !== undefined) await endOwnSessions(parts.database, own, { sessionId: id })
  return show(parts, visit, session, { done: signInTexts[visit.language].sessionEnded })
}

async function changePassword(
  parts: SignInParts,
  visit: Visit,
  { session, form }: Act & { readonly form: URLSearchParams },
): Promise<Response> {
  const { context, now, language } = visit
  const own = { session, now, requestId: context.requestId, ip: context.clientIp }
  const given = {
    before: form.get('before') ?? '',
    password: form.get('password') ?? '',
    breaches: createBreachList(parts.config.breachedPasswords),
  }
  const outcome = await changeOwnPassword(parts.database, own, given)
  switch (outcome.kind) {
    case 'changed':
      return show(parts, visit, session, { done: signInTexts[language].passwordSaved })
    case 'flawed':
      return show(parts, visit, session, { alert: describeFlaw(language, outcome.flaw), status: 422 })
    case 'wrongPassword':
      return show(parts, visit, session, { alert: describeProblem(visit, 'wrongPassword'), status: 403 })
    case 'throttled':
      return show(parts, visit, session, { alert: describeProblem(visit, 'throttled', 15), status: 429 })
    default:
      return outcome satisfies never
  }
}

async function show(
  parts: SignInParts,
  visit: Visit,
  session: Session,
  said: { readonly alert?: string; readonly done?: string; readonly status?: number },
): Promise<Response> {
  const { organizationId, userId, id: sessionId, organizationName } = session
  const query = { organizationId, userId, withEnded: false, now: visit.now }
  const [account, { data: sessions }, banner] = await Promise.all([
    readAccount(parts.database, session),
    listSessions(parts.database, query, { limit: sessionsMax }),
    findMailBanner(parts, visit, session),
  ])
  const hrefs = {
    signOutHref: `${visit.context.baseUrl}/sign-out`,
    factorsHref: `${visit.context.baseUrl}${accountPath}/factors`,
    emailHref: visit.context.baseUrl + emailPath,
  }
  const { alert, done, status = 200 } = said
  const shown = { organizationName, account, sessions, sessionId, ...hrefs, banner, alert, done }
  return answerPage(visit, status, renderAccount(visit.language, shown))
}
