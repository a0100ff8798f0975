import type { Storage } from '@rollcall/scim/server'
import { dryRun } from '../db/dry-run.ts'
import { selectLastPosition } from '../db/queries/outbox.ts'
import { selectChangesBehind, type RequestChangeRow } from '../db/queries/request-diff.ts'
import type { Database } from '../db/pool.ts'
import { createDirectory } from './create-directory.ts'
import type { DirectoryContext } from './directory-context.ts'

export type Trial = { readonly database: Database; readonly storage: Storage<DirectoryContext> }

/** What the work gives, and what it would have changed under that request id: nothing of it stays. */
export function tryInDirectory<T>(
  database: Database,
  at: { readonly organizationId: string; readonly requestId: string },
  work: (trial: Trial) => Promise<T>,
): Promise<{ readonly result: T; readonly changes: readonly RequestChangeRow[] }> {
  return dryRun(database, async (trial) => {
    const position = await selectLastPosition(trial)
    const result = await work({ database: trial, storage: createDirectory({ database: trial }) })
    const changes = await selectChangesBehind(trial, at.organizationId, { requestId: at.requestId, position })
    return { result, changes }
  })
}
