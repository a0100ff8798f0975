import type { Call } from '../../access/call.ts'
import { insertRun, type RunRow } from '../../db/queries/runs.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import { getAppRow, type AppName } from './app.ts'

export const qualifyAppKind = 'app.qualify'

export type QualifyApp = {
  /** Of the mail addresses of what is made. */
  readonly domain: string
  /** What is found becomes part of the app's target. */
  readonly isKept: boolean
}

/** Lets a run find out what an app does in its own way; what it makes there it deletes again. Throws `appNotFound`. */
export function startQualification(
  database: Database,
  call: Call,
  { organizationId, appId, ...command }: AppName & QualifyApp,
): Promise<RunRow> {
  return transaction(database, async (tx) => {
    await getAppRow(tx, { organizationId, appId })
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind: qualifyAppKind,
      permission: 'apps:manage',
      input: { appId, ...command },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: call.now,
    })
  })
}
