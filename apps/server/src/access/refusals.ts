import { createFailedAttempts } from './failed-attempts.ts'
import { refuse } from './look-up.ts'
import type { Refusal, RefusalReason } from './principal.ts'

/** Counts refusals and slows down whoever collects them. */
export type Refusals = {
  /** For what no database was asked about. */
  junk(refusal: Refusal, address: string): Refusal
  /** For what had the form of a key. */
  forged(refusal: Refusal, address: string): Refusal
  /** Before the database is asked. */
  findBlock(address: string): Refusal | undefined
}

export function createRefusals(onRefusal: (reason: RefusalReason) => void): Refusals {
  // Counted apart: whoever sends junk must not lock out a good key behind the same address.
  const junk = createFailedAttempts()
  const forged = createFailedAttempts()
  const throttle = (retryAfterSeconds: number): Refusal => {
    onRefusal('throttled')
    return { ...refuse('throttled'), retryAfterSeconds }
  }
  return {
    junk: (refusal, address) => {
      const nowMs = performance.now()
      const blockedSeconds = junk.blockedSeconds(address, nowMs)
      if (blockedSeconds !== undefined) return throttle(blockedSeconds)
      if (refusal.reason !== 'missing') junk.add(address, nowMs)
      onRefusal(refusal.reason)
      return refusal
    },
    forged: (refusal, address) => {
      forged.add(address, performance.now())
      onRefusal(refusal.reason)
      return refusal
    },
    findBlock: (address) => {
      const blockedSeconds = forged.blockedSeconds(address, performance.now())
      return blockedSeconds === undefined ? undefined : throttle(blockedSeconds)
    },
  }
}
