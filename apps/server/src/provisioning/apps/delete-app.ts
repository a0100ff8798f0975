import type { Call } from '../../access/call.ts'
import { deleteAppRow } from '../../db/queries/apps.ts'
import { insertRun, type RunRow } from '../../db/queries/runs.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import { getAppRow, recordApp, type AppName } from './app.ts'

export const deleteAppKind = 'app.delete'

// A worker that holds the app in its hands lets go of it: what it still writes must be there to be deleted.
const settleMs = 2_000

/**
 * Ends an app: it is gone at once with its rules and credentials, and nothing is sent to it any more. A run deletes its links,
 * its log and whatever waits; accounts in it stay as they are. Throws `appNotFound`.
 */
export function deleteApp(database: Database, call: Call, name: AppName): Promise<RunRow> {
  const { organizationId, appId } = name
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, name, { lock: true })
    await deleteAppRow(tx, app)
    await recordApp(tx, call, app, { action: 'app.deleted', data: { name: app.name } })
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind: deleteAppKind,
      permission: 'apps:manage',
      input: { appId, name: app.name },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: new Date(call.now.getTime() + settleMs),
    })
  })
}
