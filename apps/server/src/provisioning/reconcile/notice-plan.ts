import { insertAccessChange } from '../../db/queries/access-changes.ts'
import { insertAppNotice } from '../../db/queries/notices.ts'
import type { Transaction } from '../../db/transaction.ts'
import { formatTypeId } from '../../type-id.ts'
import { getAppRow } from '../apps/app.ts'
import { systemActor } from '../gate/hold-changes.ts'
import { summarize } from '../plans/plan-object.ts'
import { getPlan, type PlanName } from '../plans/plan.ts'

/** A plan that a schedule has made waits for somebody who does not know of it; whoever asked for one does. */
export async function noticeWaitingPlan(tx: Transaction, name: PlanName & { readonly now: Date }): Promise<void> {
  const { organizationId, appId, planId, now } = name
  const { createdBy, counts, expiresAt } = await getPlan(tx, name)
  const planned = Object.entries(counts).map(([operation, count]): [string, number] => [operation, Number(count)])
  if (createdBy !== systemActor || planned.every(([, count]) => count === 0)) return
  const summary = summarize(Object.fromEntries(planned))
  const data = { plan: formatTypeId('plan', planId), summary, expiresAt: expiresAt.toISOString() }
  await insertAppNotice(tx, { organizationId, appId, kind: 'appPlanWaiting', occasion: planId, data, at: now })
  const { version } = await getAppRow(tx, name)
  await insertAccessChange(tx, {
    organizationId,
    at: now,
    action: 'app.plan_waiting',
    subjectId: appId,
    subjectVersion: version,
    actor: systemActor,
    requestId: undefined,
    data,
  })
}
