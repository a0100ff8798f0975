import type { AppSettings } from '@rollcall/admin-api'
import { selectAllApps } from '../../db/queries/apps.ts'
import { deleteLogBefore } from '../../db/queries/provisioning-log.ts'
import {
  createLogPartition,
  dropLogPartition,
  selectLogPartitions,
} from '../../db/queries/provisioning-log-partitions.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { numbersOf } from '../apps/app-settings.ts'
import { numberPresets } from '../numbers.ts'

const dayMs = 86_400_000
/** So many days have their partition before they begin. */
const daysAhead = 3
const batchRows = 5_000

/** Makes the partitions of today and of the next days that are not there yet. */
export async function makeLogPartitions(database: Database, now: Date): Promise<void> {
  const today = Math.floor(now.getTime() / dayMs) * dayMs
  const there = new Set((await selectLogPartitions(database)).map(({ from }) => from.getTime()))
  for (let day = 0; day <= daysAhead; day++) {
    const from = today + day * dayMs
    if (!there.has(from)) await transaction(database, (tx) => createLogPartition(tx, new Date(from)))
  }
}

/**
 * Forgets what is older than the settings of its app say. A partition whose days are over for every app is dropped as a whole;
 * of apps that keep less, entries are deleted before.
 */
export async function trimProvisioningLog(database: Database, now: Date, signal: AbortSignal): Promise<void> {
  const apps = await selectAllApps(database)
  const kept = apps.map((app) => ({ ...app, days: numbersOf(app.settings as AppSettings).logDays })) // Checked when stored.
  const daysMax = Math.max(numberPresets.default.logDays, ...kept.map(({ days }) => days))
  for (const partition of await selectLogPartitions(database)) {
    signal.throwIfAborted()
    if (partition.from.getTime() + dayMs > now.getTime() - daysMax * dayMs) break
    await transaction(database, (tx) => dropLogPartition(tx, partition))
  }
  for (const { organizationId, id: appId, days } of kept) {
    const before = new Date(now.getTime() - days * dayMs)
    for (let deleted = batchRows; deleted === batchRows;) {
      signal.throwIfAborted()
      deleted = await deleteLogBefore(database, { organizationId, appId }, { before, rowsMax: batchRows })
    }
  }
}
