import type { JsonObject } from '../json.ts'
import { findMember, toText } from './answer.ts'
import { ScimClientError } from './client-error.ts'
import type { FilterExpression } from './filter-expression.ts'
import type { ListPage } from './list-page.ts'
import { type ListQuery, type Lister, createLister } from './lister.ts'
import type { ListPlace, ListStretch, PagePosition } from './paging.ts'
import type { PatchOperationInput } from './patch-operation.ts'
import type { ResourceInput, Stored } from './resources.ts'
import type { Transport, TransportAnswer } from './transport.ts'

/** Which attributes an answer shall hold (RFC 7644 §3.9): one of the two, as attribute paths. */
export type ProjectionOptions = {
  readonly attributes?: readonly string[]
  readonly excludedAttributes?: readonly string[]
}

/** What every call takes. */
export type CallOptions = { readonly signal?: AbortSignal }

/** What a call that changes a resource takes. `ifMatch` is the version that must still hold: `meta.version`, or `*`. */
export type ChangeOptions = CallOptions & ProjectionOptions & { readonly ifMatch?: string | undefined }

/** The resources of one endpoint, e.g. `/Users`. Every method throws ScimClientError. */
export type ResourceClient<Resource extends object> = {
  /** POST. Gives the resource as the server stored it. Not repeated when its outcome is unknown. */
  create(resource: ResourceInput<Resource>, options?: CallOptions & ProjectionOptions): Promise<Stored<Resource>>
  /** GET by id. Throws `response` with status 404 when there is none; with `ifNoneMatch` may give 'notModified'. */
  get(id: string, options?: CallOptions & ProjectionOptions): Promise<Stored<Resource>>
  get(
    id: string,
    options: CallOptions & ProjectionOptions & { readonly ifNoneMatch: string },
  ): Promise<Stored<Resource> | 'notModified'>
  /** The one resource that the filter finds; undefined when none, `ambiguous` when more than one. */
  find(
    filter: FilterExpression | string,
    options?: CallOptions & ProjectionOptions,
  ): Promise<Stored<Resource> | undefined>
  /** All resources that the query finds, page after page. */
  list(query?: ListQuery): AsyncGenerator<Stored<Resource>, void, undefined>
  /**
   * The same, page by page, each with where the list goes on: whoever breaks off hands that place in as `from` and goes on,
   * also in another process. A server may have forgotten its cursors by then, and answers 400.
   *
   * @example
   * for await (const { resources, next } of client.users.pages({ count: 100 }, saved)) await keep(resources, next)
   */
  pages(query?: ListQuery, from?: ListPlace): AsyncGenerator<ListStretch<Stored<Resource>>, void, undefined>
  /** One page, by one request: for callers that go on another day. `from` is what the server counts by or gave out. */
  page(query: Omit<ListQuery, 'paging'>, from: PagePosition): Promise<ListPage<Stored<Resource>>>
  /** PUT: the whole resource; what it leaves out is cleared. */
  replace(id: string, resource: ResourceInput<Resource>, options?: ChangeOptions): Promise<Stored<Resource>>
  /** PATCH, all operations or none. Gives undefined when the server answers 204. */
  patch(
    id: string,
    operations: readonly PatchOperationInput[],
    options?: ChangeOptions,
  ): Promise<Stored<Resource> | undefined>
  /** DELETE. Throws `response` with status 404 when there is nothing to delete. */
  delete(id: string, options?: CallOptions & Pick<ChangeOptions, 'ifMatch'>): Promise<void>
}

/** What a resource client needs to know. */
export type ResourceClientOptions = {
  readonly transport: Transport
  readonly lister: Omit<Parameters<typeof createLister>[0], 'endpoint' | 'transport'>
  /** With its slash: `/Users`. */
  readonly endpoint: string
  /** Written into `schemas` when the caller gives none. */
  readonly schema: string | undefined
}

const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Makes the client of one endpoint. */
export function createResourceClient<Resource extends object>(
  options: ResourceClientOptions,
): ResourceClient<Resource> {
  const { transport, endpoint } = options
  const lister = createLister({ ...options.lister, transport, endpoint })

  async function get(
    id: string,
    call: CallOptions & ProjectionOptions & { readonly ifNoneMatch?: string } = {},
  ): Promise<Stored<Resource> | 'notModified'> {
    const answer = await transport.send({
      method: 'GET',
      path: toPath(endpoint, id),
      query: toProjectionQuery(call),
      headers: call.ifNoneMatch === undefined ? undefined : { 'If-None-Match': call.ifNoneMatch },
      accepts: call.ifNoneMatch === undefined ? [] : [304],
      signal: call.signal,
    })
    return answer.status === 304 ? 'notModified' : toStored<Resource>(answer, `${endpoint}/${id}`)
  }

  async function getStored(id: string, call: CallOptions & ProjectionOptions): Promise<Stored<Resource>> {
    const { signal, ...projection } = call
    const found = await get(id, signal === undefined ? projection : { ...projection, signal })
    if (found === 'notModified') throw new ScimClientError('malformed', `GET ${endpoint}/${id} was answered with 304`)
    return found
  }

  return {
    // The overloads of the type say more than one signature can.
    get: get as ResourceClient<Resource>['get'],
    find: (filter, call) => findOne<Resource>(lister, filter, call),
    list: (query) => listStored<Resource>(lister, query),
    pages: (query, from) => listPages<Resource>(lister, query, from),
    async page(query, from) {
      const page = await lister.getPage(query, from)
      return { ...page, resources: page.resources.map((resource) => toResource<Resource>(resource, endpoint)) }
    },
    async create(resource, call = {}) {
      const body = withSchemas(resource, options.schema)
      const query = toProjectionQuery(call)
      const answer = await transport.send({ method: 'POST', path: endpoint, query, body, signal: call.signal })
      if (answer.body !== undefined) return toStored<Resource>(answer, endpoint)
      return await getStored(toLocatedId(answer, endpoint), call)
    },
    async replace(id, resource, call = {}) {
      const body = withSchemas(resource, options.schema)
      const answer = await transport.send({ method: 'PUT', path: toPath(endpoint, id), body, ...toChange(call) })
      return answer.body === undefined ? await getStored(id, call) : toStored<Resource>(answer, `${endpoint}/${id}`)
    },
    async patch(id, operations, call = {}) {
      const body = { schemas: [patchSchema], Operations: operations }
      const answer = await transport.send({ method: 'PATCH', path: toPath(endpoint, id), body, ...toChange(call) })
      return answer.body === undefined ? undefined : toStored<Resource>(answer, `${endpoint}/${id}`)
    },
    async delete(id, call = {}) {
      await transport.send({ method: 'DELETE', path: toPath(endpoint, id), ...toChange(call) })
    },
  }
}

async function findOne<Resource extends object>(
  lister: Lister,
  filter: FilterExpression | string,
  call: CallOptions & ProjectionOptions = {},
): Promise<Stored<Resource> | undefined> {
  const page = await lister.getFirstPage({ ...call, filter, count: 2 })
  const [first, second] = page.resources
  if (second !== undefined || (page.totalResults ?? 0) > 1)
    throw new ScimClientError('ambiguous', `${lister.endpoint} holds more than one resource for the filter`, {
      method: 'GET',
      path: lister.endpoint,
    })
  return first === undefined ? undefined : toResource<Resource>(first, lister.endpoint)
}

async function* listStored<Resource extends object>(
  lister: Lister,
  query: ListQuery = {},
): AsyncGenerator<Stored<Resource>, void, undefined> {
  for await (const { resources } of listPages<Resource>(lister, query)) yield* resources
}

async function* listPages<Resource extends object>(
  lister: Lister,
  query: ListQuery = {},
  from?: ListPlace,
): AsyncGenerator<ListStretch<Stored<Resource>>, void, undefined> {
  for await (const { resources, next } of lister.readPages(query, from))
    yield { resources: resources.map((resource) => toResource<Resource>(resource, lister.endpoint)), next }
}

function toPath(endpoint: string, id: string): string {
  // "." and ".." would be resolved by the URL parser, also when they are percent-encoded.
  if (id === '' || id === '.' || id === '..')
    throw new ScimClientError('invalidRequest', `${JSON.stringify(id)} is no id of a resource`)
  return `${endpoint}/${encodeURIComponent(id)}`
}

function toProjectionQuery(options: ProjectionOptions): readonly (readonly [string, string])[] {
  const query: (readonly [string, string])[] = []
  if (options.attributes !== undefined) query.push(['attributes', options.attributes.join(',')])
  if (options.excludedAttributes !== undefined) query.push(['excludedAttributes', options.excludedAttributes.join(',')])
  return query
}

function toChange(call: ChangeOptions): Pick<Parameters<Transport['send']>[0], 'query' | 'headers' | 'signal'> {
  return {
    query: toProjectionQuery(call),
    headers: call.ifMatch === undefined ? undefined : { 'If-Match': call.ifMatch },
    signal: call.signal,
  }
}

function withSchemas(resource: object, schema: string | undefined): object {
  if ('schemas' in resource || schema === undefined) return resource
  // RFC 7643 §3.3: an extension stands under its URN, and the URN in `schemas`.
  const extensions = Object.keys(resource).filter((key) => /^urn:/i.test(key))
  return { schemas: [schema, ...extensions], ...resource }
}

function toStored<Resource extends object>(answer: TransportAnswer, path: string): Stored<Resource> {
  const stored = toResource<Resource>(answer.body, path)
  const etag = answer.headers.get('etag')
  if (etag === null || stored.meta?.version !== undefined) return stored
  return { ...stored, meta: { ...stored.meta, version: etag } }
}

function toResource<Resource extends object>(body: unknown, path: string): Stored<Resource> {
  if (toText(findMember(body, 'id')) === undefined)
    throw new ScimClientError('malformed', `${path} was answered with something that is no resource`, { path })
  // The one place where an answer becomes a resource: what the server's schema promises is trusted from here on.
  return body as Stored<Resource> & JsonObject
}

function toLocatedId(answer: TransportAnswer, endpoint: string): string {
  // Only the id is taken from the header: the token goes nowhere but below the base URL.
  const segment = answer.headers.get('location')?.split(/[?#]/)[0]?.split('/').pop() ?? ''
  if (segment !== '') return decodeURIComponent(segment)
  throw new ScimClientError('malformed', `POST ${endpoint} was answered with neither a resource nor a Location`, {
    method: 'POST',
    path: endpoint,
    status: answer.status,
    outcome: 'unknown',
  })
}
