/**
 * So many requests are on their way at once; who comes when all places are taken waits for one, in the order of coming, the
 * urgent before the others.
 * Many more objects than that may be in work: their durable steps are written together, and share a commit.
 */
export type Places = {
  /** Runs the work in a place; undefined: none became free within the time that is waited for one. */
  hold<Result>(work: () => Promise<Result>, options?: { readonly isUrgent: boolean }): Promise<Result | undefined>
}

/** Long before the lease of whoever waits ends. */
const waitMsMax = 20_000

type Waiting = { readonly isUrgent: boolean; readonly sinceMs: number; readonly resolve: (isInTime: boolean) => void }

/** `placesMax` may change with every request. */
export function createPlaces(placesMax: () => number, nowMs = (): number => performance.now()): Places {
  const waiting: Waiting[] = []
  let taken = 0

  const isFree = (): boolean => taken < Math.max(1, placesMax())

  const wait = (isUrgent: boolean): Promise<boolean> =>
    new Promise((resolve) => {
      const behind = isUrgent ? waiting.findIndex((other) => !other.isUrgent) : -1
      waiting.splice(behind < 0 ? waiting.length : behind, 0, { isUrgent, sinceMs: nowMs(), resolve })
    })

  const take = (isUrgent: boolean): Promise<boolean> | true => {
    if (waiting.length > 0 || !isFree()) return wait(isUrgent)
    taken++
    return true
  }

  const giveBack = (): void => {
    taken--
    while (waiting.length > 0 && isFree()) {
      const next = waiting.shift()
      const isInTime = next !== undefined && nowMs() - next.sinceMs < waitMsMax
      if (isInTime) taken++
      next?.resolve(isInTime)
    }
  }

  return {
    hold: async (work, { isUrgent } = { isUrgent: false }) => {
      const place = take(isUrgent)
      if (place !== true && !(await place)) return undefined
      try {
        return await work()
      } finally {
        giveBack()
      }
    },
  }
}
