import { deleteOldTokens } from '../db/queries/event-tokens.ts'
import type { Queryable } from '../db/pool.ts'

const settledDays = 3
/** What a receiver has not taken for so long it has lost. */
const waitingDays = 30
const dayMs = 24 * 3_600_000

const trimBatch = 1_000

/** Forgets tokens that were taken, and those that nobody came for, batch by batch. Returns how many. */
export async function trimTokens(database: Queryable, now: Date): Promise<number> {
  const before = (days: number): Date => new Date(now.getTime() - days * dayMs)
  const old = { settled: before(settledDays), created: before(waitingDays), rowsMax: trimBatch }
  for (let total = 0; ;) {
    const count = await deleteOldTokens(database, old)
    total += count
    if (count < trimBatch) return total
  }
}
