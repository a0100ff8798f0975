import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  selectInstanceRun,
  selectInstanceRunCount,
  selectInstanceRuns,
  updateRunRetried,
  type InstanceRunRow,
} from '../db/queries/instance-views.ts'
import type { RunState } from '../db/queries/runs.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'

export type InstanceRun = InstanceRunRow

/** Long work of all organizations, newest first. */
export async function listInstanceRuns(
  database: Queryable,
  page: PageOf & { readonly state: RunState | undefined },
): Promise<Page<InstanceRun>> {
  const rows = await selectInstanceRuns(database, { state: page.state, before: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ id }) => id)
}

export function countInstanceRuns(database: Queryable, state: RunState | undefined): Promise<number> {
  return selectInstanceRunCount(database, state)
}

/** Every kind of run goes on from its checkpoint, so a failed one may be taken again. Throws `runNotFound`, `runNotFailed`. */
export async function retryRun(database: Database, call: Call, id: string): Promise<InstanceRun> {
  return transaction(database, async (tx) => {
    const run = await findRun(tx, id)
    const { organizationId, kind } = run
    if (!(await updateRunRetried(tx, { organizationId, id, now: call.now })))
      throw new AccessError('runNotFailed', `The run is ${run.state}: only failed ones can be tried again`)
    await insertAccessChange(tx, {
      organizationId,
      at: call.now,
      action: 'run.retried',
      subjectId: id,
      subjectVersion: run.attempt,
      actor: call.actor,
      requestId: call.requestId,
      data: { kind },
    })
    return findRun(tx, id)
  })
}

async function findRun(db: Queryable, id: string): Promise<InstanceRun> {
  const run = await selectInstanceRun(db, id)
  if (run === undefined) throw new AccessError('runNotFound', 'There is no such run, or it is no longer kept')
  return run
}
