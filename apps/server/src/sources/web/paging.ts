import type { HeaderReader } from '../../outbound-answer.ts'
import type { HttpPull } from '@rollcall/admin-api'
import type { JsonObject, Json } from '@rollcall/scim'
import { SourceError } from '../source-error.ts'
import { placeOf } from './answers.ts'
import { valueAt } from '../flatten.ts'

/** Where a page is: what the cursor of a read keeps. */
export type PageAt = { readonly number: number; readonly token?: string; readonly url?: string }

export const firstPage: PageAt = { number: 0 }

/** The address of a page. */
export function toPageUrl(pull: HttpPull, at: PageAt, since: string | undefined): string {
  if (at.url !== undefined) return at.url
  const url = new URL(pull.url)
  const { paging, delta } = pull
  if (since !== undefined && delta !== undefined) url.searchParams.set(delta.parameter, since)
  if (paging.style === 'none') return url.href
  if (paging.sizeParameter !== undefined) url.searchParams.set(paging.sizeParameter, String(paging.size))
  if (paging.style === 'page') url.searchParams.set(paging.parameter, String(paging.first + at.number))
  if (paging.style === 'offset') url.searchParams.set(paging.parameter, String(paging.first + at.number * paging.size))
  if (paging.style === 'cursor' && at.token !== undefined) url.searchParams.set(paging.parameter, at.token)
  return url.href
}

/** The page behind one that was read; undefined: that was the last. Throws SourceError where the server leads in a circle. */
export function findNextPage(
  pull: HttpPull,
  at: PageAt,
  page: { readonly url: string; readonly headers: HeaderReader; readonly body: Json; readonly count: number },
): PageAt | undefined {
  const { paging } = pull
  const number = at.number + 1
  switch (paging.style) {
    case 'none':
      return undefined
    case 'page':
    case 'offset':
      return page.count < paging.size ? undefined : { number }
    case 'cursor': {
      const token = valueAt(page.body, paging.nextAt)
      if (typeof token !== 'number' && (typeof token !== 'string' || token === '')) return undefined
      return { number, token: requireNew(page.url, at.token, String(token)) }
    }
    case 'link': {
      const said = paging.nextAt === undefined ? readLink(page.headers) : valueAt(page.body, paging.nextAt)
      if (typeof said !== 'string' || said === '') return undefined
      return { number, url: requireNew(page.url, at.url, resolveNext(pull, page.url, said)) }
    }
    default:
      return paging satisfies never
  }
}

function requireNew(url: string, before: string | undefined, next: string): string {
  if (next !== before) return next
  throw new SourceError('unreadable', 'The server names the same page as the next one', { place: placeOf(url) })
}

/** Our credentials go along, so the next page must be where the first one was. */
function resolveNext(pull: HttpPull, from: string, said: string): string {
  const next = URL.parse(said, from)
  if (next !== null && next.origin === new URL(pull.url).origin) return next.href
  throw new SourceError('unreadable', 'The server names a next page that is on another server', {
    place: placeOf(from),
  })
}

/** RFC 8288: `<address>; rel="next"`. */
function readLink(headers: HeaderReader): string | undefined {
  const links = headers.get('link')?.matchAll(/<([^>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^\s;,]+))*)/g) ?? []
  for (const [, url, parameters = ''] of links) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters)
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/)
    if (relations.includes('next')) return url
  }
  return undefined
}

export function toPageAt(cursor: JsonObject | undefined): PageAt {
  const { number, token, url } = cursor ?? {}
  return {
    number: typeof number === 'number' ? number : 0,
    ...(typeof token === 'string' && { token }),
    ...(typeof url === 'string' && { url }),
  }
}
