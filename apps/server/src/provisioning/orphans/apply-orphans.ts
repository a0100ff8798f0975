import type { Call } from '../../access/call.ts'
import { lockGate } from '../../db/queries/gate.ts'
import { addGateUsage, approveOrphans, countPlannedOrphans } from '../../db/queries/plan-orphans.ts'
import type { PlanRow } from '../../db/queries/app-plans.ts'
import { insertRun } from '../../db/queries/runs.ts'
import type { Transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import type { EngineNumbers } from '../numbers.ts'
import { judgeOrphans } from './judge-orphans.ts'

export const orphansKind = 'app.orphans'

/**
 * Lets a run disable or delete the accounts that a plan names; gives how many. Whoever may decide on holds approves them by name; for
 * others the gate counts, and what it holds stays in the plan and is not done.
 */
export async function applyOrphans(
  tx: Transaction,
  call: Call,
  {
    plan,
    numbers,
    mayApprove,
  }: { readonly plan: PlanRow; readonly numbers: EngineNumbers; readonly mayApprove: boolean },
): Promise<number> {
  const { organizationId, appId, id: planId } = plan
  const planned = await countPlannedOrphans(tx, { organizationId, planId })
  if (planned === undefined) return 0
  if (!mayApprove) {
    await lockGate(tx, plan)
    if (await judgeOrphans(tx, { organizationId, appId, planId, numbers, now: call.now }, planned)) return 0
    await addGateUsage(tx, plan, { class: planned.operation, count: planned.count, now: call.now })
  }
  await approveOrphans(tx, { organizationId, planId })
  await insertRun(tx, {
    organizationId,
    id: createId(),
    kind: orphansKind,
    permission: 'apps:read',
    input: { appId, planId, policy: 'enforce' },
    createdBy: call.actor,
    requestId: call.requestId,
    createdAt: call.now,
    dueAt: call.now,
  })
  return planned.count
}
