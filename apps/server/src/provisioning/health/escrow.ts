import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import { insertAccessChange } from '../../db/queries/access-changes.ts'
import {
  releaseEscrow,
  selectEscrow,
  selectEscrowCount,
  selectEscrowReasons,
  selectFullEscrows,
  type EscrowFilter,
  type EscrowReasonRow,
  type EscrowRow,
} from '../../db/queries/escrow.ts'
import type { AppOf } from '../../db/queries/gate.ts'
import { insertAppNotice } from '../../db/queries/notices.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { reasonWords } from '../reasons/reason-words.ts'

/** From so many on administrators are told, and again whenever it has doubled. */
const tellsFrom = 20
const weekMs = 7 * 86_400_000

export type EscrowEntry = EscrowRow

export type EscrowReason = EscrowReasonRow & { readonly meaning: string; readonly remedy: string }

/** What an app does not take, by reason: most frequent first, with what to do about it. */
export async function listEscrowReasons(db: Queryable, app: AppOf): Promise<readonly EscrowReason[]> {
  const rows = await selectEscrowReasons(db, app)
  return rows.map((row) => {
    const { meaning, remedy } = reasonWords(row.reason)
    return { ...row, meaning, remedy }
  })
}

/** In the order of our ids. */
export async function listEscrow(db: Queryable, app: AppOf, page: PageOf & EscrowFilter): Promise<Page<EscrowRow>> {
  const { reason, kind, after, limit } = page
  const rows = await selectEscrow(db, app, { reason, kind, after, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.objectId)
}

export function countEscrow(db: Queryable, app: AppOf, filter: EscrowFilter): Promise<number> {
  return selectEscrowCount(db, app, filter)
}

/** Tries everything now that waits for that reason, or for any, as if it had never failed; how many. */
export function retryEscrow(
  database: Database,
  call: Call,
  { reason, ...app }: AppOf & { readonly reason?: string | undefined },
): Promise<number> {
  return transaction(database, async (tx) => {
    const count = await releaseEscrow(tx, { ...app, now: call.now }, { reason, isFresh: true })
    if (count === 0) return 0
    await insertAccessChange(tx, {
      organizationId: app.organizationId,
      at: call.now,
      action: 'app.escrow_retried',
      subjectId: app.appId,
      subjectVersion: 1,
      actor: call.actor,
      requestId: call.requestId,
      data: { count, ...(reason === undefined ? {} : { reason }) },
    })
    return count
  })
}

/** Tells administrators that much waits in escrow: when it becomes much, whenever it doubles, and once a week. */
export async function noticeGrownEscrows(database: Database, now: Date): Promise<void> {
  for (const { organizationId, appId, count, reason } of await selectFullEscrows(database, tellsFrom)) {
    const level = Math.floor(Math.log2(count / tellsFrom))
    const week = Math.floor(now.getTime() / weekMs)
    await insertAppNotice(database, {
      organizationId,
      appId,
      kind: 'appEscrowGrown',
      occasion: `week ${week} level ${level}`,
      data: { count, reason, ...reasonWords(reason) },
      at: now,
    })
  }
}
