import { insertPlanMembers, selectPlannedGroups } from '../../db/queries/member-changes.ts'
import {
  countPlanMembers,
  markMembersHeld,
  selectMemberRemovals,
  selectPlanMembers,
  type PlanMembers,
} from '../../db/queries/plan-members.ts'
import { toPage, type Page, type PageOf } from '../../access/call.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { judgeRemovals } from '../gate/judge-removals.ts'
import type { EngineNumbers } from '../numbers.ts'
import { getPlan, type PlanName } from './plan.ts'

export type { PlanMembers }

/** Of each group so many who enter and so many who leave are named. */
export const memberNamesMax = 100
/** Groups that are counted in one statement. */
const batchMax = 20

export type MemberPlanning = {
  readonly organizationId: string
  readonly appId: string
  readonly planId: string
  readonly nesting: 'flatten' | 'direct'
  readonly numbers: EngineNumbers
}

/**
 * Writes down who would enter and leave which group, with everything else that the plan says taken for done. Gives how many,
 * all groups together.
 */
export async function planMembers(
  database: Database,
  planning: MemberPlanning,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<{ readonly addMembers: number; readonly removeMembers: number }> {
  const { planId } = planning
  for (let after: string | undefined; ;) {
    signal.throwIfAborted()
    const groups = await selectPlannedGroups(database, planning, { planId, after, rowsMax: batchMax })
    await insertPlanMembers(database, { ...planning, groups, namesMax: memberNamesMax })
    if (groups.length < batchMax) break
    after = groups.at(-1)?.teamId
  }
  return judgeMembers(database, { ...planning, now })
}

/** Says which removals the gate would hold; gives how many members enter and leave, all groups together. */
export async function judgeMembers(
  database: Database,
  planning: Omit<MemberPlanning, 'nesting'> & { readonly now: Date },
): Promise<{ readonly addMembers: number; readonly removeMembers: number }> {
  const removals = await selectMemberRemovals(database, planning)
  await markMembersHeld(database, planning, await judgeRemovals(database, planning, removals))
  const { added, removed } = await countPlanMembers(database, planning)
  return { addMembers: added, removeMembers: removed }
}

/** Groups that would get or lose members, in the order of our ids. Throws `planNotFound`. */
export async function listPlanMembers(db: Queryable, name: PlanName, page: PageOf): Promise<Page<PlanMembers>> {
  await getPlan(db, name)
  const rows = await selectPlanMembers(db, name, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ teamId }) => teamId)
}

export async function countPlanTeams(db: Queryable, name: PlanName): Promise<number> {
  return (await countPlanMembers(db, name)).teams
}
