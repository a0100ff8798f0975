import type { JsonObject } from '@rollcall/scim'
import { countOperations } from '../../db/queries/source-operations.ts'
import type { ReadName } from '../../db/queries/source-settling.ts'
import type { Queryable } from '../../db/pool.ts'
import { countTeamPlan } from '../teams/count-teams.ts'

/** What a read does, as its counts tell it: people by operation, planned or done, and how many of them came to nothing. */
export async function countPlan(db: Queryable, name: ReadName): Promise<JsonObject> {
  const counts: Record<string, number> = {}
  for (const { operation, state, count } of await countOperations(db, name)) {
    const key = state === 'planned' || state === 'done' ? operation : state
    counts[key] = (counts[key] ?? 0) + count
  }
  return { ...counts, ...(await countTeamPlan(db, name)) }
}
