import { insertRun, selectOpenRunCount, type RunRow } from '../db/queries/runs.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'

export const recountKind = 'organization.recount'

/** Queues the counting of people and teams; throws `runOpen` while one waits already. */
export function queueRecount(database: Database, call: Call, organizationId: string): Promise<RunRow> {
  return transaction(database, async (tx) => {
    if ((await selectOpenRunCount(tx, organizationId, recountKind)) > 0)
      throw new AccessError('runOpen', 'A recount of this organization waits or runs already')
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind: recountKind,
      permission: 'settings:manage',
      input: {},
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
    })
  })
}
