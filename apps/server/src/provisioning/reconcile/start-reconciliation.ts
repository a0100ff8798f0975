import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { isReconciling } from '../../db/queries/app-account-views.ts'
import { insertRun, type RunRow } from '../../db/queries/runs.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import { getAppRow, recordApp, type AppName } from '../apps/app.ts'

export const reconcileKind = 'app.reconcile'

/**
 * - `report`: nothing but the report
 * - `adopt`: who should have an account and has exactly one there gets it linked
 * - `enforce`: what differs is sent again, what is missing goes by `onVanished`
 */
export type ReconcilePolicy = 'report' | 'adopt' | 'enforce'

/**
 * Lets a run list all accounts of an app and compare them. Throws `appNotFound`; `rulesNotFound` without rules, or to act
 * without live ones; `appState` while one is under way.
 */
export function startReconciliation(
  database: Database,
  call: Call,
  { organizationId, appId, policy }: AppName & { readonly policy: ReconcilePolicy },
): Promise<RunRow> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, { organizationId, appId }, { lock: true })
    if (app.liveRevision === null && (policy !== 'report' || app.draftRevision === null))
      throw new AccessError('rulesNotFound', 'Without rules nobody knows whose account is whose: publish some')
    if (await isReconciling(tx, { organizationId, appId }, reconcileKind))
      throw new AccessError('appState', 'The app is being reconciled: wait for the end of that run')
    await recordApp(tx, call, app, { action: 'app.reconciled', data: { name: app.name, policy } })
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind: reconcileKind,
      permission: policy === 'report' ? 'apps:read' : 'apps:run',
      input: { appId, policy },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: call.now,
    })
  })
}
