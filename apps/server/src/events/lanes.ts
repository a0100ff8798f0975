/** How much may be under way to each endpoint at once in this process, and how much may wait here for its turn. */
export type Lanes = {
  /** How many more deliveries to an endpoint may be taken now; 0 also where enough wait already. */
  roomFor(id: string, now: Date): number
  queued(id: string, count: number): void
  /** Whether one that waits may be sent now; it waits no longer then. */
  enter(id: string): boolean
  /** `pausedUntil`: the endpoint asked for peace. */
  leave(id: string, end: { readonly isDelivered: boolean; readonly pausedUntil: Date | undefined }): void
}

type Lane = { limit: number; underWay: number; waiting: number; pausedUntil: number }

const limitFirst = 8
const limitMax = 32
/** To all endpoints together. */
const totalMax = 1_000
/** So many times as much as may be under way is taken at once: one question to the database for many deliveries. */
const stock = 8

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
    const lane = { limit: limitFirst, underWay: 0, waiting: 0, pausedUntil: 0 }
    lanes.set(id, lane)
    return lane
  }
  return {
    roomFor: (id, now) => {
      const { limit, underWay, waiting, pausedUntil } = find(id)
      if (pausedUntil > now.getTime() || waiting >= limit) return 0
      // Nothing is laid in for an endpoint in bad health.
      const most = limit < limitFirst ? limit : limit * stock
      return Math.max(0, most - underWay - waiting)
    },
    queued: (id, count) => {
      find(id).waiting += count
    },
    enter: (id) => {
      const lane = find(id)
      if (lane.underWay >= lane.limit || total >= totalMax) return false
      lane.waiting--
      lane.underWay++
      total++
      return true
    },
    leave: (id, { isDelivered, pausedUntil }) => {
      const lane = find(id)
      lane.underWay--
      total--
      lane.limit = isDelivered ? Math.min(limitMax, lane.limit + 1) : Math.max(1, Math.floor(lane.limit / 2))
      if (pausedUntil !== undefined) lane.pausedUntil = Math.max(lane.pausedUntil, pausedUntil.getTime())
      // Nothing is known of an endpoint that a new lane would not find out.
      const isIdle = lane.underWay === 0 && lane.waiting === 0
      if (isIdle && lane.limit >= limitFirst && lane.pausedUntil === 0) lanes.delete(id)
    },
  }
}
