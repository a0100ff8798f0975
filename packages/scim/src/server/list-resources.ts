import type { BoundFilter, Filter } from '../filter/ast.ts'
import { bindFilter } from '../filter/bind-filter.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { printFilter } from '../filter/print-filter.ts'
import { scimError } from '../errors.ts'
import type { SearchRequest } from '../message/search-request.ts'
import { messageUrns } from '../message/urns.ts'
import { parseAttributePath } from '../path/parse-path.ts'
import { resolveAttribute } from '../path/resolve-attribute.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import { type Projection, parseProjection } from '../resource/projection.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { type Body, toBody } from './body-stream.ts'
import { bindLocations } from './bind-locations.ts'
import { type Call, toleranceOf } from './call.ts'
import { type CursorBinding, type CursorPosition, openCursor, signCursor } from './cursor.ts'
import { type ResourceText, type View, fieldsOf, toResourceText } from './resource-text.ts'
import type { ListPage, ListQuery } from './storage.ts'

/** The types that a list covers: one, or all of them at the root (RFC 7644 §3.4.2.1). */
type Scope = { readonly endpoint: string; readonly types: readonly ResourceType[] }

/** Everything of a search that does not depend on the page. */
type Search = {
  readonly scope: Scope
  readonly request: SearchRequest
  readonly filters: readonly (BoundFilter | undefined)[]
  readonly filter: Filter | undefined
  readonly sorts: readonly ListQuery['sort'][]
  readonly views: readonly View[]
}

/** A page, in the order in which it is shown. */
type Page = {
  readonly texts: readonly ResourceText[]
  readonly total: number | undefined
  readonly nextCursor: string | undefined
  /** Undefined with cursors. */
  readonly startIndex: number | undefined
}

/**
 * Answers a list (RFC 7644 §3.4.2, RFC 9865). Without `type` it covers all resource types, one after the other.
 *
 * Throws `invalidFilter`, `invalidPath`, `invalidValue`, `invalidCursor`, `expiredCursor`, `invalidCount`.
 */
export async function listResources<Context>(
  call: Call<Context>,
  type: ResourceType | undefined,
  request: SearchRequest,
): Promise<Body> {
  const search = bindSearch(call, type, request)
  // RFC 9865 §2: a count of 0 asks for totalResults alone, which index paging knows.
  const isCursor = request.cursor !== undefined && request.count !== 0 && !isNegative(request.count)
  const page = isCursor ? await readCursorPage(call, search) : await readIndexPage(call, search)
  return toListBody(page)
}

function isNegative(count: number | undefined): boolean {
  return count !== undefined && count < 0
}

function bindSearch<Context>(call: Call<Context>, type: ResourceType | undefined, request: SearchRequest): Search {
  const { settings } = call
  const types = type === undefined ? settings.registry.resourceTypes : [type]
  const filter = request.filter === undefined ? undefined : parseSearchFilter(call, request.filter)
  return {
    scope: { endpoint: type?.endpoint ?? '/', types },
    request,
    filters: filter === undefined ? types.map(() => undefined) : bindFilters(call, filter, types),
    filter,
    sorts: bindSorts(call, request, types),
    views: types.map((each) => ({ settings, type: each, projection: toProjection(call, each, request) })),
  }
}

/** The projection that a request names for a type; undefined when it names none. */
export function toProjection<Context>(
  call: Call<Context>,
  type: ResourceType,
  request: Pick<SearchRequest, 'attributes' | 'excludedAttributes'>,
): Projection | undefined {
  const { attributes, excludedAttributes } = request
  if (attributes === undefined && excludedAttributes === undefined) return undefined
  const lists = {
    ...(attributes === undefined ? {} : { attributes }),
    ...(excludedAttributes === undefined ? {} : { excludedAttributes }),
  }
  return parseProjection(lists, type, { tolerance: toleranceOf(call) })
}

function parseSearchFilter<Context>(call: Call<Context>, text: string): Filter {
  const { limits, style } = call.settings
  const filter = parseFilter(text, {
    limits: {
      charactersMax: limits.filterCharactersMax,
      depthMax: limits.filterDepthMax,
      nodesMax: limits.filterNodesMax,
    },
    tolerance: toleranceOf(call),
  })
  if (style.singleFilterOnly && !(filter.kind === 'compare' && filter.operator === 'eq'))
    throw scimError('invalidFilter', 'Filters here are one comparison: attribute eq value')
  return filter
}

// RFC 7644 §3.4.2.1: at the root an attribute that a type does not have has no value there; one that no type has is an error.
function bindFilters<Context>(
  call: Call<Context>,
  filter: Filter,
  types: readonly ResourceType[],
): readonly BoundFilter[] {
  const tolerance = toleranceOf(call)
  const isSingle = types.length === 1
  if (!isSingle) for (const leaf of listLeaves(filter)) assertBindable(leaf, types, tolerance)
  const options = { tolerance, unknownAttributes: isSingle ? 'refuse' : 'nothing' } as const
  return types.map((type) => bindLocations(bindFilter(filter, type, options), { baseUrl: call.settings.baseUrl, type }))
}

function listLeaves(filter: Filter): readonly Filter[] {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.flatMap(listLeaves)
  return filter.kind === 'not' ? listLeaves(filter.filter) : [filter]
}

function assertBindable(leaf: Filter, types: readonly ResourceType[], tolerance: Tolerance): void {
  let refusal: unknown
  for (const type of types) {
    try {
      bindFilter(leaf, type, { tolerance, unknownAttributes: 'refuse' })
      return
    } catch (error) {
      refusal ??= error
    }
  }
  throw refusal
}

function bindSorts<Context>(
  call: Call<Context>,
  request: SearchRequest,
  types: readonly ResourceType[],
): readonly ListQuery['sort'][] {
  const { sortBy, sortOrder } = request
  if (sortBy === undefined) return types.map(() => undefined)
  const order = (sortOrder ?? 'ascending').toLowerCase()
  if (order !== 'ascending' && order !== 'descending')
    throw scimError('invalidValue', '"sortOrder" must be "ascending" or "descending"')
  const path = parseAttributePath(sortBy)
  const refs = types.map((type) => resolveAttribute(path, type, toleranceOf(call)))
  const isHidden = refs.some((ref) => (ref?.subAttribute ?? ref?.attribute)?.returned === 'never')
  if (isHidden || refs.every((ref) => ref === undefined))
    throw scimError('invalidPath', `"${sortBy.slice(0, 100)}" is nothing to sort by`)
  return refs.map((ref) => (ref === undefined ? undefined : { ref, descending: order === 'descending' }))
}

async function readIndexPage<Context>(call: Call<Context>, search: Search): Promise<Page> {
  const { request } = search
  const style = call.settings.style
  const startIndex = Math.max(1, request.startIndex ?? 1)
  const count = Math.min(Math.max(0, request.count ?? style.pageSizeDefault), style.pageSizeMax)
  const texts: ResourceText[] = []
  let total = 0
  for (const [index, type] of search.scope.types.entries()) {
    // The list is the types one after the other: what lies before this type is skipped over.
    const page = await readList(call, search, index, {
      kind: 'index',
      startIndex: Math.max(1, startIndex - total),
      count: count - texts.length,
    })
    const view = search.views[index]
    if (view !== undefined) texts.push(...page.records.map((record) => toResourceText(record, view)))
    if (page.total === undefined) throw scimError('internal', `the store left out the total of ${type.name}`)
    total += page.total
  }
  return { texts, total, nextCursor: undefined, startIndex }
}

function readList<Context>(
  call: Call<Context>,
  search: Search,
  index: number,
  page: ListQuery['page'],
): Promise<ListPage> {
  const type = search.scope.types[index]
  const view = search.views[index]
  if (type === undefined || view === undefined) throw scimError('internal', `no resource type ${index}`)
  return call.service.storage.list(call.context, type, {
    filter: search.filters[index],
    sort: search.sorts[index],
    page,
    fields: fieldsOf(view),
  })
}

async function readCursorPage<Context>(call: Call<Context>, search: Search): Promise<Page> {
  const binding = toBinding(call, search)
  const start = await openStart(call, search, binding)
  const texts: ResourceText[] = []
  let typeIndex = start.typeIndex
  let after: string | undefined = start.after === '' ? undefined : start.after
  for (;;) {
    const page: ListPage = await readList(call, search, typeIndex, {
      kind: 'cursor',
      count: start.count - texts.length,
      after,
    })
    const view = search.views[typeIndex]
    if (view !== undefined) texts.push(...page.records.map((record) => toResourceText(record, view)))
    after = page.next
    if (after === undefined) typeIndex++
    if (typeIndex >= search.scope.types.length) return toCursorPage(texts, undefined)
    if (texts.length >= start.count) break
    // A store may return fewer than asked; a cursor then says where to go on.
    if (after !== undefined) break
  }
  const position = { after: after ?? '', count: start.count, typeIndex }
  return toCursorPage(texts, await signCursor(position, binding, call.settings.limits.cursorSecondsMax))
}

function toCursorPage(texts: readonly ResourceText[], nextCursor: string | undefined): Page {
  return { texts, total: undefined, nextCursor, startIndex: undefined }
}

/** The first page, or where the cursor says; RFC 9865 §2.1 has `invalidCount` for a count that is too large or changed. */
async function openStart<Context>(
  call: Call<Context>,
  search: Search,
  binding: CursorBinding,
): Promise<CursorPosition> {
  const { count, cursor = '' } = search.request
  const { pageSizeDefault, pageSizeMax } = call.settings.style
  if (count !== undefined && count > pageSizeMax)
    throw scimError('invalidCount', `"count" must be between 0 and ${pageSizeMax}`)
  if (cursor === '') return { after: '', count: count ?? pageSizeDefault, typeIndex: 0 }
  const position = await openCursor(cursor, binding)
  if (count !== undefined && count !== position.count)
    throw scimError('invalidCount', `"count" must stay ${position.count}, as on the first page`)
  return position
}

function toBinding<Context>(call: Call<Context>, search: Search): CursorBinding {
  const { settings, service } = call
  const { sortBy, sortOrder } = search.request
  return {
    secret: settings.cursorSecret,
    scope: settings.scope,
    endpoint: search.scope.endpoint,
    filter: search.filter === undefined ? '' : printFilter(search.filter),
    sort: sortBy === undefined ? '' : `${sortBy.toLowerCase()} ${(sortOrder ?? 'ascending').toLowerCase()}`,
    nowSeconds: Math.floor(service.nowMs() / 1000),
  }
}

function toListBody(page: Page): Body | Promise<Body> {
  const head = listHead(page)
  if (page.texts.every((resource) => resource.members === undefined))
    return `${head}${page.texts.map((resource) => resource.text).join(',')}]}`
  return toBody(listChunks(head, page.texts))
}

function listHead({ texts, total, nextCursor, startIndex }: Page): string {
  const totalResults = total === undefined ? '' : `"totalResults":${total},`
  const start = startIndex === undefined ? '' : `"startIndex":${startIndex},`
  const next = nextCursor === undefined ? '' : `"nextCursor":${JSON.stringify(nextCursor)},`
  return `{"schemas":["${messageUrns.listResponse}"],${totalResults}${start}"itemsPerPage":${texts.length},${next}"Resources":[`
}

async function* listChunks(head: string, texts: readonly ResourceText[]): AsyncGenerator<string> {
  yield head
  for (const [index, resource] of texts.entries()) {
    yield index === 0 ? resource.text : `,${resource.text}`
    if (resource.members !== undefined) yield* resource.members
  }
  yield ']}'
}
