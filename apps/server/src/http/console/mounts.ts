import { escapeHtml } from '../../escape-html.ts'
import { chooseLanguage, type Language } from '../../language.ts'
import type { Parts } from '../../parts.ts'
import { authenticateSession } from '../../sign-in/session-principal.ts'
import { permissionsOf } from '../../access/rights.ts'
import type { Mount } from '../mount.ts'
import { layOutPage, pageHeaders } from '../page.ts'
import type { RequestContext } from '../request-context.ts'
import { readCookie } from '../sign-in/cookie.ts'
import { accountPath } from '../sign-in/sign-in.ts'
import { refuseMethod } from '../sign-in/site.ts'
import { readConsole, type ConsoleFiles } from './assets.ts'
import { answerConsolePage, consolePath } from './page.ts'
import { missingTexts } from './texts.ts'

type ConsoleParts = Pick<Parts, 'database' | 'clock' | 'logger'>

/** The console below `/console`, and `/`, which leads everybody to where they belong. */
export function consoleMounts(parts: ConsoleParts): readonly Mount[] {
  const state: { files: ConsoleFiles | undefined } = { files: undefined }
  // Looked for until it is there: whoever builds it need not start the server again.
  const find = (): ConsoleFiles | undefined => (state.files ??= readConsole())
  if (find() === undefined)
    parts.logger.warn('The console was not built: node scripts/with-node.mjs scripts/build-console.mjs')
  return [
    { prefix: '/', fetch: (request, context) => answerHome(parts, request, context) },
    { prefix: consolePath, fetch: (request, context) => answerConsole(find(), request, context) },
  ]
}

/** A customer’s administrator has a link, and no account. */
const setUpPath = '/set-up'

function answerConsole(
  files: ConsoleFiles | undefined,
  request: Request,
  context: RequestContext,
): Response | Promise<Response> {
  context.route = consolePath
  if (!isRead(request)) return refuseMethod('GET, HEAD')
  const file = files?.answer(request, context.path)
  if (file !== undefined) return file
  // A page for whoever wants one; a script that is gone must not come back as a page.
  if (request.headers.get('accept')?.includes('text/html') !== true)
    return new Response('Not Found\n', { status: 404, headers: { vary: 'accept' } })
  const language = chooseLanguage(request.headers.get('accept-language'))
  if (files === undefined) return answerMissing(request, language)
  const isPublic = context.path === setUpPath
  if (!isPublic && readCookie(request, context) === undefined) return leadTo(context, signInPath(request, context))
  return answerConsolePage(request, files, { baseUrl: context.baseUrl, language })
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Administrators go to the console, others to their own page, whoever is not signed in signs in. */
async function answerHome(parts: ConsoleParts, request: Request, context: RequestContext): Promise<Response> {
  context.route = '/'
  if (!isRead(request)) return refuseMethod('GET, HEAD')
  const secret = readCookie(request, context)
  if (secret === undefined) return leadTo(context, '/sign-in')
  const found = await authenticateSession(parts.database, secret, parts.clock())
  if (found.kind !== 'granted') return leadTo(context, '/sign-in')
  const { principal } = found
  const isMember = permissionsOf(principal).size === 0
  return leadTo(context, isMember ? accountPath : `${consolePath}/${principal.organizationSlug}`)
}

/** That of the organization which the address names. */
function signInPath(request: Request, { path }: RequestContext): string {
  const slug = /^\/([a-z0-9][a-z0-9-]*)(?:\/|$)/.exec(path)?.[1]
  const next = `?next=${encodeURIComponent(consolePath + path + new URL(request.url).search)}`
  return (slug === undefined ? '/sign-in' : `/o/${slug}/sign-in`) + next
}

function leadTo(context: RequestContext, path: string): Response {
  const headers = { location: context.baseUrl + path, 'cache-control': 'no-store' }
  return new Response(null, { status: 303, headers })
}

function answerMissing(request: Request, language: Language): Response {
  const { title, cause, remedy } = missingTexts[language]
  const html = layOutPage(language, title, [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>${escapeHtml(cause)}</p>`,
    `<p>${escapeHtml(remedy)}</p>`,
    '<pre>node scripts/with-node.mjs scripts/build-console.mjs</pre>',
  ])
  return new Response(request.method === 'HEAD' ? null : html, { status: 503, headers: pageHeaders })
}
