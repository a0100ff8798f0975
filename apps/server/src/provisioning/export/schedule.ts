import { createHash } from 'node:crypto'
import type { Link } from '../../db/queries/provisioning-links.ts'
import { nextAttempt, type NextAttempt } from '../health/next-attempt.ts'
import { classOf } from '../health/outcomes.ts'
import type { EngineNumbers } from '../numbers.ts'

/** A number from 0 to 1 that is the same for the same attempt, so that its time can be worked out again. */
function spread(objectId: string, attempts: number): number {
  return createHash('sha256').update(`${objectId} ${attempts}`).digest().readUInt32BE() / 0xffff_ffff
}

/** When an object that failed has its next turn, by what its link says of the failure. */
export function nextTurn({ escrow }: Pick<EngineNumbers, 'escrow'>, link: Link): NextAttempt {
  const { failureCode, failedAt, firstFailedAt, attempts, objectId } = link
  if (failureCode === null || failedAt === null) return { kind: 'none' }
  return nextAttempt(escrow, {
    class: classOf(failureCode),
    attempts,
    firstFailedAt: firstFailedAt ?? failedAt,
    now: failedAt,
    random: spread(objectId, attempts),
  })
}
