import { useAllPages, type EntryOf, type Pages } from '../api/queries.ts'

export type EventType = EntryOf<'listEventTypes'>

/** More than there are types, as far as a page goes. */
const pageMax = 200

/** All types of events with their schemas; they change with a release only. */
export function useEventTypes(): Pages<EventType> {
  return useAllPages('listEventTypes', { query: { limit: pageMax } })
}

/** The noun before the point, under which types are found and subscribed to. */
export function nounOf(type: string): string {
  return type.slice(0, type.indexOf('.'))
}
