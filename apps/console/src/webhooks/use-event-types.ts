import { useEffect } from 'react'
import { usePages, type EntryOf, type Pages } from '../api/queries.ts'

export type EventType = EntryOf<'listEventTypes'>

/** More than there are types, as far as a page goes. */
const pageMax = 200

/** All types of events with their schemas; they change with a release only. */
export function useEventTypes(isNeeded = true): Pages<EventType> {
  const pages = usePages('listEventTypes', { query: { limit: pageMax } }, { enabled: isNeeded })
  const { hasNextPage, isFetching, fetchNextPage } = pages.query
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  return pages
}

/** The noun before the point, under which types are found and subscribed to. */
export function nounOf(type: string): string {
  return type.slice(0, type.indexOf('.'))
}
