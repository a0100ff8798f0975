import { deleteDeadLinks, deleteSettledReservations } from '../db/queries/provisioning-trim.ts'
import type { Queryable } from '../db/pool.ts'

const deadKeptMs = 30 * 86_400_000
/** No app takes longer to show an account to all who search. */
const reservedMs = 86_400_000
const trimmedMax = 5_000

/** Forgets accounts that were deleted a month ago, and reservations of values that are in use or were given up. */
export async function trimLinks(db: Queryable, now: Date, signal: AbortSignal): Promise<void> {
  const before = (milliseconds: number): Date => new Date(now.getTime() - milliseconds)
  for (let gone = trimmedMax; gone === trimmedMax && !signal.aborted;)
    gone = await deleteDeadLinks(db, before(deadKeptMs), trimmedMax)
  await deleteSettledReservations(db, before(reservedMs))
}
