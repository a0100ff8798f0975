import type { DerivedLinks } from '../../access/derived-links.ts'
import { findOrganization } from '../../access/organizations.ts'
import { createBreachList } from '../../sign-in/breach-list.ts'
import {
  createPasswordLinks,
  readPasswordLink,
  sendPasswordLink,
  usePasswordLink,
} from '../../sign-in/password-links.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCookie } from './cookie.ts'
import { renderChoosePassword, renderForgotten, renderMessage } from './pages.ts'
import { answerPage, readOwnForm, refuseMethod, type SignInParts, type Visit } from './site.ts'
import { describeProblem, refuseOrganization, welcome } from './sign-in.ts'
import { signInTexts } from './texts/catalog.ts'
import type { LinkProblem } from './texts/sign-in-texts.ts'

/** So long the answer takes at least, whether or not there is somebody to write to. */
const answerMs = 150

/** `/o/<organization>/forgotten-password`: asks for the address to which a link goes. */
export async function answerForgotten(parts: SignInParts, visit: Visit): Promise<Response> {
  const { request, context, language, now } = visit
  context.route = '/o/{slug}/forgotten-password'
  const organization = await findOrganization(parts.database, context.parameters.get('slug') ?? '')
  if (organization === undefined || (context.path !== '' && context.path !== '/')) return refuseOrganization(visit)
  const backHref = `${context.baseUrl}/o/${organization.slug}/sign-in`
  if (request.method === 'GET' || request.method === 'HEAD')
    return answerPage(visit, 200, renderForgotten(language, { backHref }))
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const asked = { organizationId: organization.id, name: form.get('name') ?? '', now }
  await Promise.all([sendPasswordLink(parts.database, asked), sleep(answerMs)])
  const { forgottenTitle: title, forgottenSent: text, back: label } = signInTexts[language]
  return answerPage(visit, 200, renderMessage(language, { title, text, link: { label, href: backHref } }))
}

const statusOf: { readonly [problem in LinkProblem]: number } = { unknown: 404, used: 410, expired: 410 }

/** `/password/<token>`: GET shows the form and uses nothing up, so that link scanners do no harm. */
export function createPasswordLinkAnswer(parts: SignInParts): (parts: SignInParts, visit: Visit) => Promise<Response> {
  const links = createPasswordLinks(parts)
  return (_, visit) => answerPasswordLink(parts, links, visit)
}

async function answerPasswordLink(parts: SignInParts, links: DerivedLinks, visit: Visit): Promise<Response> {
  const { request, context, language, now } = visit
  context.route = '/password/{token}'
  const isRoot = context.path === '' || context.path === '/'
  const name = isRoot ? await links.parse(context.parameters.get('token') ?? '') : undefined
  if (name === undefined) return refuseLink(visit, 'unknown')
  if (request.method === 'GET' || request.method === 'HEAD') {
    const state = await readPasswordLink(parts.database, name, now)
    if (state.kind !== 'open') return refuseLink(visit, state.kind)
    const { organizationName } = state.link
    return answerPage(visit, 200, renderChoosePassword(language, { organizationName, userName: state.userName }))
  }
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const outcome = await usePasswordLink(parts.database, name, {
    now,
    requestId: context.requestId,
    ip: context.clientIp,
    userAgent: request.headers.get('user-agent') ?? undefined,
    replaces: readCookie(request, context),
    password: form.get('password') ?? '',
    breaches: createBreachList(parts.config.breachedPasswords),
  })
  switch (outcome.kind) {
    case 'signedIn':
      return welcome(visit, outcome, null)
    case 'refused':
      return refuse(visit, describeProblem(visit, outcome.code), 403)
    case 'flawed': {
      const { flaw, state } = outcome
      const { organizationName } = state.link
      return answerPage(
        visit,
        422,
        renderChoosePassword(language, { organizationName, userName: state.userName, flaw }),
      )
    }
    case 'unknown':
    case 'used':
    case 'expired':
      return refuseLink(visit, outcome.kind)
    default:
      return outcome satisfies never
  }
}

function refuseLink(visit: Visit, problem: LinkProblem): Response {
  return refuse(visit, signInTexts[visit.language].links[problem], statusOf[problem])
}

function refuse(visit: Visit, alert: string, status: number): Response {
  const { linkTitle: title, signIn: label } = signInTexts[visit.language]
  const link = { label, href: `${visit.context.baseUrl}/sign-in` }
  return answerPage(visit, status, renderMessage(visit.language, { title, alert, link }))
}
