import { deleteGateUsage } from '../../db/queries/gate.ts'
import type { Queryable } from '../../db/pool.ts'

/** Longer than any window of a gate. */
const usageKeptMs = 40 * 86_400_000

export function trimGateUsage(db: Queryable, now: Date): Promise<void> {
  return deleteGateUsage(db, new Date(now.getTime() - usageKeptMs))
}
