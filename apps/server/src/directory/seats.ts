import type { Queryable } from '../db/pool.ts'
import { countActivePeople } from '../db/queries/totals.ts'

/** How many people's accounts are in use, invited ones included. */
export function countSeats(database: Queryable, organizationId: string): Promise<number> {
  return countActivePeople(database, organizationId)
}
