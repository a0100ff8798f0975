import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import {
  applyPlanOperations,
  approvePlanned,
  deletePlanOperations,
  selectOutdated,
  selectPlanHashes,
  upsertPlanOperations,
  type NewPlanOperation,
} from '../../db/queries/app-plan-operations.ts'
import { selectReconciliation } from '../../db/queries/app-account-views.ts'
import { updatePlan } from '../../db/queries/app-plans.ts'
import { approveRemovals } from '../../db/queries/plan-members.ts'
import { countInState } from '../../db/queries/planned-operations.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { createId, formatTypeId } from '../../type-id.ts'
import { numbersOf } from '../apps/app-settings.ts'
import { getAppRow, recordApp, toApp } from '../apps/app.ts'
import { assignWithin, unassignWithin } from '../apps/assignments.ts'
import { publishRevision } from '../apps/rules-revisions.ts'
import type { ObjectRef } from '../object.ts'
import { applyOrphans } from '../orphans/apply-orphans.ts'
import { applyFound } from '../reconcile/apply-found.ts'
import { holdLeftOut } from './exclude.ts'
import { getPlan, type Plan, type PlanName } from './plan.ts'
import { openPlanner, type PlannerParts } from './planner.ts'

/** Operations that are looked at anew at once. */
const batchMax = 1_000

export type AppliedPlan = {
  readonly plan: Plan
  /** So many are carried out. */
  readonly applied: number
  /** Objects that changed since: planned anew, shown, and not covered by what was approved. */
  readonly changed: number
}

/**
 * Carries out what the plan says: its rules go live, its assignments are made, and what it destroys is approved by name. What
 * changed after it was made is planned anew first, and is an ordinary change: the gate counts it. Throws `planNotFound`,
 * `planState`, and `planStale` when other rules went live meanwhile or the plan is too old.
 */
export async function applyPlan(parts: PlannerParts, call: Call, name: PlanName): Promise<AppliedPlan> {
  const plan = await getPlan(parts.database, name)
  requireReady(plan, call.now)
  const before = await getAppRow(parts.database, name)
  requireCurrent(plan, before.liveRevision)
  if (plan.policy !== null) return applyReconciled(parts, call, name)
  const changed = await planAnew(parts, plan, call.now)
  return transaction(parts.database, async (tx) => {
    const app = await getAppRow(tx, name, { lock: true })
    const current = await getPlan(tx, name, { lock: true })
    requireReady(current, call.now)
    requireCurrent(current, app.liveRevision)
    const applied = await applyPlanOperations(tx, name, plan.id)
    if (mayApprove(call)) await approve(tx, call, plan)
    await unassignWithin(tx, call, app, plan.unassign)
    await assignWithin(tx, call, app, plan.assign)
    await publishRevision(tx, call, app, plan.revision)
    await holdLeftOut(tx, call, { app, plan })
    const end = { endedBy: call.actor, endedAt: call.now }
    await updatePlan(tx, name, { id: plan.id, from: 'ready', state: 'applied', ...end })
    const data = { plan: formatTypeId('plan', plan.id), revision: plan.revision, applied, changed: changed.size }
    await recordApp(tx, call, await getAppRow(tx, name), { action: 'app.plan_applied', data })
    return { plan: await getPlan(tx, name), applied, changed: changed.size }
  })
}

/** What a reconciliation has found: of what changed since nothing is done, and it goes its ordinary way. */
function applyReconciled({ database }: PlannerParts, call: Call, name: PlanName): Promise<AppliedPlan> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, name, { lock: true })
    const plan = await getPlan(tx, name, { lock: true })
    requireReady(plan, call.now)
    requireCurrent(plan, app.liveRevision)
    await requireLatest(tx, plan)
    const found = await applyFound(tx, plan, call.now)
    if (mayApprove(call)) await approve(tx, call, plan)
    const numbers = numbersOf(toApp(app).settings)
    const applied = found + (await applyOrphans(tx, call, { plan, numbers, mayApprove: mayApprove(call) }))
    await updatePlan(tx, name, {
      id: plan.id,
      from: 'ready',
      state: 'applied',
      endedBy: call.actor,
      endedAt: call.now,
    })
    const changed = await countInState(tx, plan, 'changed')
    const data = { plan: formatTypeId('plan', plan.id), revision: plan.revision, applied, changed }
    await recordApp(tx, call, app, { action: 'app.plan_applied', data })
    return { plan: await getPlan(tx, name), applied, changed }
  })
}

/** What was found is what the app shows as long as nobody has listed it again. */
async function requireLatest(tx: Transaction, { organizationId, appId, runId }: Plan): Promise<void> {
  const last = await selectReconciliation(tx, { organizationId, appId })
  if (last?.runId === runId) return
  throw new AccessError(
    'planStale',
    'The app was reconciled again after the plan was made: make it anew by `renew`, and look at it',
  )
}

function requireReady({ state, expiresAt }: Plan, now: Date): void {
  if (state === 'planning') throw new AccessError('planState', 'The plan is still being made: wait for its run to end')
  if (state !== 'ready') throw new AccessError('planState', `The plan is ${state}: make a new one`)
  if (now < expiresAt) return
  throw new AccessError('planStale', 'The plan is older than a day: make it anew by `renew`, and look at it')
}

function requireCurrent({ baseRevision }: Plan, liveRevision: number | null): void {
  if (baseRevision === liveRevision) return
  throw new AccessError(
    'planStale',
    'Other rules went live after the plan was made: make it anew by `renew`, and look at it',
  )
}

/** Of operations that do not hold any more those that come out otherwise now; the others hold after all. */
async function planAnew(parts: PlannerParts, plan: Plan, now: Date): Promise<ReadonlySet<string>> {
  const { organizationId, appId, id: planId } = plan
  const planner = await openPlanner(parts, plan, now)
  const changed = new Set<string>()
  for (let after: string | undefined; ;) {
    const page = { planId, after, rowsMax: batchMax }
    const outdated = await selectOutdated(parts.database, { organizationId, appId }, page)
    const objects = outdated.map(({ id, kind }): ObjectRef => ({ id, kind }))
    const fresh = await planner.plan(parts.database, objects, now)
    const before = await selectPlanHashes(
      parts.database,
      { organizationId, planId },
      objects.map(({ id }) => id),
    )
    const rows = fresh.map((operation) => settle(operation, before.get(operation.objectId)))
    for (const row of rows) if (row.state === 'changed') changed.add(row.objectId)
    const kept = new Set(rows.map(({ objectId }) => objectId))
    const gone = objects.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
    for (const id of gone) changed.add(id)
    await upsertPlanOperations(parts.database, { organizationId, planId }, rows)
    await deletePlanOperations(parts.database, { organizationId, planId }, gone)
    if (outdated.length < batchMax) return changed
    after = outdated.at(-1)?.id
  }
}

function settle(
  fresh: NewPlanOperation,
  before: { readonly operation: string; readonly desiredHash: Buffer } | undefined,
): NewPlanOperation {
  // What was looked for in the app and found stays so until it is looked for again.
  const isSameKind =
    before?.operation === fresh.operation || (before?.operation === 'adopt' && fresh.operation === 'create')
  const isSame = isSameKind && before.desiredHash.equals(fresh.desiredHash)
  return isSame ? fresh : { ...fresh, state: 'changed' }
}

/** To apply a plan is no right to decide on holds: without it the gate counts what the plan destroys. */
function mayApprove({ rights }: Call): boolean {
  return rights === 'all' || rights.permissions.has('holds:decide')
}

/** By name, once: the gate lets exactly these pass. */
async function approve(tx: Transaction, call: Call, plan: Plan): Promise<void> {
  const cause = `Applied with ${formatTypeId('plan', plan.id)}`
  for (const name of ['disable', 'delete', 'clear'] as const)
    await approvePlanned(tx, plan, {
      planId: plan.id,
      holdId: createId(),
      class: name,
      by: call.actor,
      now: call.now,
      cause,
    })
  await approveRemovals(tx, plan, { planId: plan.id, holdId: createId(), by: call.actor, now: call.now, cause })
}
