import { toPage, type Page, type PageOf } from '../../access/call.ts'
import {
  countPlanOrphans,
  selectPlanOrphans,
  type PlanOrphanFilter,
  type PlanOrphanRow,
} from '../../db/queries/plan-orphans.ts'
import type { Queryable } from '../../db/pool.ts'
import { getPlan, type PlanName } from '../plans/plan.ts'

export type PlanOrphan = PlanOrphanRow

/** Accounts that are nobody's of which a plan says something, in the order of their ids in the app. Throws `planNotFound`. */
export async function listPlanOrphans(
  db: Queryable,
  name: PlanName,
  { limit, after, state }: PageOf & PlanOrphanFilter,
): Promise<Page<PlanOrphanRow>> {
  await getPlan(db, name)
  const rows = await selectPlanOrphans(db, name, { state, after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ targetKey }) => targetKey)
}

export function countOrphansOfPlan(db: Queryable, name: PlanName, filter: PlanOrphanFilter): Promise<number> {
  return countPlanOrphans(db, name, filter)
}
