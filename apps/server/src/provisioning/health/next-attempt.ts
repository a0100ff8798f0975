import type { EngineNumbers } from '../numbers.ts'
import type { ReasonClass } from '../reasons.ts'

/** Of what may pass by itself: so many tries at once, within so long, before it counts as waiting. */
const inPlaceTries = 3
const inPlaceMinMs = 1_000
const inPlaceMaxMs = 30_000
/** However much times are spread, none is at once. */
const spreadMin = 0.05
/** After a failure of the whole app; the circuit breaker decides soon enough. */
const targetRetryMs = 20_000

export type FailedAttempt = {
  readonly class: ReasonClass
  /** Failures of this object in a row, this one included. */
  readonly attempts: number
  /** Of that row. */
  readonly firstFailedAt: Date
  readonly now: Date
  /** When the app takes requests again, where it said so. */
  readonly blockedUntil?: Date | undefined
  /** Between 0 and 1. */
  readonly random: number
}

export type NextAttempt =
  /** Stays among what is exported; `attempts` is what is to be stored. */
  | { readonly kind: 'retry'; readonly at: Date; readonly attempts: number }
  /** Waits in escrow. */
  | { readonly kind: 'escrow'; readonly at: Date; readonly attempts: number }
  /** Not tried again before the object or the rules change. */
  | { readonly kind: 'givenUp'; readonly attempts: number }
  /** No failure: it waits for something else, or there is nothing to do. */
  | { readonly kind: 'none' }

/** When an object that failed is tried again. */
export function nextAttempt(escrow: EngineNumbers['escrow'], failed: FailedAttempt): NextAttempt {
  const { attempts, now, random } = failed
  switch (failed.class) {
    case 'throttle':
      // Nothing is wrong with the object: it does not count.
      return { kind: 'retry', at: failed.blockedUntil ?? after(now, inPlaceMinMs), attempts: attempts - 1 }
    case 'target':
      return { kind: 'retry', at: after(now, targetRetryMs), attempts: attempts - 1 }
    case 'transient':
      if (attempts <= inPlaceTries) {
        const delayMs = inPlaceMinMs + random * (inPlaceMaxMs - inPlaceMinMs)
        return { kind: 'retry', at: after(now, delayMs), attempts }
      }
      return inEscrow(escrow, failed, attempts - inPlaceTries)
    case 'object':
      return inEscrow(escrow, failed, attempts)
    case 'reference':
    case 'gate':
    case 'skip':
    case 'success':
      return { kind: 'none' }
    default:
      return failed.class satisfies never
  }
}

function inEscrow(escrow: EngineNumbers['escrow'], failed: FailedAttempt, count: number): NextAttempt {
  const { attempts, firstFailedAt, now } = failed
  let at = dueAt(escrow, failed, count)
  // Times that have passed, as while the app was paused, are not made up for.
  for (let later = count + 1; at <= now; later++) at = dueAt(escrow, failed, later)
  const { endsAfterMs } = escrow
  const isOver = endsAfterMs !== null && at.getTime() - firstFailedAt.getTime() > endsAfterMs
  return isOver ? { kind: 'givenUp', attempts } : { kind: 'escrow', at, attempts }
}

function dueAt(escrow: EngineNumbers['escrow'], failed: FailedAttempt, count: number): Date {
  const { stepsMs, thenEveryMs, jitter, countsFrom } = escrow
  const { firstFailedAt, now, random } = failed
  const spread = Math.max(spreadMin, 1 + jitter * (2 * random - 1))
  if (countsFrom === 'lastFailure') return after(now, (stepsMs[count - 1] ?? thenEveryMs) * spread)
  const beyond = Math.max(0, count - stepsMs.length)
  const elapsedMs = beyond === 0 ? (stepsMs[count - 1] ?? 0) : (stepsMs.at(-1) ?? 0) + beyond * thenEveryMs
  return after(firstFailedAt, elapsedMs * spread)
}

const after = (date: Date, milliseconds: number): Date => new Date(date.getTime() + milliseconds)
