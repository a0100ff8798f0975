import { apiErrors, findErrorCode, listErrorCodes, type ApiErrorCode } from '@rollcall/admin-api'
import type { RequestContext } from '../request-context.ts'
import { securityHeaders } from './headers.ts'

/** The page behind the `type` URL of an error: HTML for browsers, Markdown for everybody else. */
export function answerErrorPage(request: Request, context: RequestContext): Response {
  context.route = '/errors/{code}'
  const headers = new Headers({ ...securityHeaders(context.baseUrl), vary: 'accept' })
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    headers.set('allow', 'GET, HEAD')
    return new Response('Method Not Allowed\n', { status: 405, headers })
  }
  const wantsHtml = /text\/html/i.test(request.headers.get('accept') ?? '')
  headers.set('content-type', `text/${wantsHtml ? 'html' : 'markdown'}; charset=utf-8`)
  const name = context.path.replace(/^\//, '').replace(/\/$/, '')
  const code = findErrorCode(name)
  const page = name === '' ? indexPage(context.baseUrl) : code === undefined ? unknownPage : errorPage(code)
  const body = wantsHtml ? toHtml(page) : toMarkdown(page)
  const status = name === '' || code !== undefined ? 200 : 404
  return new Response(request.method === 'HEAD' ? null : body, { status, headers })
}

type Page = {
  readonly title: string
  readonly paragraphs: readonly (readonly [heading: string, text: string])[]
  readonly links: readonly { readonly code: ApiErrorCode; readonly href: string }[]
}

const unknownPage: Page = { title: 'There is no such error', paragraphs: [], links: [] }

function indexPage(baseUrl: string): Page {
  const links = listErrorCodes().map((code) => ({ code, href: `${baseUrl}/errors/${code}` }))
  return { title: 'Errors of the Rollcall admin API', paragraphs: [], links }
}

function errorPage(code: ApiErrorCode): Page {
  const { title, status, cause, remedy } = apiErrors[code]
  return {
    title,
    paragraphs: [
      ['Code', `${code}, status ${status}`],
      ['What happened', cause],
      ['What to do', remedy],
    ],
    links: [],
  }
}

function toMarkdown({ title, paragraphs, links }: Page): string {
  const parts = [
    `# ${title}`,
    ...paragraphs.map(([heading, text]) => `## ${heading}\n\n${text}`),
    ...(links.length > 0
      ? [links.map(({ code, href }) => `- [${code}](${href}): ${apiErrors[code].title}`).join('\n')]
      : []),
  ]
  return `${parts.join('\n\n')}\n`
}

function toHtml({ title, paragraphs, links }: Page): string {
  const sections = paragraphs.map(([heading, text]) => `<h2>${escape(heading)}</h2>\n<p>${withCode(text)}</p>`)
  const items = links.map(
    ({ code, href }) => `<li><a href="${escape(href)}">${code}</a>: ${escape(apiErrors[code].title)}</li>`,
  )
  const list = items.length > 0 ? [`<ul>\n${items.join('\n')}\n</ul>`] : []
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)} · Rollcall</title></head>
<body>
<main>
<h1>${escape(title)}</h1>
${[...sections, ...list].join('\n')}
</main>
</body>
</html>
`
}

function withCode(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
