import { apiErrors, errorText, findErrorCode, listErrorCodes, type ApiErrorCode } from '@rollcall/admin-api'
import { chooseLanguage, type Language } from '../../language.ts'
import { escapeHtml as escape } from '../../escape-html.ts'
import type { RequestContext } from '../request-context.ts'
import { securityHeaders } from './headers.ts'

/** The page behind the `type` URL of an error: HTML for browsers, Markdown for everybody else. */
export function answerErrorPage(request: Request, context: RequestContext): Response {
  context.route = '/errors/{code}'
  const headers = new Headers({ ...securityHeaders(context.baseUrl), vary: 'accept, accept-language' })
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    headers.set('allow', 'GET, HEAD')
    return new Response('Method Not Allowed\n', { status: 405, headers })
  }
  const wantsHtml = /text\/html/i.test(request.headers.get('accept') ?? '')
  headers.set('content-type', `text/${wantsHtml ? 'html' : 'markdown'}; charset=utf-8`)
  const name = context.path.replace(/^\//, '').replace(/\/$/, '')
  const code = findErrorCode(name)
  const language = chooseLanguage(request.headers.get('accept-language'))
  headers.set('content-language', language)
  const page = toPage(name, code, { language, baseUrl: context.baseUrl })
  const body = wantsHtml ? toHtml(page) : toMarkdown(page)
  const status = name === '' || code !== undefined ? 200 : 404
  return new Response(request.method === 'HEAD' ? null : body, { status, headers })
}

type Page = {
  readonly language: Language
  readonly title: string
  readonly paragraphs: readonly (readonly [heading: string, text: string])[]
  readonly links: readonly { readonly code: ApiErrorCode; readonly href: string }[]
}

type PageTexts = {
  readonly index: string
  readonly unknown: string
  readonly code: string
  readonly status: string
  readonly cause: string
  readonly remedy: string
}

const pageTexts: { readonly [language in Language]: PageTexts } = {
  en: {
    index: 'Errors of the Rollcall admin API',
    unknown: 'There is no such error',
    code: 'Code',
    status: 'status',
    cause: 'What happened',
    remedy: 'What to do',
  },
  ko: {
    index: 'Rollcall 관리 API의 오류',
    unknown: '그런 오류는 없습니다',
    code: '코드',
    status: '상태',
    cause: '무슨 일이 일어났나요?',
    remedy: '어떻게 해야 하나요?',
  },
  ja: {
    index: 'Rollcall 管理 API のエラー',
    unknown: 'そのようなエラーはありません',
    code: 'コード',
    status: 'ステータス',
    cause: '何が起きたか',
    remedy: '対処方法',
  },
  fr: {
    index: 'Erreurs de l’API d’administration de Rollcall',
    unknown: 'Cette erreur n’existe pas',
    code: 'Code',
    status: 'statut',
    cause: 'Ce qui s’est passé',
    remedy: 'Que faire',
  },
}

function toPage(
  name: string,
  code: ApiErrorCode | undefined,
  { language, baseUrl }: { readonly language: Language; readonly baseUrl: string },
): Page {
  const texts = pageTexts[language]
  if (code !== undefined) return errorPage(code, language)
  if (name !== '') return { language, title: texts.unknown, paragraphs: [], links: [] }
  const links = listErrorCodes().map((each) => ({ code: each, href: `${baseUrl}/errors/${each}` }))
  return { language, title: texts.index, paragraphs: [], links }
}

function errorPage(code: ApiErrorCode, language: Language): Page {
  const { title, cause, remedy } = errorText(code, language)
  const texts = pageTexts[language]
  return {
    language,
    title,
    paragraphs: [
      [texts.code, `${code}, ${texts.status} ${apiErrors[code].status}`],
      [texts.cause, cause],
      [texts.remedy, remedy],
    ],
    links: [],
  }
}

function toMarkdown({ language, title, paragraphs, links }: Page): string {
  const lines = links.map(({ code, href }) => `- [${code}](${href}): ${errorText(code, language).title}`)
  const parts = [
    `# ${title}`,
    ...paragraphs.map(([heading, text]) => `## ${heading}\n\n${text}`),
    ...(lines.length > 0 ? [lines.join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

function toHtml({ language, title, paragraphs, links }: Page): string {
  const sections = paragraphs.map(([heading, text]) => `<h2>${escape(heading)}</h2>\n<p>${withCode(text)}</p>`)
  const items = links.map(
    ({ code, href }) => `<li><a href="${escape(href)}">${code}</a>: ${escape(errorText(code, language).title)}</li>`,
  )
  const list = items.length > 0 ? [`<ul>\n${items.join('\n')}\n</ul>`] : []
  return `<!doctype html>
<html lang="${language}">
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
