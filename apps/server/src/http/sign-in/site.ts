import type { Language } from '../../language.ts'
import { chooseLanguage } from '../../language.ts'
import type { Parts } from '../../parts.ts'
import { readAnySession, readSession, type Session } from '../../sign-in/sessions.ts'
import { isFromOwnSite } from '../own-site.ts'
import { pageHeaders } from '../page.ts'
import type { RequestContext } from '../request-context.ts'
import { readForm } from '../oauth/form.ts'
import { readCookie } from './cookie.ts'
import { renderMessage } from './pages.ts'
import { signInTexts } from './texts/catalog.ts'

export type SignInParts = Pick<Parts, 'database' | 'clock' | 'encryption' | 'config'>

/** One request to a page around signing in. */
export type Visit = {
  readonly request: Request
  readonly context: RequestContext
  readonly language: Language
  readonly now: Date
}

export function toVisit(parts: SignInParts, request: Request, context: RequestContext): Visit {
  const language = chooseLanguage(request.headers.get('accept-language'))
  return { request, context, language, now: parts.clock() }
}

// Browsers send no Origin with a form under `no-referrer`, and that tells us whose form it is.
const signInHeaders = { ...pageHeaders, 'referrer-policy': 'same-origin' }

export function answerPage(visit: Visit, status: number, html: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ ...signInHeaders, 'content-language': visit.language })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(visit.request.method === 'HEAD' ? null : html, { status, headers })
}

/** `path` is below the public address. 303: the browser gets it with GET, whatever it sent. */
export function redirectTo({ context }: Visit, path: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location: context.baseUrl + path, 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

export function refuseMethod(allow: string): Response {
  return new Response('Method Not Allowed\n', { status: 405, headers: { allow } })
}

/** The fields of a form of ours; a refusal for one that another site sent, or that is none. */
export async function readOwnForm(visit: Visit): Promise<URLSearchParams | Response> {
  const { request, context, language } = visit
  if (!isFromOwnSite(request, context)) {
    const texts = signInTexts[language]
    return answerPage(visit, 403, renderMessage(language, { title: texts.signIn, alert: texts.problems.otherSite }))
  }
  return readForm(request)
}

/** Who is signed in with this browser, whole. */
export function findSession(parts: SignInParts, { request, context, now }: Visit): Promise<Session | undefined> {
  const secret = readCookie(request, context)
  return secret === undefined ? Promise.resolve(undefined) : readSession(parts.database, secret, now)
}

/** The same for those too who are only half signed in. */
export function findAnySession(parts: SignInParts, { request, context, now }: Visit): Promise<Session | undefined> {
  const secret = readCookie(request, context)
  return secret === undefined ? Promise.resolve(undefined) : readAnySession(parts.database, secret, now)
}

/** Who is signed in, whole; for whoever is not the way to sign in, and from there back to `path`. */
export async function requireSession(parts: SignInParts, visit: Visit, path: string): Promise<Session | Response> {
  const session = await findSession(parts, visit)
  if (session === undefined) return redirectTo(visit, `/sign-in?next=${encodeURIComponent(path)}`)
  visit.context.organization = session.organizationSlug
  return session
}

/** Where to go after signing in: a path of ours, never another site. */
export function parseNext(next: string | null, { context }: Visit): string | undefined {
  if (next === null || !next.startsWith('/') || next.length > 2_000) return undefined
  const base = new URL(context.baseUrl)
  const url = URL.parse(next, base)
  return url?.origin === base.origin && !next.startsWith('//') ? url.pathname + url.search : undefined
}
