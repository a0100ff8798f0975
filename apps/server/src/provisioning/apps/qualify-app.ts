import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { insertRun, type RunRow } from '../../db/queries/runs.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import { getApp, type AppName } from './app.ts'

export const qualifyAppKind = 'app.qualify'

export type QualifyApp = {
  /** Of the mail addresses of what is made. */
  readonly domain: string
  /** What is found becomes part of the app's target. */
  readonly isKept: boolean
}

/** Lets a run find out what an app does in its own way; what it makes there it deletes again. Throws `appNotFound`, `invalidType`. */
export function startQualification(
  database: Database,
  call: Call,
  { organizationId, appId, ...command }: AppName & QualifyApp,
): Promise<RunRow> {
  return transaction(database, async (tx) => {
    const { target } = await getApp(tx, { organizationId, appId })
    if (target.kind !== 'scim')
      throw new AccessError(
        'invalidType',
        'Only apps that speak SCIM are qualified: a directory says by its flavour how it works',
      )
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
