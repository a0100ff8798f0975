import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import {
  selectPlanOperationCount,
  selectPlanOperations,
  type PlanOperation,
  type PlanOperationFilter,
} from '../../db/queries/app-plan-operations.ts'
import {
  deletePlansBefore,
  insertPlan,
  selectPlan,
  selectPlanCount,
  selectPlans,
  updatePlan,
  type PlanRow,
} from '../../db/queries/app-plans.ts'
import { insertRun } from '../../db/queries/runs.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { createId, formatTypeId } from '../../type-id.ts'
import { getAppRow, recordApp, type AppName } from '../apps/app.ts'
import { requireSubjects } from '../apps/assignments.ts'
import { getRules, type RevisionName } from '../apps/rules-revisions.ts'
import type { ObjectRef } from '../object.ts'

export const planKind = 'app.plan'

/** What was found holds so long; afterwards it is made anew. */
export const planValidMs = 24 * 3_600_000

export type { PlanOperation } from '../../db/queries/app-plan-operations.ts'

/** What would be done in an app, by name, before it is done. */
export type Plan = PlanRow

export type PlanName = AppName & { readonly planId: string }

/**
 * Evaluates everybody by other rules or with other assignments, and sends nothing: a run writes down what would be done.
 * Throws `appNotFound`, `rulesNotFound`, `subjectNotFound`.
 */
export async function createPlan(
  database: Database,
  call: Call,
  request: AppName & {
    /** Left out: the draft, or what is live where there is none. */
    readonly revision?: RevisionName | undefined
    readonly assign?: readonly ObjectRef[] | undefined
    readonly unassign?: readonly ObjectRef[] | undefined
  },
): Promise<Plan> {
  const { organizationId, appId, assign = [], unassign = [] } = request
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, request, { lock: true })
    const name = request.revision ?? (app.draftRevision === null ? 'live' : 'draft')
    const { revision } = await getRules(tx, { organizationId, appId, revision: name })
    await requireSubjects(tx, organizationId, assign)
    const id = createId()
    const run = await insertRun(tx, {
      organizationId,
      id: createId(),
      kind: planKind,
      permission: 'apps:read',
      input: { appId, planId: id },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: call.now,
    })
    const plan = await insertPlan(tx, {
      organizationId,
      appId,
      id,
      policy: null,
      baseRevision: app.liveRevision,
      revision,
      assign,
      unassign,
      createdBy: call.actor,
      createdAt: call.now,
      expiresAt: new Date(call.now.getTime() + planValidMs),
      runId: run.id,
    })
    await recordApp(tx, call, app, { action: 'app.plan_created', data: { plan: formatTypeId('plan', id), revision } })
    return plan
  })
}

/** Throws `planNotFound`. */
export async function getPlan(
  db: Queryable,
  { planId, ...app }: PlanName,
  options: { readonly lock?: boolean } = {},
): Promise<Plan> {
  const row = await selectPlan(db, app, planId, options)
  if (row === undefined) throw new AccessError('planNotFound', 'There is no such plan')
  return row
}

/** Newest first. Throws `appNotFound`. */
export async function listPlans(db: Queryable, app: AppName, page: PageOf): Promise<Page<Plan>> {
  await getAppRow(db, app)
  const rows = await selectPlans(db, app, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ id }) => id)
}

export function countPlans(db: Queryable, app: AppName): Promise<number> {
  return selectPlanCount(db, app)
}

/** In the order of our ids. Throws `planNotFound`. */
export async function listOperations(
  db: Queryable,
  name: PlanName,
  page: PageOf & { readonly filter: PlanOperationFilter },
): Promise<Page<PlanOperation>> {
  await getPlan(db, name)
  const { filter, after, limit } = page
  const rows = await selectPlanOperations(db, name, { ...filter, after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ objectId }) => objectId)
}

export function countOperations(db: Queryable, name: PlanName, filter: PlanOperationFilter): Promise<number> {
  return selectPlanOperationCount(db, name, filter)
}

/** Done again it changes nothing. Throws `planNotFound`, and `planState` for one that was applied. */
export async function discardPlan(database: Database, call: Call, name: PlanName): Promise<Plan> {
  return transaction(database, async (tx) => {
    const plan = await getPlan(tx, name, { lock: true })
    if (plan.state === 'discarded') return plan
    if (plan.state === 'applied')
      throw new AccessError('planState', 'The plan was applied: there is nothing to discard')
    const end = { endedBy: call.actor, endedAt: call.now }
    await updatePlan(tx, name, { id: plan.id, from: plan.state, state: 'discarded', ...end })
    const app = await getAppRow(tx, name)
    await recordApp(tx, call, app, { action: 'app.plan_discarded', data: { plan: formatTypeId('plan', plan.id) } })
    return getPlan(tx, name)
  })
}

const keptMs = 30 * 86_400_000
const trimmedMax = 100

/** Forgets plans a month after they were made. */
export async function trimPlans(db: Queryable, now: Date, signal: AbortSignal): Promise<void> {
  for (let gone = trimmedMax; gone === trimmedMax && !signal.aborted;)
    gone = await deletePlansBefore(db, new Date(now.getTime() - keptMs), trimmedMax)
}
