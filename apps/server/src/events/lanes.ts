/** How much may be under way to each endpoint at once in this process. */
export type Lanes = {
  /** How many more may be sent to an endpoint now. */
  freeSlots(id: string, now: Date): number
  enter(id: string): void
  /** `pausedUntil`: the endpoint asked for peace. */
  leave(id: string, end: { readonly isDelivered: boolean; readonly pausedUntil: Date | undefined }): void
}

type Lane = { limit: number; underWay: number; pausedUntil: number }

const limitFirst = 8
const limitMax = 64
/** To all endpoints together. */
const totalMax = 1_000

/**
 * Every success lets one more in, every failure halves: a fast endpoint gets what it can take, a dead one a single
 * request at a time, and thousands of dead ones leave room for the others.
 */
export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  let total = 0
  const find = (id: string): Lane => {
    const found = lanes.get(id)
    if (found !== undefined) return found
    const lane = { limit: limitFirst, underWay: 0, pausedUntil: 0 }
    lanes.set(id, lane)
    return lane
  }
  return {
    freeSlots: (id, now) => {
      const { limit, underWay, pausedUntil } = find(id)
      return pausedUntil > now.getTime() ? 0 : Math.max(0, Math.min(limit - underWay, totalMax - total))
    },
    enter: (id) => {
      find(id).underWay++
      total++
    },
    leave: (id, { isDelivered, pausedUntil }) => {
      const lane = find(id)
      lane.underWay--
      total--
      lane.limit = isDelivered ? Math.min(limitMax, lane.limit + 1) : Math.max(1, Math.floor(lane.limit / 2))
      if (pausedUntil !== undefined) lane.pausedUntil = Math.max(lane.pausedUntil, pausedUntil.getTime())
      // Nothing is known of an endpoint that a new lane would not find out.
      if (lane.underWay === 0 && lane.limit >= limitFirst && lane.pausedUntil === 0) lanes.delete(id)
    },
  }
}
