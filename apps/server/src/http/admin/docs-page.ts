import { apiErrors, errorsOf, listRouteIds, routes, type Route, type RouteId } from '@rollcall/admin-api'
import { faultResponse, faults } from '../fault.ts'
import { escapeHtml as escape } from '../../escape-html.ts'
import type { RequestContext } from '../request-context.ts'
import { securityHeaders } from './headers.ts'

// One page without script: nothing to load from elsewhere, nothing that a strict policy would have to allow.
const policy = `default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const style = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
code,pre{font-family:ui-monospace,monospace;overflow-wrap:anywhere}section{border-top:1px solid color-mix(in srgb,currentColor 25%,transparent);padding:.5rem 0}
h3{margin:.5rem 0}.method{font-weight:700;display:inline-block;min-width:5rem}
`

/** `/docs`: the routes of the admin API to read, made from the same table as everything else. */
export function answerDocs(request: Request, context: RequestContext): Response {
  context.route = '/docs'
  const headers = new Headers({ ...securityHeaders(context.baseUrl), 'content-security-policy': policy })
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    headers.set('allow', 'GET, HEAD')
    return new Response('Method Not Allowed\n', { status: 405, headers })
  }
  const isHead = request.method === 'HEAD'
  if (context.path === '/style.css') {
    headers.set('content-type', 'text/css; charset=utf-8')
    return new Response(isHead ? null : style, { headers })
  }
  headers.set('content-type', 'text/html; charset=utf-8')
  if (context.path !== '' && context.path !== '/')
    return new Response(isHead ? null : page(context.baseUrl, '<p>There is no such page.</p>'), {
      status: 404,
      headers,
    })
  return new Response(isHead ? null : page(context.baseUrl, content()), { headers })
}

/** Whoever opens the address that the server printed finds what there is to see; a console will stand here. */
export function answerRoot(request: Request, context: RequestContext): Response {
  context.route = '/'
  const path = `/${context.path}`
  if (context.path !== '') return faultResponse(faults.notFound, path, context.requestId)
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return faultResponse(faults.methodNotAllowed, path, context.requestId)
  const headers = securityHeaders(context.baseUrl)
  return new Response(null, { status: 302, headers: { ...headers, location: `${context.baseUrl}/docs` } })
}

function page(baseUrl: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Rollcall admin API</title>
<link rel="stylesheet" href="${escape(baseUrl)}/docs/style.css"></head>
<body>
<main>
<h1>Rollcall admin API</h1>
<p><a href="${escape(baseUrl)}/openapi.json">OpenAPI 3.1</a> · <a href="${escape(baseUrl)}/errors">Errors</a></p>
${main}
</main>
</body>
</html>
`
}

function content(): string {
  const byTag = new Map<string, RouteId[]>()
  for (const id of listRouteIds()) byTag.set(routes[id].tag, [...(byTag.get(routes[id].tag) ?? []), id])
  const index = [...byTag.keys()].map((tag) => `<li><a href="#${toAnchor(tag)}">${escape(tag)}</a></li>`)
  const sections = [...byTag].map(
    ([tag, ids]) => `<h2 id="${toAnchor(tag)}">${escape(tag)}</h2>\n${ids.map(describe).join('\n')}`,
  )
  return `<nav><ul>${index.join('')}</ul></nav>\n${sections.join('\n')}`
}

function describe(id: RouteId): string {
  const route: Route = routes[id]
  const query = Object.keys(route.query.shape)
  const errors = errorsOf(route).map((code) => `<code>${code}</code> (${apiErrors[code].status})`)
  const facts = [
    `Needs ${route.scope === 'none' ? 'no key' : `<code>${route.scope}</code>`}. Answers ${route.status}.`,
    ...(query.length > 0 ? [`Query: ${query.map((name) => `<code>${escape(name)}</code>`).join(', ')}.`] : []),
    ...(route.body === null ? [] : ['Takes a JSON body.']),
    `Refusals: ${errors.join(', ')}.`,
  ]
  return `<section id="${id}"><h3><span class="method">${route.method}</span> <code>${escape(route.path)}</code></h3>
<p>${escape(route.summary)}.</p>
<p>${facts.join(' ')}</p></section>`
}

function toAnchor(tag: string): string {
  return `tag-${tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
}
