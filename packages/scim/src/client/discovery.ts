import { type JsonObject, isJsonObject } from '../json.ts'
import { findMember, toCount } from './answer.ts'
import { ScimClientError } from './client-error.ts'
import { parseListPage } from './list-page.ts'
import type { PagingFacts } from './lister.ts'
import type { Transport } from './transport.ts'

/** What a server can do (RFC 7643 §5, RFC 9865 §4), with a safe reading of what it leaves out. */
export type ServiceProviderConfig = {
  readonly hasPatch: boolean
  readonly hasFilter: boolean
  readonly filterResultsMax: number | undefined
  readonly hasSort: boolean
  readonly hasEtag: boolean
  readonly hasChangePassword: boolean
  readonly bulk: { readonly isSupported: boolean; readonly operationsMax: number; readonly payloadBytesMax: number }
  readonly pagination: {
    readonly hasCursors: boolean
    readonly hasIndex: boolean
    readonly pageSizeMax: number | undefined
    readonly cursorTimeoutSeconds: number | undefined
  }
  /** The document as the server sent it. */
  readonly document: JsonObject
}

/**
 * The three discovery documents (RFC 7644 §4), each read once and kept for a while.
 * Callers at the same time share one request, which is why no caller's signal ends it; `timeoutMs` does.
 */
export type Discovery = {
  getServiceProviderConfig(): Promise<ServiceProviderConfig>
  listResourceTypes(): Promise<readonly JsonObject[]>
  listSchemas(): Promise<readonly JsonObject[]>
  /** Never throws for a server without a ServiceProviderConfig: such a server has index paging. */
  findPagingFacts(): Promise<PagingFacts>
  /** Forgets what was read. */
  clear(): void
}

/** Makes the part of the client that reads discovery documents; `ttlMs` is how long an answer is taken for true. */
export function createDiscovery(transport: Transport, options: { ttlMs: number; now: () => number }): Discovery {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>()

  function read<Answer>(path: string, parse: (body: unknown) => Answer): Promise<Answer> {
    const found = kept.get(path)
    // The map holds under each path what that path's one parser made.
    if (found !== undefined && found.until > options.now()) return found.answer as Promise<Answer>
    const answer = transport.send({ method: 'GET', path }).then(({ body }) => parse(body))
    kept.set(path, { until: options.now() + options.ttlMs, answer })
    // A failure is not kept: the next caller asks again.
    answer.catch(() => kept.delete(path))
    return answer
  }

  const readConfig = (): Promise<ServiceProviderConfig> => read('/ServiceProviderConfig', parseServiceProviderConfig)
  return {
    getServiceProviderConfig: readConfig,
    listResourceTypes: () => read('/ResourceTypes', (body) => parseDocuments(body, '/ResourceTypes')),
    listSchemas: () => read('/Schemas', (body) => parseDocuments(body, '/Schemas')),
    async findPagingFacts() {
      try {
        return (await readConfig()).pagination
      } catch (error) {
        if (error instanceof ScimClientError && isWithoutConfig(error))
          return { hasCursors: false, pageSizeMax: undefined }
        throw error
      }
    },
    clear: () => kept.clear(),
  }
}

function isWithoutConfig(error: ScimClientError): boolean {
  return (
    error.kind === 'malformed' || (error.kind === 'response' && [400, 403, 404, 405, 501].includes(error.status ?? 0))
  )
}

function parseDocuments(body: unknown, path: string): readonly JsonObject[] {
  return parseListPage(body, path).resources
}

/** Reads a ServiceProviderConfig; what is missing or of another type counts as not supported. */
function parseServiceProviderConfig(body: unknown): ServiceProviderConfig {
  if (!isJsonObject(body))
    throw new ScimClientError('malformed', '/ServiceProviderConfig was not answered with an object')
  const isSupported = (name: string): boolean => isTrue(findMember(findMember(body, name), 'supported'))
  const bulk = findMember(body, 'bulk')
  const pagination = findMember(body, 'pagination')
  return {
    hasPatch: isSupported('patch'),
    hasFilter: isSupported('filter'),
    filterResultsMax: toCount(findMember(findMember(body, 'filter'), 'maxResults')),
    hasSort: isSupported('sort'),
    hasEtag: isSupported('etag'),
    hasChangePassword: isSupported('changePassword'),
    bulk: {
      isSupported: isSupported('bulk'),
      operationsMax: toCount(findMember(bulk, 'maxOperations')) ?? 0,
      payloadBytesMax: toCount(findMember(bulk, 'maxPayloadSize')) ?? 0,
    },
    pagination: {
      hasCursors: isTrue(findMember(pagination, 'cursor')),
      // RFC 9865 §4: a server that says nothing of paging is one of RFC 7644, which pages by index.
      hasIndex: findMember(pagination, 'index') === undefined || isTrue(findMember(pagination, 'index')),
      pageSizeMax: toPositive(findMember(pagination, 'maxPageSize')),
      cursorTimeoutSeconds: toPositive(findMember(pagination, 'cursorTimeout')),
    },
    document: body,
  }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

function toPositive(value: unknown): number | undefined {
  const count = toCount(value)
  return count === 0 ? undefined : count
}
