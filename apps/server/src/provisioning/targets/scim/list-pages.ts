import type { JsonObject } from '@rollcall/scim'
import { type Client, type ListPage, type PagePosition, ScimClientError } from '@rollcall/scim/client'
import type { TargetProfile } from './profile.ts'

/** What a server says of its lists; kept by the client for ten minutes, so that it is asked once and not for each page. */
export type ListFacts = {
  /** No page may hold more. */
  readonly pageSizeMax: number
  readonly hasCursorsOnly: boolean
}

const nothingSaid: ListFacts = { pageSizeMax: Number.POSITIVE_INFINITY, hasCursorsOnly: false }

/** Reads the ServiceProviderConfig; a server without one is not asked for it again. */
export function createListFacts(client: Pick<Client, 'getServiceProviderConfig'>): () => Promise<ListFacts> {
  let hasNone = false
  return async () => {
    if (hasNone) return nothingSaid
    try {
      const { pagination, filterResultsMax } = await client.getServiceProviderConfig()
      const sizes = [pagination.pageSizeMax, filterResultsMax].filter((size) => size !== undefined && size > 0)
      return {
        pageSizeMax: Math.min(nothingSaid.pageSizeMax, ...sizes.map(Number)),
        hasCursorsOnly: pagination.hasCursors && !pagination.hasIndex,
      }
    } catch (error) {
      if (!(error instanceof ScimClientError) || !isWithoutConfig(error)) throw error
      hasNone = true
      return nothingSaid
    }
  }
}

function isWithoutConfig({ kind, status = 0 }: ScimClientError): boolean {
  return kind === 'malformed' || (kind === 'response' && [400, 403, 404, 405, 501].includes(status))
}

/** Where a page begins, as `list` gave it out; undefined: at the first. */
export function parsePosition(text: string | undefined, profile: TargetProfile, facts: ListFacts): PagePosition {
  if (text === undefined) return facts.hasCursorsOnly ? { kind: 'cursor', cursor: '' } : firstPosition(profile)
  const cursor = /^cursor:(.*)$/s.exec(text)?.[1]
  return cursor === undefined ? { kind: 'index', startIndex: Number(text) } : { kind: 'cursor', cursor }
}

export function firstPosition({ startIndexBase }: Pick<TargetProfile, 'startIndexBase'>): PagePosition {
  return { kind: 'index', startIndex: startIndexBase }
}

/** Undefined: that was the last page. */
export function nextPosition(
  position: PagePosition,
  page: ListPage<JsonObject>,
  { startIndexBase }: TargetProfile,
): string | undefined {
  if (page.nextCursor !== undefined) return `cursor:${page.nextCursor}`
  if (position.kind === 'cursor' || page.resources.length === 0) return undefined
  const next = position.startIndex + page.resources.length
  return page.totalResults !== undefined && next - startIndexBase >= page.totalResults ? undefined : String(next)
}
