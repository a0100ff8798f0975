import { createBoundedMap } from '../access/bounded-map.ts'

export type Standing = {
  /** How many more would be let in before the window ends; below 0: this one was too much. */
  readonly left: number
  /** Until the quota is whole again. */
  readonly resetSeconds: number
}

export type RequestCounter = {
  /** `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11 §3). */
  readonly policy: string
  count(id: string, nowMs: number): Standing
  /** The same without counting. */
  peek(id: string, nowMs: number): Standing
}

const countedMax = 10_000

/** A fixed window per id and process: enough to stop a runaway script, and simple to explain. */
export function createRequestCounter(options: {
  readonly name: string
  readonly max: number
  readonly windowSeconds: number
}): RequestCounter {
  const { name, max, windowSeconds } = options
  const windows = createBoundedMap<string, { readonly startMs: number; count: number }>(countedMax)
  const resetOf = (startMs: number, nowMs: number): number =>
    Math.max(1, Math.ceil((startMs - nowMs) / 1000 + windowSeconds))
  return {
    peek: (id, nowMs) => {
      const known = windows.get(id)
      const isOpen = known !== undefined && nowMs - known.startMs < windowSeconds * 1000
      return isOpen
        ? { left: max - known.count, resetSeconds: resetOf(known.startMs, nowMs) }
        : { left: max, resetSeconds: windowSeconds }
    },
    policy: `"${name}";q=${max};w=${windowSeconds}`,
    count: (id, nowMs) => {
      const known = windows.get(id)
      const isOpen = known !== undefined && nowMs - known.startMs < windowSeconds * 1000
      const window = isOpen ? known : { startMs: nowMs, count: 0 }
      if (!isOpen) windows.set(id, window)
      window.count++
      return { left: max - window.count, resetSeconds: resetOf(window.startMs, nowMs) }
    },
  }
}

/** `RateLimit` (§4): remaining quota and seconds until it is whole again. */
export function describeStanding(name: string, { left, resetSeconds }: Standing): string {
  return `"${name}";r=${Math.max(0, left)};t=${resetSeconds}`
}
