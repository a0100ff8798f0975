import type { JsonObject } from '../json.ts'
import { ScimClientError } from './client-error.ts'
import type { FilterExpression } from './filter-expression.ts'
import { type ListPage, parseListPage } from './list-page.ts'
import { type ListPlace, type ListStretch, type PagePosition, readPages } from './paging.ts'
import type { Transport } from './transport.ts'

/** What a list shall hold and how it is read. */
export type ListQuery = {
  /** Built by `eq`, `and`, …; a text is sent as it is. */
  readonly filter?: FilterExpression | string
  readonly sortBy?: string
  readonly sortOrder?: 'ascending' | 'descending'
  readonly attributes?: readonly string[]
  readonly excludedAttributes?: readonly string[]
  /** Resources per page; 100 when left out, and never more than the server's `pagination.maxPageSize`. */
  readonly count?: number
  /** `auto` asks the ServiceProviderConfig and takes cursors where the server has them (RFC 9865 §4). */
  readonly paging?: 'auto' | 'index' | 'cursor'
  /** A list that ends before the server's own `totalResults` throws `paging`. */
  readonly isTotalStrict?: boolean
  readonly signal?: AbortSignal
}

/** What the server says of its paging (RFC 9865 §4). */
export type PagingFacts = { readonly hasCursors: boolean; readonly pageSizeMax: number | undefined }

/** What a lister is made of. */
export type ListerOptions = {
  readonly transport: Transport
  readonly endpoint: string
  /** Longer URLs go by `POST …/.search` (RFC 7644 §3.4.3). */
  readonly urlCharactersMax: number
  readonly findPagingFacts: () => Promise<PagingFacts>
  /** Always by `/.search`: the root of a server is not listed otherwise. */
  readonly isSearchOnly?: boolean
}

/** Reads the lists of one endpoint. */
export type Lister = {
  readonly endpoint: string
  getFirstPage(query: ListQuery): Promise<ListPage<JsonObject>>
  getPage(query: ListQuery, position: PagePosition): Promise<ListPage<JsonObject>>
  readPages(query: ListQuery, from?: ListPlace): AsyncGenerator<ListStretch<JsonObject>, void, undefined>
}

const searchSchema = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
const countDefault = 100

/** Makes the part of the client that reads lists. */
export function createLister(options: ListerOptions): Lister {
  return {
    endpoint: options.endpoint,
    getFirstPage: (query) => fetchPage(query, { kind: 'index', startIndex: 1 }, options),
    getPage: (query, position) => fetchPage(query, position, options),
    readPages: (query, from) => startPages(query, options, from),
  }
}

async function* startPages(
  query: ListQuery,
  options: ListerOptions,
  from: ListPlace | undefined,
): AsyncGenerator<ListStretch<JsonObject>, void, undefined> {
  const asked = query.count ?? countDefault
  if (!Number.isSafeInteger(asked) || asked < 1)
    throw new ScimClientError('invalidRequest', `count must be a positive whole number, not ${asked}`)
  const facts: PagingFacts =
    query.paging === 'index' || query.paging === 'cursor'
      ? { hasCursors: query.paging === 'cursor', pageSizeMax: undefined }
      : await options.findPagingFacts()
  const count = Math.min(asked, facts.pageSizeMax ?? asked)
  yield* readPages({
    fetchPage: (position) => fetchPage({ ...query, count }, position, options),
    from,
    first: facts.hasCursors ? { kind: 'cursor', cursor: '' } : { kind: 'index', startIndex: 1 },
    count,
    isTotalStrict: query.isTotalStrict ?? false,
    path: options.endpoint === '' ? '/' : options.endpoint,
  })
}

async function fetchPage(
  query: ListQuery,
  position: PagePosition,
  options: ListerOptions,
): Promise<ListPage<JsonObject>> {
  const { transport, endpoint } = options
  const parameters = toParameters(query, position)
  const urlQuery = parameters.map(([name, value]) => [name, String(value)] as const)
  const isShort = transport.toUrl({ path: endpoint, query: urlQuery }).length <= options.urlCharactersMax
  if (isShort && options.isSearchOnly !== true) {
    const answer = await transport.send({ method: 'GET', path: endpoint, query: urlQuery, signal: query.signal })
    return parseListPage(answer.body, endpoint)
  }
  const path = `${endpoint}/.search`
  const body = { schemas: [searchSchema], ...Object.fromEntries(parameters) }
  const answer = await transport.send({ method: 'POST', path, body, isRead: true, signal: query.signal })
  return parseListPage(answer.body, path)
}

type Parameter = readonly [string, string | number | readonly string[]]

function toParameters(query: ListQuery, position: PagePosition): readonly Parameter[] {
  const parameters: Parameter[] = []
  const put = (name: string, value: string | number | readonly string[] | undefined): void => {
    if (value !== undefined) parameters.push([name, value])
  }
  put('filter', typeof query.filter === 'string' ? query.filter : query.filter?.text)
  put('sortBy', query.sortBy)
  put('sortOrder', query.sortOrder)
  // As a parameter of a URL the list is joined by commas, which is what String() does (RFC 7644 §3.9).
  put('attributes', query.attributes)
  put('excludedAttributes', query.excludedAttributes)
  if (position.kind === 'index') put('startIndex', position.startIndex)
  else put('cursor', position.cursor)
  put('count', query.count ?? countDefault)
  return parameters
}
