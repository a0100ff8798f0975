import { findSetupLinkState, useSetupLink, type SetupLinkState } from '../../access/setup-links.ts'
import { chooseLanguage, type Language } from '../../language.ts'
import type { Parts } from '../../parts.ts'
import { createBreachList } from '../../sign-in/breach-list.ts'
import { findFirstOwnerFlaw, setUpFirstOwner, type FirstOwner } from '../../sign-in/first-owner.ts'
import type { Mount } from '../mount.ts'
import { readForm } from '../oauth/form.ts'
import { pageHeaders } from '../page.ts'
import type { RequestContext } from '../request-context.ts'
import { readCookie, toCookie } from '../sign-in/cookie.ts'
import { secondStepPath } from '../sign-in/sign-in.ts'
import { renderInvitation, renderKey, renderRefusal } from './page.ts'

type SetupParts = Pick<Parts, 'database' | 'clock' | 'logger' | 'config'>

const statusOf: { readonly [state in Exclude<SetupLinkState, 'open'>]: number } = {
  used: 410,
  expired: 410,
  unknown: 404,
}

/** `/setup/<token>`: GET shows a form and changes nothing, so that link scanners do no harm; POST uses the link up. */
export function setupMounts(parts: SetupParts): readonly Mount[] {
  return [{ prefix: '/setup/:token', fetch: (request, context) => answerSetup(parts, request, context) }]
}

async function answerSetup(parts: SetupParts, request: Request, context: RequestContext): Promise<Response> {
  const language = chooseLanguage(request.headers.get('accept-language'))
  const token = context.parameters.get('token') ?? ''
  context.route = '/setup/{token}'
  if (context.path !== '' && context.path !== '/') return toPage(404, renderRefusal(language, 'unknown'))
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return toInvitation(language, await findSetupLinkState(parts.database, token, parts.clock()))
    case 'POST':
      return setUp(parts, { request, context, language, token })
    default:
      return new Response('Method Not Allowed\n', { status: 405, headers: { allow: 'GET, HEAD, POST' } })
  }
}

type Visit = {
  readonly request: Request
  readonly context: RequestContext
  readonly language: Language
  readonly token: string
}

/** Makes the owner's key, and, where the form names one, an organization with the owner's account. */
async function setUp(parts: SetupParts, { request, context, language, token }: Visit): Promise<Response> {
  const { database, logger, config } = parts
  const breaches = createBreachList(config.breachedPasswords)
  const now = parts.clock()
  const owner = await readOwner(request)
  if (owner instanceof Response) return owner
  const state = await findSetupLinkState(database, token, now)
  if (state !== 'open') return toInvitation(language, state)
  const flaw = owner === undefined ? undefined : await findFirstOwnerFlaw(database, owner, breaches)
  if (flaw !== undefined) return toPage(422, renderInvitation(language, { ...owner, flaw }))
  const { baseUrl: url, clientIp: ip, requestId } = context
  if (owner === undefined) {
    const outcome = await useSetupLink(database, token, now)
    if (outcome.kind === 'refused') return toInvitation(language, outcome.state)
    logger.warn({ client: ip }, keyMade)
    return toPage(200, renderKey(language, { key: outcome.key, url }))
  }
  const userAgent = request.headers.get('user-agent') ?? undefined
  const visit = { now, ip, requestId, userAgent, replaces: readCookie(request, context) }
  const outcome = await setUpFirstOwner(database, { token, owner }, visit)
  if (outcome.kind === 'refused') return toInvitation(language, outcome.state)
  if (outcome.kind === 'slugTaken') return toPage(422, renderInvitation(language, { ...owner, flaw: 'slugTaken' }))
  logger.warn({ client: ip }, keyMade)
  const { key, signedIn } = outcome
  const page = toPage(200, renderKey(language, { key, url, slug: owner.slug, accountHref: url + secondStepPath }))
  if (signedIn.kind === 'signedIn') page.headers.append('set-cookie', toCookie(signedIn.session, { baseUrl: url, now }))
  return page
}

const keyMade = 'The owner’s key was made with the set-up link'

/** Undefined: only the key is wanted. */
async function readOwner(request: Request): Promise<FirstOwner | Response | undefined> {
  if (!(request.headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded')) return undefined
  const form = await readForm(request)
  if (form instanceof Response) return form
  const email = form.get('email')?.trim()
  if (email === undefined) return undefined
  return { email, slug: form.get('slug')?.trim().toLowerCase() ?? '', password: form.get('password') ?? '' }
}

function toInvitation(language: Language, state: SetupLinkState): Response {
  if (state === 'open') return toPage(200, renderInvitation(language, {}))
  return toPage(statusOf[state], renderRefusal(language, state))
}

function toPage(status: number, html: string): Response {
  return new Response(html, { status, headers: pageHeaders })
}
