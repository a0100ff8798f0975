/** The part of a rate that is this process's, on the clock of the machine: a request at a time, evenly. */
export type Throttle = {
  /** Requests a second. */
  setRate(rate: number): void
  /** The app said that so many are left until then: they are spread over that time. */
  setBudget(remaining: number | undefined, resetMs: number | undefined, part: number): void
  /** The turn of one request: it may leave after so many milliseconds. */
  reserve(): number
  /** The same for one that may leave at once; false: it may not, and no turn was taken. */
  reserveNow(): boolean
  /** More was asked for lately than the rate gave. */
  isUsedUp(): boolean
  /** Requests that really left, in the fuller of the last two seconds. */
  actualRate(): number
}

/** So much may leave at once after a pause. */
const burstMs = 200
const windowMs = 1_000
/** Kept for what cannot wait. */
const budgetKept = 3
/** Shorter windows are told in whole seconds, too coarse to spread anything over. */
const budgetWindowMsMin = 10_000

export function createThrottle(nowMs: () => number): Throttle {
  let rate = 1
  let budget: { readonly rate: number; readonly untilMs: number } | undefined
  /** When the next request may leave. */
  let nextMs = 0
  let waitedMs = Number.NEGATIVE_INFINITY
  const left: number[] = []

  const current = (now: number): number =>
    budget !== undefined && budget.untilMs > now ? Math.min(rate, budget.rate) : rate

  const reserve = (): number => {
    const now = nowMs()
    const at = Math.max(now, nextMs)
    // What was not used in the last moments may be used now.
    nextMs = Math.max(nextMs, now - burstMs) + 1_000 / current(now)
    const waitMs = Math.max(0, at - now)
    if (waitMs > 0) waitedMs = now
    left.push(at)
    while (left.length > 10_000 || (left[0] ?? now) < now - 2 * windowMs) left.shift()
    return waitMs
  }

  return {
    setRate: (next) => {
      rate = Math.max(next, 0.01)
    },
    setBudget: (remaining, resetMs, part) => {
      if (remaining === undefined || resetMs === undefined || resetMs < budgetWindowMsMin) return
      const share = (Math.max(remaining - budgetKept, 0.5) * part * 1_000) / resetMs
      budget = { rate: Math.max(share, 0.01), untilMs: nowMs() + resetMs }
    },
    reserve,
    reserveNow: () => nextMs <= nowMs() && reserve() === 0,
    isUsedUp: () => nowMs() - waitedMs < windowMs * 2,
    actualRate: () => {
      const now = nowMs()
      const count = (fromMs: number): number =>
        left.filter((at) => at > now - fromMs - windowMs && at <= now - fromMs).length
      return (Math.max(count(0), count(windowMs)) * 1_000) / windowMs
    },
  }
}
