import { escapeHtml as escape } from '../../escape-html.ts'
import { readFactors, readNames } from '../../sign-in/factors.ts'
import { isProvenLately } from '../../sign-in/prove.ts'
import type { Session } from '../../sign-in/sessions.ts'
import { layOutPage } from '../page.ts'
import { toCookie } from './cookie.ts'
import { answerFactorPage, describeFactorProblem, type FactorParts, type Problem } from './factor-site.ts'
import { factorWords } from './factor-words/catalog.ts'
import { alertOf } from './pages.ts'
import { passkeyScript } from './passkey-script.ts'
import { renderProofsOf, takeProof } from './prove.ts'
import { accountPath } from './sign-in.ts'
import { parseNext, readOwnForm, redirectTo, refuseMethod, requireSession, type Visit } from './site.ts'
import { fillText } from './texts/catalog.ts'

/** Where somebody goes who must show anew who he is before a dangerous act. */
export const confirmPath = '/account/confirm'

/** Undefined: nothing stands in the way. Else the way to the page that asks. */
export function askToConfirm(visit: Visit, session: Session, path: string): Response | undefined {
  if (isProvenLately(session, visit.now)) return undefined
  return redirectTo(visit, `${confirmPath}?next=${encodeURIComponent(path)}`)
}

/** `/account/confirm`: a factor, or a new sign-in, and then on to `next`. */
export async function answerConfirm(parts: FactorParts, visit: Visit): Promise<Response> {
  const { request, context } = visit
  context.route = confirmPath
  const next = parseNext(new URL(request.url).searchParams.get('next'), visit) ?? accountPath
  const session = await requireSession(parts, visit, next)
  if (session instanceof Response) return session
  if (request.method === 'GET' || request.method === 'HEAD') return show(parts, visit, { session, next })
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const outcome = await takeProof(parts, visit, { session, form })
  if (outcome.kind !== 'proven')
    return show(parts, visit, { session, next }, outcome.kind === 'problem' ? outcome.problem : undefined)
  return redirectTo(visit, next, [toCookie(outcome.session, { baseUrl: context.baseUrl, now: visit.now })])
}

async function show(
  parts: FactorParts,
  visit: Visit,
  { session, next }: { readonly session: Session; readonly next: string },
  problem?: Problem,
): Promise<Response> {
  const words = factorWords[visit.language]
  const factors = await readFactors(parts.database, session)
  const { userName } = await readNames(parts.database, session)
  const person = session.userDisplay ?? userName
  const again = `${visit.context.baseUrl}/o/${session.organizationSlug}/sign-in?next=${encodeURIComponent(next)}`
  const html = layOutPage(
    visit.language,
    words.confirmTitle,
    [
      `<h1>${escape(words.confirmTitle)}</h1>`,
      ...alertOf(problem === undefined ? undefined : describeFactorProblem(visit, problem)),
      `<p>${escape(fillText(words.confirmIntro, { person }))}</p>`,
      ...(await renderProofsOf(parts, visit, { session, factors })),
      `<p class="quiet">${escape(words.confirmOtherwise)}</p>`,
      `<a class="button second wide" href="${escape(again)}">${escape(words.signInAgain)}</a>`,
      passkeyScript,
    ],
    { isNarrow: true },
  )
  return answerFactorPage(visit, html, problem)
}
