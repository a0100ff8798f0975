import type { JsonObject } from '@rollcall/scim'
import {
  countPlanOperations,
  markRivals,
  selectPlanOperations,
  upsertPlanOperations,
} from '../../db/queries/app-plan-operations.ts'
import { selectPlan, updatePlan, type PlanRow } from '../../db/queries/app-plans.ts'
import { selectPlannedCount, selectPlannedIds } from '../../db/queries/planned-objects.ts'
import { transaction } from '../../db/transaction.ts'
import type { LongWork } from '../long-work.ts'
import type { ObjectKind, ObjectRef } from '../object.ts'
import { openPlanner, type Planner, type PlannerParts } from './planner.ts'
import { planMembers } from './plan-members.ts'
import { searchPlanned } from './search-planned.ts'

/** So many are evaluated at once, and written in one transaction. */
const batchMax = 1_000
/** Of those who would get an account so many are looked for in the app; the others are when the plan is applied. */
const searchedMax = 500

export type PlanParts = PlannerParts & { readonly clock: () => Date }

/** Makes a plan: everybody is evaluated, batch by batch, and goes on behind the last batch that was written. */
export async function runPlan(parts: PlanParts, work: LongWork): Promise<JsonObject> {
  const { database, clock } = parts
  const app = { organizationId: work.organizationId, appId: textOf(work.input['appId']) }
  const planId = textOf(work.input['planId'])
  const row = await selectPlan(database, app, planId)
  if (row === undefined || row.state !== 'planning') return {}
  const planner = await openPlanner(parts, row, clock())
  await evaluateEverybody(parts, { row, planner }, work)
  const unsearched = await search(parts, { row, planner })
  await markRivals(database, { organizationId: row.organizationId, planId })
  const counted = await countPlanOperations(database, { organizationId: row.organizationId, planId })
  const members = await planTeams(parts, { row, planner }, work)
  const counts = {
    ...Object.fromEntries(counted.map(({ operation, count }) => [operation, count])),
    ...members,
    unsearched,
  }
  await updatePlan(database, app, { id: planId, from: 'planning', state: 'ready', counts })
  return counts
}

type Making = { readonly row: PlanRow; readonly planner: Planner }

async function evaluateEverybody(
  { database, clock }: PlanParts,
  { row, planner }: Making,
  work: LongWork,
): Promise<void> {
  const { organizationId, id: planId } = row
  const kinds: readonly ObjectKind[] = planner.rules.teams === undefined ? ['user'] : ['user', 'team']
  const total = await selectPlannedCount(database, organizationId, kinds)
  let { done } = work
  // While a batch is written the next one is looked at.
  let written: Promise<void> = Promise.resolve()
  for (const kind of kinds.slice(startOf(work, kinds))) {
    for (let after = afterOf(work, kind); ;) {
      work.signal.throwIfAborted()
      const ids = await selectPlannedIds(database, organizationId, { kind, after, rowsMax: batchMax })
      const objects = ids.map((id): ObjectRef => ({ kind, id }))
      const operations = await planner.plan(database, objects, clock())
      done += ids.length
      after = ids.at(-1) ?? after
      const progress = { checkpoint: { kind, after: after ?? null }, done, total }
      await written
      written = transaction(database, async (tx) => {
        await upsertPlanOperations(tx, { organizationId, planId }, operations)
        await work.advance(tx, progress)
      })
      // It is waited for below, also when what stands in between fails.
      written.catch(() => {})
      if (ids.length < batchMax) break
    }
  }
  await written
}

async function planTeams(
  { database, clock }: PlanParts,
  { row: { organizationId, appId, id: planId }, planner: { rules, app } }: Making,
  { signal }: LongWork,
): Promise<JsonObject> {
  if (rules.teams === undefined) return {}
  const { numbers } = app
  const planning = { organizationId, appId, planId, nesting: rules.teams.members.nesting, numbers }
  return planMembers(database, planning, { now: clock(), signal })
}

function startOf({ checkpoint }: LongWork, kinds: readonly ObjectKind[]): number {
  return Math.max(
    0,
    kinds.findIndex((kind) => kind === checkpoint?.['kind']),
  )
}

function afterOf({ checkpoint }: LongWork, kind: ObjectKind): string | undefined {
  const after = checkpoint?.['after']
  return checkpoint?.['kind'] === kind && typeof after === 'string' ? after : undefined
}

/** Gives how many were not looked for. */
async function search({ database, clock }: PlanParts, { row, planner }: Making): Promise<number> {
  const { organizationId, id: planId } = row
  const page = { operation: 'create', after: undefined, rowsMax: searchedMax + 1 } as const
  const created = await selectPlanOperations(database, { organizationId, planId }, page)
  const objects = created.slice(0, searchedMax).map(({ kind, objectId: id }): ObjectRef => ({ kind, id }))
  const found = await searchPlanned(database, planner, { objects, now: clock() })
  await upsertPlanOperations(database, { organizationId, planId }, found.operations)
  if (created.length <= searchedMax) return found.unsearched
  const counts = await countPlanOperations(database, { organizationId, planId })
  const rest = counts.find(({ operation }) => operation === 'create')?.count ?? 0
  const looked = objects.length - found.unsearched - found.operations.length
  return Math.max(0, rest - looked)
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('The run names no plan')
  return value
}
