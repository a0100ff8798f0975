import { createHash } from 'node:crypto'
import type { EngineNumbers } from '../numbers.ts'
import { addMs } from './protocol.ts'

/** So often what passes by itself is tried again at once, before it counts as failed. */
const quickTries = 3
const quickMinMs = 1_000
const quickMaxMs = 30_000

/** A number from 0 to 1 that is the same for the same attempt, so that its time can be worked out again. */
function spread(objectId: string, attempts: number): number {
  return createHash('sha256').update(`${objectId} ${attempts}`).digest().readUInt32BE() / 0xffff_ffff
}

/** When an object that waits in escrow has its next turn; attempts count from 1. */
export function escrowedUntil(
  numbers: Pick<EngineNumbers, 'escrow'>,
  failed: { readonly objectId: string; readonly attempts: number; readonly at: Date },
): Date {
  const { stepsMs, thenEveryMs, jitter } = numbers.escrow
  const delayMs = stepsMs[Math.max(0, failed.attempts - 1)] ?? thenEveryMs
  const factor = 1 + jitter * (2 * spread(failed.objectId, failed.attempts) - 1)
  return addMs(failed.at, Math.round(delayMs * factor))
}

/** The next try of what may pass by itself; undefined when it has been tried often enough for now. */
export function quickTry(failed: {
  readonly objectId: string
  readonly attempts: number
  readonly at: Date
}): Date | undefined {
  if (failed.attempts > quickTries) return undefined
  const max = Math.min(quickMaxMs, quickMinMs * 4 ** failed.attempts)
  return addMs(failed.at, Math.round(quickMinMs + spread(failed.objectId, failed.attempts) * (max - quickMinMs)))
}
