import { hostname } from 'node:os'
import type { JsonObject } from '@rollcall/scim'
import { countPlanOperations, markRivals, upsertPlanOperations } from '../../db/queries/app-plan-operations.ts'
import { selectPlan, updatePlan, updatePlanSearch, type PlanRow } from '../../db/queries/app-plans.ts'
import { selectPlannedCount, selectPlannedIds } from '../../db/queries/planned-objects.ts'
import { transaction } from '../../db/transaction.ts'
import type { LongWork } from '../long-work.ts'
import type { ObjectKind, ObjectRef } from '../object.ts'
import { openAccountReader } from '../reconcile/account-reader.ts'
import { openPlanner, type Planner, type PlannerParts } from './planner.ts'
import { planMembers } from './plan-members.ts'
import { searchAccounts, type SearchTally } from './search-accounts.ts'

/** So many are evaluated at once, and written in one transaction. */
const batchMax = 1_000
/** Somebody waits for the plan: an app that does not answer is asked no oftener. */
const triesMax = 2

export type PlanParts = PlannerParts & { readonly clock: () => Date }

/** Makes a plan: everybody is evaluated, batch by batch, and goes on behind the last batch that was written. */
export async function runPlan(parts: PlanParts, work: LongWork): Promise<JsonObject> {
  const { database, clock } = parts
  const app = { organizationId: work.organizationId, appId: textOf(work.input['appId']) }
  const planId = textOf(work.input['planId'])
  const row = await selectPlan(database, app, planId)
  if (row === undefined || row.state !== 'planning') return {}
  const planner = await openPlanner(parts, row, clock())
  const evaluated = await evaluateEverybody(parts, { row, planner }, work)
  const search = await searchEverybody(parts, { row, planner }, { work, evaluated })
  await markRivals(database, { organizationId: row.organizationId, planId })
  const counted = await countPlanOperations(database, { organizationId: row.organizationId, planId })
  const members = await planTeams(parts, { row, planner }, work)
  const counts = {
    ...Object.fromEntries(counted.map(({ operation, count }) => [operation, count])),
    ...members,
    unsearched: search.unsearched,
  }
  await updatePlan(database, app, { id: planId, from: 'planning', state: 'ready', counts })
  return counts
}

/** Where the evaluation ended: whoever goes on from there evaluates nobody. */
type Evaluated = { readonly checkpoint: JsonObject; readonly done: number; readonly total: number }

type Making = { readonly row: PlanRow; readonly planner: Planner }

async function evaluateEverybody(
  { database, clock }: PlanParts,
  { row, planner }: Making,
  work: LongWork,
): Promise<Evaluated> {
  const { organizationId, id: planId } = row
  const kinds: readonly ObjectKind[] = planner.rules.teams === undefined ? ['user'] : ['user', 'team']
  const total = await selectPlannedCount(database, organizationId, kinds)
  let { done } = work
  // While a batch is written the next one is looked at.
  let written: Promise<void> = Promise.resolve()
  let checkpoint: JsonObject = { ...work.checkpoint }
  for (const kind of kinds.slice(startOf(work, kinds))) {
    for (let after = afterOf(work, kind); ;) {
      work.signal.throwIfAborted()
      const ids = await selectPlannedIds(database, organizationId, { kind, after, rowsMax: batchMax })
      const objects = ids.map((id): ObjectRef => ({ kind, id }))
      const operations = await planner.plan(database, objects, clock())
      done += ids.length
      after = ids.at(-1) ?? after
      checkpoint = { kind, after: after ?? null }
      const progress = { checkpoint, done, total }
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
  return { checkpoint, done, total }
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

/** Says of those who would get an account who has one already, and tells how far that is. */
async function searchEverybody(
  parts: PlanParts,
  { row, planner }: Making,
  { work, evaluated }: { readonly work: LongWork; readonly evaluated: Evaluated },
): Promise<SearchTally> {
  const { database, clock } = parts
  const { organizationId, appId, id: planId } = row
  const { app, rules } = planner
  const owner = `${hostname()} ${process.pid} plans ${planId}`
  const reader = await openAccountReader(
    parts,
    { organizationId, appId, owner, open: (onAnswer) => parts.openTarget(app, { rules, onAnswer }) },
    { signal: work.signal, triesMax, isNeeded: () => Promise.resolve(false) },
  )
  const onProgress = async (tally: SearchTally): Promise<void> => {
    const { checkpoint, done, total } = evaluated
    const { accountsRead, accountsTotal, searched } = tally
    await updatePlanSearch(database, row, planId, tally)
    await work.advance(database, {
      checkpoint,
      done: done + accountsRead + searched,
      total: total + Math.max(accountsRead, accountsTotal ?? 0) + searched + tally.unsearched,
    })
  }
  const of = { organizationId, appId, planId }
  try {
    const tally = await searchAccounts({ database, clock, planner, of, reader, signal: work.signal, onProgress })
    if (tally.searched + tally.unsearched > 0) await updatePlanSearch(database, row, planId, tally)
    return tally
  } finally {
    await reader.pacer.close()
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('The run names no plan')
  return value
}
