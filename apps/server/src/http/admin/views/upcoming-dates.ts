import type { RouteAnswer } from '@rollcall/admin-api'
import type { TimedFact } from '../../../sources/lifecycle/upcoming.ts'
import { formatTypeId } from '../../../type-id.ts'

/** What waits for its day, soonest first. */
export function viewUpcomingDates(facts: readonly TimedFact[]): RouteAnswer<'getSourceRecord'>['upcoming'] {
  return facts
    .filter(({ state }) => state === 'waiting')
    .map(({ kind, at, sourceId, anchor }) => {
      return { kind, at: at.toISOString(), sourceId: formatTypeId('src', sourceId), anchor }
    })
}
