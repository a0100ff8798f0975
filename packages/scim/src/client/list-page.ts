import { type JsonObject, isJsonObject } from '../json.ts'
import { findMember, toCount, toText } from './answer.ts'
import { ScimClientError } from './client-error.ts'

/** One page of a list as the server sent it (RFC 7644 §3.4.2, RFC 9865 §2). */
export type ListPage<Resource> = {
  readonly resources: readonly Resource[]
  /** How many resources the query has in all; with cursors servers may leave it out. */
  readonly totalResults: number | undefined
  readonly startIndex: number | undefined
  readonly nextCursor: string | undefined
}

/**
 * Reads a ListResponse as servers write it: member names in any letter case, numbers also as text, no `Resources` at
 * all when there are none, and a bare array where discovery documents are meant.
 * Throws `malformed` when it is no list, so that an error page is never taken for "nobody".
 */
export function parseListPage(body: unknown, path: string): ListPage<JsonObject> {
  const found = Array.isArray(body) ? body : findMember(body, 'Resources')
  const totalResults = toCount(findMember(body, 'totalResults'))
  if (found === undefined || found === null ? totalResults === undefined : !Array.isArray(found))
    throw new ScimClientError('malformed', `${path} was not answered with a list`, { path })
  const resources: unknown[] = Array.isArray(found) ? found : []
  return {
    resources: resources.map((resource) => {
      if (!isJsonObject(resource))
        throw new ScimClientError('malformed', `${path} was answered with an element that is no resource`, { path })
      return resource
    }),
    totalResults,
    startIndex: toCount(findMember(body, 'startIndex')),
    nextCursor: toText(findMember(body, 'nextCursor')),
  }
}
