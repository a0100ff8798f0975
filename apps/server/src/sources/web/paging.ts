import { createHash } from 'node:crypto'
import type { HeaderReader } from '../../outbound-answer.ts'
import type { HttpPull } from '@rollcall/admin-api'
import type { JsonObject, Json } from '@rollcall/scim'
import { SourceError } from '../source-error.ts'
import { placeOf } from './answers.ts'
import { valueAt } from '../flatten.ts'

/** Where a page is: what the cursor of a read keeps. */
export type PageAt = {
  readonly number: number
  readonly token?: string
  readonly url?: string
  /** So many records the server puts into a page, where that is less than it was asked for. */
  readonly pageSize?: number
  /** Of the first page, while it is asked whether there is a second one. */
  readonly firstDigest?: string
}

/** What servers say to a page behind the last. */
const noPage = new Set([400, 404, 416, 422])

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
  if (paging.style === 'offset')
    url.searchParams.set(paging.parameter, String(paging.first + at.number * (at.pageSize ?? paging.size)))
  if (paging.style === 'cursor' && at.token !== undefined) url.searchParams.set(paging.parameter, at.token)
  return url.href
}

/** The page behind one that was read; undefined: that was the last. Throws SourceError where the server leads in a circle. */
export function findNextPage(
  pull: HttpPull,
  at: PageAt,
  page: {
    readonly url: string
    readonly headers: HeaderReader
    readonly body: Json
    readonly count: number
    /** The server says that there are no more than what was read by now. */
    readonly isAll: boolean
  },
): PageAt | undefined {
  const { paging } = pull
  const number = at.number + 1
  switch (paging.style) {
    case 'none':
      return undefined
    case 'page':
    case 'offset':
      return findByNumber(pull, at, page)
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

/** A server may put less into a page than it is asked for, and what is taken for all would make the others gone. */
function findByNumber(
  { paging, recordsAt }: HttpPull,
  at: PageAt,
  { body, count, isAll }: { readonly body: Json; readonly count: number; readonly isAll: boolean },
): PageAt | undefined {
  const number = at.number + 1
  const asked = paging.style === 'none' ? count : paging.size
  if (at.number === 0 && count > 0 && count < asked)
    return isAll ? undefined : { number, pageSize: count, firstDigest: digest(valueAt(body, recordsAt)) }
  const { pageSize } = at
  return count === 0 || count < (pageSize ?? asked)
    ? undefined
    : { number, ...(pageSize !== undefined && { pageSize }) }
}

/** Whether a page that was asked for to be sure is none: refused, or the first one again. */
export function isNoPage(
  { firstDigest }: PageAt,
  answer: { readonly status: number } | { readonly records: Json },
): boolean {
  if (firstDigest === undefined) return false
  return 'status' in answer ? noPage.has(answer.status) : digest(answer.records) === firstDigest
}

function digest(records: Json | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify(records ?? null))
    .digest('base64')
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
  const { number, token, url, pageSize, firstDigest } = cursor ?? {}
  return {
    number: typeof number === 'number' ? number : 0,
    ...(typeof token === 'string' && { token }),
    ...(typeof url === 'string' && { url }),
    ...(typeof pageSize === 'number' && { pageSize }),
    ...(typeof firstDigest === 'string' && { firstDigest }),
  }
}
