import { escapeHtml as escape } from '../../escape-html.ts'
import { findOrganization } from '../../access/organizations.ts'
import { beginPasskeySignIn } from '../../sign-in/passkeys.ts'
import { signInWithPasskey, type PasskeySignInOutcome } from '../../sign-in/passkey-sign-in.ts'
import { layOutPage } from '../page.ts'
import { readCookie } from './cookie.ts'
import {
  answerFactorPage,
  describeFactorProblem,
  toPasskeyParts,
  type FactorParts,
  type Problem,
} from './factor-site.ts'
import { factorWords } from './factor-words/catalog.ts'
import { alertOf } from './pages.ts'
import { passkeyScript, renderPasskeyForm } from './passkey-script.ts'
import { describeProblem, refuseOrganization, welcome } from './sign-in.ts'
import { readOwnForm, refuseMethod, type Visit } from './site.ts'
import { fillText, signInTexts } from './texts/catalog.ts'

type Said = { readonly problem: Problem; readonly alert: string }

type Organization = NonNullable<Awaited<ReturnType<typeof findOrganization>>>

/** `/o/<organization>/sign-in/passkey`: by a passkey alone; the device says whose it is. */
export async function answerPasskeySignIn(parts: FactorParts, visit: Visit): Promise<Response> {
  const { request, context, now } = visit
  context.route = '/o/{slug}/sign-in/passkey'
  const organization = await findOrganization(parts.database, context.parameters.get('slug') ?? '')
  if (organization === undefined) return refuseOrganization(visit)
  if (request.method === 'GET' || request.method === 'HEAD') return show(parts, visit, organization)
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const passkeys = toPasskeyParts(parts, visit)
  if (passkeys === undefined) return show(parts, visit, organization)
  const outcome = await signInWithPasskey(passkeys, {
    organizationId: organization.id,
    answer: form.get('answer') ?? '',
    now,
    requestId: context.requestId,
    ip: context.clientIp,
    userAgent: request.headers.get('user-agent') ?? undefined,
    replaces: readCookie(request, context),
  })
  if (outcome.kind === 'signedIn') return welcome(visit, outcome, new URL(request.url).searchParams.get('next'))
  return show(parts, visit, organization, describe(visit, outcome))
}

type Refused = Exclude<PasskeySignInOutcome, { readonly kind: 'signedIn' }>

function describe(visit: Visit, outcome: Refused): Said {
  if (outcome.kind === 'throttled') {
    const problem: Problem = { name: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds }
    return { problem, alert: describeProblem(visit, 'throttled', Math.ceil(outcome.retryAfterSeconds / 60)) }
  }
  const problem: Problem = { name: 'passkeyFailed' }
  if (outcome.code === 'passkeyFailed') return { problem, alert: describeFactorProblem(visit, problem) }
  return { problem, alert: describeProblem(visit, outcome.code) }
}

async function show(parts: FactorParts, visit: Visit, organization: Organization, said?: Said): Promise<Response> {
  const { language, context } = visit
  const words = factorWords[language]
  const passkeys = toPasskeyParts(parts, visit)
  const get = passkeys === undefined ? undefined : await beginPasskeySignIn(passkeys, organization.id, visit.now)
  const title = fillText(signInTexts[language].signInTo, { organization: organization.name })
  const other = `${context.baseUrl}/o/${organization.slug}/sign-in`
  const html = layOutPage(
    language,
    title,
    [
      `<h1>${escape(title)}</h1>`,
      ...alertOf(said?.alert ?? (get === undefined ? words.passkeysImpossible : undefined)),
      `<p>${escape(words.passkeysIntro)}</p>`,
      ...(get === undefined
        ? []
        : [
            renderPasskeyForm(language, {
              options: { get },
              act: 'passkey',
              button: signInTexts[language].withPasskey,
            }),
          ]),
      `<p class="quiet"><a href="${escape(other)}">${escape(signInTexts[language].back)}</a></p>`,
      passkeyScript,
    ],
    { isNarrow: true },
  )
  return answerFactorPage(visit, html, said?.problem)
}
