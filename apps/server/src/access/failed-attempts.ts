import { createBoundedMap } from './bounded-map.ts'

/** Counts refusals per address in fixed windows, so that guessing costs the guesser and not the database. */
export type FailedAttempts = {
  /** Seconds until the address may try again; undefined: now. */
  blockedSeconds(address: string, nowMs: number): number | undefined
  add(address: string, nowMs: number): void
}

/** Refusals that one address may collect within a window. */
export const failuresPerWindowMax = 300
export const failureWindowMs = 60_000
/** Addresses remembered at once; the oldest are forgotten first. */
export const failingAddressesMax = 10_000

export function createFailedAttempts(): FailedAttempts {
  const windows = createBoundedMap<string, { readonly startMs: number; count: number }>(failingAddressesMax)
  const current = (address: string, nowMs: number) => {
    const window = windows.get(address)
    return window !== undefined && nowMs - window.startMs < failureWindowMs ? window : undefined
  }
  return {
    blockedSeconds: (address, nowMs) => {
      const window = current(address, nowMs)
      if (window === undefined || window.count < failuresPerWindowMax) return undefined
      return Math.max(1, Math.ceil((window.startMs + failureWindowMs - nowMs) / 1000))
    },
    add: (address, nowMs) => {
      const window = current(address, nowMs)
      if (window === undefined) windows.set(address, { startMs: nowMs, count: 1 })
      else window.count++
    },
  }
}
