import { insertAccessChange } from '../db/queries/access-changes.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'

/** A call of the admin API that came to nothing. */
export type RefusedCall = {
  readonly organizationId: string
  /** Ours, of the request. */
  readonly id: string
  readonly at: Date
  readonly actor: string
  readonly requestId: string
  readonly method: string
  readonly route: string
  readonly path: string
  readonly status: number
  readonly code: string
  readonly message: string
}

/** In a transaction of its own: that of the call is rolled back. */
export async function recordRefusedCall(database: Database, call: RefusedCall): Promise<void> {
  const { organizationId, id, at, actor, requestId, ...data } = call
  await transaction(database, (tx) =>
    insertAccessChange(tx, {
      organizationId,
      at,
      action: 'api.refused',
      subjectId: id,
      subjectVersion: 1,
      actor,
      requestId,
      data,
    }),
  )
}
