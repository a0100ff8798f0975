import type { JsonObject } from '@rollcall/scim'
import { countOperations } from '../../db/queries/source-operations.ts'
import type { ReadName } from '../../db/queries/source-settling.ts'
import type { Queryable } from '../../db/pool.ts'

/** What the read does, as its counts tell it: `create: { planned: 12, done: 3 }`. */
export async function countPlan(db: Queryable, name: ReadName): Promise<JsonObject> {
  const counts: Record<string, Record<string, number>> = {}
  for (const { operation, state, count } of await countOperations(db, name))
    counts[operation] = { ...counts[operation], [state]: count }
  return { operations: counts }
}
