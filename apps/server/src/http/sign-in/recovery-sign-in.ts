import { escapeHtml as escape } from '../../escape-html.ts'
import { findOrganization } from '../../access/organizations.ts'
import { signInWithRecoveryCode } from '../../sign-in/recovery-sign-in.ts'
import { layOutPage } from '../page.ts'
import { readCookie } from './cookie.ts'
import { answerFactorPage, describeFactorProblem, type FactorParts, type Problem } from './factor-site.ts'
import { factorWords } from './factor-words/catalog.ts'
import { alertOf, field } from './pages.ts'
import { refuseOrganization, welcome } from './sign-in.ts'
import { readOwnForm, refuseMethod, type Visit } from './site.ts'
import { fillText, signInTexts } from './texts/catalog.ts'

type Organization = NonNullable<Awaited<ReturnType<typeof findOrganization>>>

/** `/o/<organization>/sign-in/recovery`: how an owner comes in when single sign-on lets nobody in (CON-G7). */
export async function answerRecoverySignIn(parts: FactorParts, visit: Visit): Promise<Response> {
  const { request, context, now } = visit
  context.route = '/o/{slug}/sign-in/recovery'
  const organization = await findOrganization(parts.database, context.parameters.get('slug') ?? '')
  if (organization === undefined) return refuseOrganization(visit)
  if (request.method === 'GET' || request.method === 'HEAD') return show(visit, organization)
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const outcome = await signInWithRecoveryCode(parts.database, {
    organizationId: organization.id,
    name: form.get('name') ?? '',
    code: form.get('code') ?? '',
    now,
    requestId: context.requestId,
    ip: context.clientIp,
    userAgent: request.headers.get('user-agent') ?? undefined,
    replaces: readCookie(request, context),
  })
  if (outcome.kind === 'signedIn') return welcome(visit, outcome, new URL(request.url).searchParams.get('next'))
  const problem: Problem =
    outcome.kind === 'throttled'
      ? { name: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds }
      : { name: 'signInFailed' }
  return show(visit, organization, problem)
}

function show(visit: Visit, organization: Organization, problem?: Problem): Response {
  const { language, context } = visit
  const words = factorWords[language]
  const other = `${context.baseUrl}/o/${organization.slug}/sign-in`
  const html = layOutPage(
    language,
    words.emergencyTitle,
    [
      `<h1>${escape(words.emergencyTitle)}</h1>`,
      ...alertOf(problem === undefined ? undefined : describeFactorProblem(visit, problem)),
      `<p>${escape(fillText(words.emergencyIntro, { organization: organization.name }))}</p>`,
      '<form method="post" class="wide">',
      field({ id: 'name', label: words.userName, type: 'text', autocomplete: 'username' }),
      field({ id: 'code', label: words.recoveryLabel, type: 'text', autocomplete: 'off' }),
      `<button>${escape(words.emergencyButton)}</button>`,
      '</form>',
      `<p class="quiet"><a href="${escape(`${other}/passkey`)}">${escape(signInTexts[language].withPasskey)}</a></p>`,
      `<p class="quiet"><a href="${escape(other)}">${escape(signInTexts[language].back)}</a></p>`,
    ],
    { isNarrow: true },
  )
  return answerFactorPage(visit, html, problem)
}
