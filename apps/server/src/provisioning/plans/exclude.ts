import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import type { AppRow } from '../../db/queries/apps.ts'
import { updatePlan } from '../../db/queries/app-plans.ts'
import {
  countExcluded,
  holdExcluded,
  moveOperations,
  selectExcludedClasses,
  type OperationSelection,
} from '../../db/queries/excluded-operations.ts'
import { openGateHold } from '../../db/queries/gate-holds.ts'
import { enqueueWork } from '../../db/queries/provisioning-work.ts'
import type { Database } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { createId, formatTypeId } from '../../type-id.ts'
import { getAppRow, recordApp, toApp } from '../apps/app.ts'
import { numbersOf } from '../apps/app-settings.ts'
import { recordOpened } from '../gate/hold-changes.ts'
import { getPlan, type Plan, type PlanName } from './plan.ts'

/** As urgent as what somebody does by hand. */
const heldLane = 1

/**
 * Leaves operations out of a plan, so that whoever applies it does not carry them out. Of a plan about rules only what
 * destroys can be left out: it is held by name then, and somebody decides. Creations and changes follow from the rules.
 * Throws `planNotFound`, `planState`.
 */
export function excludeOperations(
  database: Database,
  call: Call,
  request: PlanName & { readonly selection: OperationSelection },
): Promise<Plan> {
  return move(database, call, request, { from: 'planned', to: 'excluded' })
}

/** Takes them in again. Throws `planNotFound`, `planState`. */
export function includeOperations(
  database: Database,
  call: Call,
  request: PlanName & { readonly selection: OperationSelection },
): Promise<Plan> {
  return move(database, call, request, { from: 'excluded', to: 'planned' })
}

type Way = { readonly from: 'planned' | 'excluded'; readonly to: 'planned' | 'excluded' }

async function move(
  database: Database,
  call: Call,
  request: PlanName & { readonly selection: OperationSelection },
  way: Way,
): Promise<Plan> {
  const { selection, ...name } = request
  return transaction(database, async (tx) => {
    const plan = await getPlan(tx, name, { lock: true })
    if (plan.state !== 'ready')
      throw new AccessError('planState', `The plan is ${plan.state}: nothing of it can be left out`)
    const isDestructiveOnly = plan.policy === null
    const of = { organizationId: plan.organizationId, planId: plan.id }
    const count = await moveOperations(tx, of, { ...selection, ...way, isDestructiveOnly })
    if (count === 0 && way.to === 'excluded' && isDestructiveOnly) throw notExcludable()
    if (count === 0) return plan
    const counts = { ...plan.counts, excluded: await countExcluded(tx, of) }
    await updatePlan(tx, name, { id: plan.id, from: 'ready', state: 'ready', counts })
    const action = way.to === 'excluded' ? 'app.plan_narrowed' : 'app.plan_widened'
    const data = { plan: formatTypeId('plan', plan.id), count }
    await recordApp(tx, call, await getAppRow(tx, name), { action, data })
    return getPlan(tx, name)
  })
}

function notExcludable(): AccessError {
  return new AccessError(
    'planState',
    'Nothing of that can be left out: what is created and changed follows from the rules. Change who is in scope, and plan anew',
  )
}

/** In the transaction that applies a plan: what was left out waits by name until somebody decides. */
export async function holdLeftOut(
  tx: Transaction,
  call: Call,
  { app, plan }: { readonly app: AppRow; readonly plan: Plan },
) {
  const { organizationId, id: planId } = plan
  const at = { organizationId, appId: app.id, now: call.now }
  const { holdLapsesMs } = numbersOf(toApp(app).settings).gate
  const cause = `Left out of ${formatTypeId('plan', planId)}`
  for (const name of await selectExcludedClasses(tx, { organizationId, planId })) {
    const lapsesAt = new Date(call.now.getTime() + holdLapsesMs)
    const hold = await openGateHold(tx, { ...at, id: createId(), class: name, allowance: 0, used: 0, lapsesAt })
    const held = await holdExcluded(
      tx,
      { organizationId, planId },
      { holdId: hold.id, class: name, cause, now: call.now },
    )
    // A hold keeps only what is still to be done: the gate finds it there when it comes by.
    await enqueueWork(tx, at, {
      objects: held.map((object) => ({ ...object, lane: heldLane })),
      initiator: 'plan',
      dueAt: call.now,
    })
    if (hold.isNew) await recordOpened(tx, at, hold.id)
  }
}
