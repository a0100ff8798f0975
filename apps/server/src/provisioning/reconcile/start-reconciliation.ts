import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { isReconciling } from '../../db/queries/app-account-views.ts'
import { insertPlan } from '../../db/queries/app-plans.ts'
import { insertRun, type RunRow } from '../../db/queries/runs.ts'
import type { AppRow } from '../../db/queries/apps.ts'
import type { Database } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { createId, formatTypeId } from '../../type-id.ts'
import { getAppRow, recordApp, type AppName } from '../apps/app.ts'
import { planValidMs } from '../plans/plan.ts'

export const reconcileKind = 'app.reconcile'

/**
 * - `report`: nothing but the report
 * - `adopt`: a plan that links the account of whoever should have one and has exactly one there
 * - `enforce`: a plan that sends again what differs, and treats what is missing by `onVanished`
 */
export type ReconcilePolicy = 'report' | 'adopt' | 'enforce'

/**
 * Lets a run list all accounts of an app and compare them; what a policy would do about them becomes a plan. Throws
 * `appNotFound`; `rulesNotFound` without rules, or to plan without live ones; `appState` while one is under way.
 */
export function startReconciliation(
  database: Database,
  call: Call,
  request: AppName & { readonly policy: ReconcilePolicy },
): Promise<RunRow> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, request, { lock: true })
    if (await isReconciling(tx, request, reconcileKind))
      throw new AccessError('appState', 'The app is being reconciled: wait for the end of that run')
    return startWithin(tx, call, { app, policy: request.policy })
  })
}

/** In the caller's transaction, which holds the app's row. Throws `rulesNotFound`. */
export async function startWithin(
  tx: Transaction,
  call: Call,
  { app, policy }: { readonly app: AppRow; readonly policy: ReconcilePolicy },
): Promise<RunRow> {
  const { organizationId, id: appId, liveRevision, draftRevision, name } = app
  if (liveRevision === null && (policy !== 'report' || draftRevision === null))
    throw new AccessError('rulesNotFound', 'Without rules nobody knows whose account is whose: publish some')
  const runId = createId()
  const planId = liveRevision === null || policy === 'report' ? undefined : createId()
  if (liveRevision !== null && planId !== undefined && policy !== 'report')
    await insertPlan(tx, {
      organizationId,
      appId,
      id: planId,
      policy,
      baseRevision: liveRevision,
      revision: liveRevision,
      assign: [],
      unassign: [],
      createdBy: call.actor,
      createdAt: call.now,
      expiresAt: new Date(call.now.getTime() + planValidMs),
      runId,
    })
  const plan = planId === undefined ? {} : { plan: formatTypeId('plan', planId) }
  await recordApp(tx, call, app, { action: 'app.reconciled', data: { name, policy, ...plan } })
  return insertRun(tx, {
    organizationId,
    id: runId,
    kind: reconcileKind,
    permission: 'apps:read',
    input: { appId, policy, ...(planId !== undefined && { planId }) },
    createdBy: call.actor,
    requestId: call.requestId,
    createdAt: call.now,
    dueAt: call.now,
  })
}
