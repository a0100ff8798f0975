import type { DerivedLinks } from '../../access/derived-links.ts'
import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import {
  askEmailChange,
  confirmEmailChange,
  createEmailLinks,
  readEmailLink,
  type EmailLinkState,
} from '../../sign-in/email-change.ts'
import { layOutPage } from '../page.ts'
import { emailTexts } from './email-texts.ts'
import { alertOf, doneOf, field, renderMessage } from './pages.ts'
import { answerPage, readOwnForm, refuseMethod, requireSession, type SignInParts, type Visit } from './site.ts'
import { accountPath } from './sign-in.ts'
import { fillText, signInTexts } from './texts/catalog.ts'

export const emailPath = '/account/email'

/** `/account/email`: asks for another address. */
export async function answerEmail(parts: SignInParts, visit: Visit): Promise<Response> {
  const { request, context, language, now } = visit
  context.route = emailPath
  const session = await requireSession(parts, visit, emailPath)
  if (session instanceof Response) return session
  const backHref = context.baseUrl + accountPath
  if (request.method === 'GET' || request.method === 'HEAD')
    return answerPage(visit, 200, renderAsk(language, { backHref }))
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const own = { session, now, requestId: context.requestId }
  const asked = await askEmailChange(parts.database, own, form.get('email') ?? '')
  const { refusals, asked: done } = emailTexts[language]
  if (asked === 'asked') return answerPage(visit, 200, renderAsk(language, { backHref, done }))
  const status = asked === 'throttled' ? 429 : asked === 'locked' ? 403 : 422
  return answerPage(visit, status, renderAsk(language, { backHref, alert: refusals[asked] }))
}

function renderAsk(
  language: Language,
  shown: { readonly backHref: string; readonly alert?: string; readonly done?: string },
): string {
  const texts = emailTexts[language]
  const form = [
    `<p>${escape(texts.explain)}</p>`,
    '<form method="post" class="wide">',
    field({ id: 'email', label: texts.newAddress, type: 'email', autocomplete: 'email' }),
    `<button type="submit">${escape(texts.ask)}</button>`,
    '</form>',
  ]
  return layOutPage(
    language,
    texts.title,
    [
      `<h1>${escape(texts.title)}</h1>`,
      ...alertOf(shown.alert),
      ...doneOf(shown.done),
      ...(shown.done === undefined ? form : []),
      `<p class="quiet"><a href="${escape(shown.backHref)}">${escape(signInTexts[language].back)}</a></p>`,
    ],
    { isNarrow: true },
  )
}

/** `/email/<token>`: GET shows a button and uses nothing up, so that link scanners do no harm. */
export function createEmailLinkAnswer(parts: SignInParts): (parts: SignInParts, visit: Visit) => Promise<Response> {
  const links = createEmailLinks(parts)
  return (_, visit) => answerEmailLink(parts, links, visit)
}

async function answerEmailLink(parts: SignInParts, links: DerivedLinks, visit: Visit): Promise<Response> {
  const { request, context, now } = visit
  context.route = '/email/{token}'
  const isRoot = context.path === '' || context.path === '/'
  const link = isRoot ? await links.parse(context.parameters.get('token') ?? '') : undefined
  if (link === undefined) return answerState(visit, { kind: 'unknown' })
  if (request.method === 'GET' || request.method === 'HEAD')
    return answerState(visit, await readEmailLink(parts.database, link, now))
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const { requestId } = context
  return answerState(visit, await confirmEmailChange(parts.database, link, { now, requestId }))
}

function answerState(visit: Visit, state: EmailLinkState): Response {
  const { language } = visit
  const texts = emailTexts[language]
  const { linkTitle, links } = signInTexts[language]
  switch (state.kind) {
    case 'open':
      return answerPage(visit, 200, renderConfirm(language, state))
    case 'half':
    case 'done':
      return answerPage(visit, 200, renderMessage(language, { title: texts.title, text: texts[state.kind] }))
    case 'locked':
      return answerPage(visit, 403, renderMessage(language, { title: linkTitle, alert: texts.refusals.locked }))
    case 'taken':
      return answerPage(visit, 409, renderMessage(language, { title: linkTitle, alert: texts.taken }))
    case 'unknown':
    case 'used':
    case 'expired': {
      const status = state.kind === 'unknown' ? 404 : 410
      return answerPage(visit, status, renderMessage(language, { title: linkTitle, alert: links[state.kind] }))
    }
    default:
      return state satisfies never
  }
}

function renderConfirm(
  language: Language,
  { change, isNew }: Extract<EmailLinkState, { kind: 'open' | 'half' | 'done' }>,
) {
  const texts = emailTexts[language]
  const { newAddress, oldAddress, organizationName: organization } = change
  const text = fillText(isNew ? texts.confirmNew : texts.confirmOld, {
    new: newAddress,
    old: oldAddress ?? '',
    organization,
  })
  return layOutPage(
    language,
    texts.confirmTitle,
    [
      `<h1>${escape(texts.confirmTitle)}</h1>`,
      `<p>${escape(text)}</p>`,
      `<form method="post"><button type="submit">${escape(texts.confirm)}</button></form>`,
    ],
    { isNarrow: true },
  )
}
