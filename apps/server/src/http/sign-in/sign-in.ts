import { findOrganization } from '../../access/organizations.ts'
import { toSignInSettings } from '../../access/sign-in-settings.ts'
import { signInWithPassword, type PasswordOutcome } from '../../sign-in/passwords.ts'
import { listSignInWays } from '../../sign-in/list-ways.ts'
import { toRelyingParty } from '../../sign-in/relying-party.ts'
import type { SessionStage, StartedSession } from '../../sign-in/sessions.ts'
import { readCookie, toCookie } from './cookie.ts'
import { renderMessage, renderSignIn } from './pages.ts'
import { answerPage, parseNext, readOwnForm, redirectTo, refuseMethod, type SignInParts, type Visit } from './site.ts'
import { fillText, signInTexts } from './texts/catalog.ts'
import type { SignInProblem } from './texts/sign-in-texts.ts'

export const accountPath = '/account'
/** Where everybody is led to where he belongs: administrators to the console, others to their own page. */
export const homePath = '/'
/** Where a session leads that needs a second step. */
export const secondStepPath = '/sign-in/second-step'

type Organization = NonNullable<Awaited<ReturnType<typeof findOrganization>>>

/** `/o/<organization>/sign-in`: the ways in that the organization has. */
export async function answerSignIn(parts: SignInParts, visit: Visit): Promise<Response> {
  const { request, context } = visit
  context.route = '/o/{slug}/sign-in'
  if (context.path !== '' && context.path !== '/') return refuseOrganization(visit)
  const organization = await findOrganization(parts.database, context.parameters.get('slug') ?? '')
  if (organization === undefined) return refuseOrganization(visit)
  const { searchParams } = new URL(request.url)
  if (request.method === 'GET' || request.method === 'HEAD') {
    const name = searchParams.get('login_hint') ?? ''
    return showSignIn(parts, visit, organization, {
      name: name.slice(0, 300),
      next: searchParams.get('next'),
      status: 200,
    })
  }
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  if (form instanceof Response) return form
  const name = form.get('name') ?? ''
  const next = form.get('next')
  const outcome = await signInWithPassword(parts.database, {
    organizationId: organization.id,
    name,
    password: form.get('password') ?? '',
    now: visit.now,
    requestId: context.requestId,
    ip: context.clientIp,
    userAgent: request.headers.get('user-agent') ?? undefined,
    replaces: readCookie(request, context),
  })
  if (outcome.kind === 'signedIn') return welcome(visit, outcome, next)
  return showSignIn(parts, visit, organization, { name, next, status: statusOf(outcome), outcome })
}

/** The browser gets the session and goes on: to the second step where one is wanted, else where it wanted to go. */
export function welcome(
  visit: Visit,
  { session, stage }: { readonly session: StartedSession; readonly stage: SessionStage },
  wanted: string | null,
): Response {
  const { context, now } = visit
  const cookies = [toCookie(session, { baseUrl: context.baseUrl, now })]
  const next = parseNext(wanted, visit)
  if (stage === 'full') return redirectTo(visit, next ?? homePath, cookies)
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  return redirectTo(visit, secondStepPath + query, cookies)
}

function statusOf(outcome: PasswordOutcome): number {
  if (outcome.kind === 'throttled') return 429
  return outcome.kind === 'refused' && outcome.code === 'wrongPassword' ? 401 : 403
}

/** Refusals of people who are known: also other methods show them. */
export function describeProblem(visit: Visit, problem: SignInProblem, minutes = 0): string {
  return fillText(signInTexts[visit.language].problems[problem], { minutes })
}

async function showSignIn(
  parts: SignInParts,
  visit: Visit,
  organization: Organization,
  shown: {
    readonly name: string
    readonly next: string | null
    readonly status: number
    readonly outcome?: Exclude<PasswordOutcome, { readonly kind: 'signedIn' }>
  },
): Promise<Response> {
  const { context, request, language } = visit
  const signIn = toSignInSettings(organization.settings)
  const { methods } = signIn
  const here = `${context.baseUrl}/o/${organization.slug}/sign-in`
  // Built-in accounts come in when every other way is shut, so their form is always there.
  const wantsBuiltIn = new URL(request.url).searchParams.has('builtIn') || request.method === 'POST'
  const next = parseNext(shown.next, visit)
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  const texts = signInTexts[language]
  const hint = shown.name === '' ? [] : [['login_hint', shown.name]]
  const wanted = new URLSearchParams([...(next === undefined ? [] : [['next', next]]), ...hint])
  const hinted = wanted.size === 0 ? '' : `?${wanted.toString()}`
  const providers = await listSignInWays(parts.database, { id: organization.id, signIn }, context.baseUrl)
  const ways = providers.map(({ name, signInUrl }) => {
    return { label: fillText(texts.with, { provider: name }), href: signInUrl + hinted }
  })
  // Where browsers make no passkeys, nobody has one.
  const hasPasskeys = methods.passkey && toRelyingParty(context.baseUrl) !== undefined
  const html = renderSignIn(language, {
    organizationName: organization.name,
    hasPassword: methods.password || wantsBuiltIn,
    ways: [...ways, ...(hasPasskeys ? [{ label: texts.withPasskey, href: `${here}/passkey${query}` }] : [])],
    builtInHref: methods.password || wantsBuiltIn ? undefined : `${here}?builtIn`,
    emergencyHref: ways.length > 0 || !methods.password ? `${here}/recovery${query}` : undefined,
    forgottenHref: `${context.baseUrl}/o/${organization.slug}/forgotten-password`,
    name: shown.name,
    next,
    alert: toAlert(visit, shown.outcome),
  })
  const response = answerPage(visit, shown.status, html)
  if (shown.outcome?.kind === 'throttled') response.headers.set('retry-after', String(shown.outcome.retryAfterSeconds))
  return response
}

function toAlert(
  visit: Visit,
  outcome: Exclude<PasswordOutcome, { readonly kind: 'signedIn' }> | undefined,
): string | undefined {
  if (outcome === undefined) return undefined
  if (outcome.kind === 'refused') return describeProblem(visit, outcome.code)
  return describeProblem(visit, 'throttled', Math.ceil(outcome.retryAfterSeconds / 60))
}

export function refuseOrganization(visit: Visit): Response {
  const { signIn, problems } = signInTexts[visit.language]
  return answerPage(visit, 404, renderMessage(visit.language, { title: signIn, alert: problems.unknownOrganization }))
}
