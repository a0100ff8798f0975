import type { Call } from '../../access/call.ts'
import { isReconciling } from '../../db/queries/app-account-views.ts'
import {
  selectScheduledApps,
  upsertReconciliationTime,
  type ScheduledApp,
} from '../../db/queries/reconciliation-times.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { getAppRow, toApp } from '../apps/app.ts'
import { systemActor } from '../gate/hold-changes.ts'
import { reconcileKind, startWithin } from './start-reconciliation.ts'

const dayMs = 86_400_000
const periodsMs = { weekly: 7 * dayMs, monthly: 30 * dayMs } as const
/** So many apps are begun in one go. */
const appsMax = 100

/** Begins reconciliations whose time has come; apps of all organizations are spread over their period. */
export async function startDueReconciliations(database: Database, now: Date, signal: AbortSignal): Promise<void> {
  const page = { now, weekMs: periodsMs.weekly, monthMs: periodsMs.monthly, rowsMax: appsMax }
  for (let apps = await selectScheduledApps(database, page); apps.length > 0 && !signal.aborted;) {
    for (const app of apps) await settle(database, app, now)
    apps = apps.length < appsMax ? [] : await selectScheduledApps(database, page)
  }
}

async function settle(database: Database, scheduled: ScheduledApp, now: Date): Promise<void> {
  const { organizationId, appId, every, dueAt } = scheduled
  const periodMs = periodsMs[every]
  await transaction(database, async (tx) => {
    const app = await getAppRow(tx, { organizationId, appId }, { lock: true })
    const isDue = dueAt !== null && dueAt <= now
    const nextMs = isDue ? periodMs : Math.floor(periodMs * spreadOf(appId))
    await upsertReconciliationTime(tx, { organizationId, appId, dueAt: new Date(now.getTime() + nextMs) })
    if (!isDue || (await isReconciling(tx, { organizationId, appId }, reconcileKind))) return
    const call: Call = { actor: systemActor, now, requestId: undefined, rights: 'all' }
    await startWithin(tx, call, { app, policy: toApp(app).settings.reconciliation.policy })
  })
}

/** Between 0 and 1, always the same for one app: the end of its id is random. */
function spreadOf(appId: string): number {
  return Number.parseInt(appId.slice(-6), 16) / 0x1_00_00_00
}
