import { escapeHtml as escape } from '../../escape-html.ts'
import { readFactors, readNames, type Factors } from '../../sign-in/factors.ts'
import { proveWithFactor } from '../../sign-in/prove.ts'
import type { Session, StartedSession } from '../../sign-in/sessions.ts'
import { layOutPage } from '../page.ts'
import { toCookie } from './cookie.ts'
import { addPasskey, beginTotp, confirmTotp, makeCodes, type EnrolmentOutcome } from './enrolment.ts'
import { renderPasskeyAdder, renderRecoveryCodes, renderTotpEnrolment } from './factor-parts.ts'
import {
  answerFactorPage,
  describeFactorProblem,
  toPasskeyOptions,
  type FactorParts,
  type Problem,
} from './factor-site.ts'
import { factorWords } from './factor-words/catalog.ts'
import { alertOf } from './pages.ts'
import { passkeyScript } from './passkey-script.ts'
import { renderProofsOf, takeProof } from './prove.ts'
import { homePath, secondStepPath } from './sign-in.ts'
import { findAnySession, parseNext, readOwnForm, redirectTo, refuseMethod, type Visit } from './site.ts'
import { fillText } from './texts/catalog.ts'

/**
 * `/sign-in/second-step`: where a session leads that a password alone has opened. Whoever has a factor shows it; whoever has
 * none, and has rights that need one, sets one up before anything else.
 */
export async function answerSecondStep(parts: FactorParts, visit: Visit): Promise<Response> {
  const { request, context } = visit
  context.route = secondStepPath
  const session = await findAnySession(parts, visit)
  const next = parseNext(new URL(request.url).searchParams.get('next'), visit) ?? homePath
  if (session === undefined) return redirectTo(visit, `/sign-in?next=${encodeURIComponent(next)}`)
  context.organization = session.organizationSlug
  if (session.stage === 'full') return redirectTo(visit, next)
  const factors = await readFactors(parts.database, session)
  const step = { session, factors, next }
  if (request.method === 'GET' || request.method === 'HEAD') return show(parts, visit, step)
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  return hasNone(factors) ? enrol(parts, visit, { ...step, form }) : prove(parts, visit, { ...step, form })
}

type Step = { readonly session: Session; readonly factors: Factors; readonly next: string }
type Sent = Step & { readonly form: URLSearchParams }

/** Stranded passkeys and used recovery codes count: what somebody has set up must not be got around by setting up more. */
function hasNone({ passkeys, totp, recoveryCodes }: Factors): boolean {
  return passkeys.length === 0 && totp === undefined && recoveryCodes === undefined
}

async function prove(parts: FactorParts, visit: Visit, step: Sent): Promise<Response> {
  const outcome = await takeProof(parts, visit, step)
  if (outcome.kind === 'proven') return redirectTo(visit, step.next, [cookieOf(visit, outcome.session)])
  return show(parts, visit, step, outcome.kind === 'problem' ? outcome.problem : undefined)
}

async function enrol(parts: FactorParts, visit: Visit, step: Sent): Promise<Response> {
  const { session, form } = step
  const outcome = await takeEnrolment(parts, visit, step)
  if (outcome.kind !== 'enrolled')
    return show(parts, visit, step, outcome.kind === 'problem' ? outcome.problem : undefined, form.get('enrolment'))
  const proof = { session, factor: outcome.factor, now: visit.now, requestId: visit.context.requestId }
  const proven = await proveWithFactor(parts.database, proof)
  if (proven === undefined) return redirectTo(visit, '/sign-in')
  const codes = await makeCodes(parts, visit, session)
  const html = renderRecoveryCodes(visit.language, codes, visit.context.baseUrl + step.next)
  const response = answerFactorPage(visit, layOutPage(visit.language, factorWords[visit.language].codesTitle, html))
  response.headers.append('set-cookie', cookieOf(visit, proven))
  return response
}

function takeEnrolment(parts: FactorParts, visit: Visit, { session, form }: Sent): Promise<EnrolmentOutcome> {
  return form.get('act') === 'addPasskey'
    ? addPasskey(parts, visit, { session, form })
    : confirmTotp(parts, visit, { session, form })
}

function cookieOf({ context, now }: Visit, session: StartedSession): string {
  return toCookie(session, { baseUrl: context.baseUrl, now })
}

async function show(
  parts: FactorParts,
  visit: Visit,
  step: Step,
  problem?: Problem,
  enrolment: string | null = null,
): Promise<Response> {
  const words = factorWords[visit.language]
  const { session, factors } = step
  const { userName } = await readNames(parts.database, session)
  const isEnrolment = hasNone(factors)
  const title = isEnrolment ? words.protectTitle : words.stepTitle
  const names = { organization: session.organizationName, person: session.userDisplay ?? userName }
  const proofs = isEnrolment
    ? await renderEnrolment(parts, visit, session, enrolment)
    : await renderProofsOf(parts, visit, step)
  const html = layOutPage(
    visit.language,
    title,
    [
      `<h1>${escape(title)}</h1>`,
      ...alertOf(problem === undefined ? undefined : describeFactorProblem(visit, problem)),
      `<p>${escape(fillText(isEnrolment ? words.protectIntro : words.stepIntro, names))}</p>`,
      ...(proofs.length === 0 ? [`<p class="alert">${escape(fillText(words.stepStuck, names))}</p>`] : proofs),
      `<form method="post" action="${escape(visit.context.baseUrl)}/sign-out"><button class="second">${escape(words.signOut)}</button></form>`,
      passkeyScript,
    ],
    { isNarrow: true },
  )
  return answerFactorPage(visit, html, problem)
}

async function renderEnrolment(
  parts: FactorParts,
  visit: Visit,
  session: Session,
  enrolment: string | null,
): Promise<readonly string[]> {
  const { language } = visit
  const words = factorWords[language]
  const options = await toPasskeyOptions(parts, visit, session)
  return [
    ...(options === undefined
      ? []
      : [
          `<h2>${escape(words.passkeysHeading)}</h2><p>${escape(words.passkeysIntro)}</p>`,
          renderPasskeyAdder(language, options),
        ]),
    `<h2>${escape(words.totpHeading)}</h2><p>${escape(words.totpIntro)}</p>`,
    renderTotpEnrolment(language, await beginTotp(parts, visit, { session, enrolment })),
  ]
}
