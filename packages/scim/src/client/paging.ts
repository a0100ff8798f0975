import type { JsonObject } from '../json.ts'
import { ScimClientError } from './client-error.ts'
import type { ListPage } from './list-page.ts'

/** Where a page begins: by number (RFC 7644 §3.4.2.4) or by cursor (RFC 9865); the first cursor is empty. */
export type PagePosition =
  | { readonly kind: 'index'; readonly startIndex: number }
  | { readonly kind: 'cursor'; readonly cursor: string }

/** Where a list goes on: the next page, and how many resources came before it. Plain data, good for another process. */
export type ListPlace = { readonly position: PagePosition; readonly received: number }

/** Resources that came together. */
export type ListStretch<Resource> = {
  readonly resources: readonly Resource[]
  /** Undefined: that was all. */
  readonly next: ListPlace | undefined
}

/** How a list is read. */
export type PagingOptions = {
  readonly fetchPage: (position: PagePosition) => Promise<ListPage<JsonObject>>
  readonly first: PagePosition
  /** Instead of at its beginning. */
  readonly from?: ListPlace | undefined
  /** How many resources a page is asked to hold. */
  readonly count: number
  /** A list that ends before its own `totalResults` is an error. */
  readonly isTotalStrict: boolean
  readonly path: string
}

/** More pages than this are a server that does not come to an end. */
const pagesMax = 1_000_000
/** A cursor list may hold empty pages (the server filters behind its cursor), but not without end. */
const emptyPagesMax = 1_000

/**
 * Reads page after page and gives each resource once. It comes to an end with every server: pages and cursors that come
 * again, totals that are wrong or missing and pages that stay empty are seen. Where going on would lose resources
 * without anybody noticing, it throws `paging`.
 */
export async function* readPages(options: PagingOptions): AsyncGenerator<ListStretch<JsonObject>, void, undefined> {
  const memory = createMemory(options)
  let position: PagePosition | undefined = options.from?.position ?? options.first
  for (let pages = 0; position !== undefined; pages += 1) {
    if (pages === pagesMax) throw pagingError(options, `does not end after ${pagesMax} pages`)
    const asked: PagePosition = position
    const page = await options.fetchPage(asked)
    if (memory.isRepeated(page)) return endRepeated(page, memory, options)
    const resources = memory.take(page)
    const after = findNext(page, { asked, memory, options })
    position = after.position
    yield { resources, next: position && { position, received: memory.received() } }
    // What came is given all the same.
    if (after.error !== undefined) throw after.error
  }
}

type Next = { readonly position?: PagePosition | undefined; readonly error?: ScimClientError }

function findNext(
  page: ListPage<JsonObject>,
  { asked, memory, options }: { asked: PagePosition; memory: Memory; options: PagingOptions },
): Next {
  try {
    return {
      position:
        asked.kind === 'index' ? nextIndex(page, memory, options) : nextCursor(page, asked.cursor, memory, options),
    }
  } catch (error) {
    if (error instanceof ScimClientError) return { error }
    throw error
  }
}

type Memory = {
  /** True when the page came before: the server loops, or pays no heed to the position that was asked. */
  isRepeated(page: ListPage<JsonObject>): boolean
  /** Remembers the page and gives its resources without those of the page before it. */
  take(page: ListPage<JsonObject>): readonly JsonObject[]
  /** True when the cursor was given before. */
  isKnownCursor(cursor: string): boolean
  received(): number
  pages(): number
  /** Empty pages since the last one that held something. */
  emptyPages(): number
}

function createMemory(options: PagingOptions): Memory {
  // Only the first id of every page and the ids of the last one are kept: enough to see every loop, and small.
  const firstIds = new Set<string>()
  const cursors = new Set<string>()
  let last = new Set<string>()
  let received = options.from?.received ?? 0
  // Whoever goes on has had a page.
  let pages = options.from === undefined ? 0 : 1
  let empty = 0
  return {
    isRepeated(page) {
      const ids = page.resources.map((resource) => idOf(resource, options))
      const [first] = ids
      return first !== undefined && (firstIds.has(first) || ids.every((id) => last.has(id)))
    },
    take(page) {
      const ids = page.resources.map((resource) => idOf(resource, options))
      const before = last
      if (ids[0] !== undefined) firstIds.add(ids[0])
      last = new Set(ids)
      received += ids.length
      pages += 1
      empty = ids.length === 0 ? empty + 1 : 0
      // Rows that moved to a later page because others were created before them come twice.
      return page.resources.filter((resource) => !before.has(idOf(resource, options)))
    },
    isKnownCursor(cursor) {
      if (cursors.has(cursor)) return true
      cursors.add(cursor)
      return false
    },
    received: () => received,
    pages: () => pages,
    emptyPages: () => empty,
  }
}

function idOf(resource: JsonObject, options: PagingOptions): string {
  const id = resource['id']
  if (typeof id === 'string' && id !== '') return id
  throw new ScimClientError('malformed', `${options.path} was answered with a resource without id`, {
    path: options.path,
  })
}

function nextIndex(page: ListPage<JsonObject>, memory: Memory, options: PagingOptions): PagePosition | undefined {
  // RFC 9865 §2.3: a server may demand cursors although none was asked for.
  if (page.nextCursor !== undefined) return toCursor(page.nextCursor, memory, options)
  const received = memory.received()
  const { totalResults } = page
  if (page.resources.length === 0) return endOf(page, memory, options)
  const next: PagePosition = { kind: 'index', startIndex: received + 1 }
  // No total, or one that what came already contradicts: only an empty page is the end.
  if (totalResults === undefined || totalResults !== received) return next
  // Some servers give the size of the page as the total; after one full page nobody can tell, so it is asked once more.
  return memory.pages() === 1 && received === options.count ? next : undefined
}

function nextCursor(
  page: ListPage<JsonObject>,
  asked: string,
  memory: Memory,
  options: PagingOptions,
): PagePosition | undefined {
  if (page.nextCursor !== undefined) {
    if (memory.emptyPages() > emptyPagesMax) throw pagingError(options, `sends nothing but empty pages`)
    return toCursor(page.nextCursor, memory, options)
  }
  const received = memory.received()
  // The server took no notice of the empty cursor and sent the first page by number.
  const isIgnored = asked === '' && received > 0 && (page.totalResults ?? 0) > received
  return isIgnored ? { kind: 'index', startIndex: received + 1 } : endOf(page, memory, options)
}

function toCursor(cursor: string, memory: Memory, options: PagingOptions): PagePosition {
  if (memory.isKnownCursor(cursor)) throw pagingError(options, 'gives the same cursor again')
  return { kind: 'cursor', cursor }
}

function endRepeated(page: ListPage<JsonObject>, memory: Memory, options: PagingOptions): void {
  const received = memory.received()
  const totalResults = (page.totalResults ?? 0) < page.resources.length ? undefined : page.totalResults
  if (totalResults !== undefined && totalResults <= received) return
  // A server that neither counts nor pages sends everything at once, whatever is asked.
  if (totalResults === undefined && memory.pages() === 1 && received !== options.count) return
  throw pagingError(options, `sends a page again (${received} of ${totalResults ?? 'unknown'} resources so far)`)
}

function endOf(page: ListPage<JsonObject>, memory: Memory, options: PagingOptions): undefined {
  if (options.isTotalStrict && (page.totalResults ?? 0) > memory.received())
    throw pagingError(options, `ends after ${memory.received()} of ${page.totalResults} resources`)
  return undefined
}

function pagingError(options: PagingOptions, what: string): ScimClientError {
  return new ScimClientError('paging', `${options.path} ${what}`, { path: options.path, method: 'GET' })
}
