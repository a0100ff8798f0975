import { insertAccessChange } from '../../db/queries/access-changes.ts'
import { insertAppNotice } from '../../db/queries/notices.ts'
import {
  leaverPatienceMs,
  selectWaitingLeavers,
  settleLeaverNotices,
  type WaitingLeavers,
} from '../../db/queries/waiting-leavers.ts'
import type { Database } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { systemActor } from '../gate/hold-changes.ts'

/** Tells of people who left and whose accounts stay, once until none does: as a notice, of which a mail comes, and to webhooks. */
export async function noticeWaitingLeavers(database: Database, now: Date): Promise<void> {
  const since = new Date(now.getTime() - leaverPatienceMs)
  await settleLeaverNotices(database, { since, now, by: systemActor })
  for (const app of await selectWaitingLeavers(database, since)) await noticeOne(database, app, now)
}

function noticeOne(database: Database, app: WaitingLeavers, now: Date): Promise<void> {
  const { organizationId, appId, version } = app
  const data = { count: app.count, sinceAt: app.since.toISOString() }
  return transaction(database, async (tx) => {
    const occasion = now.toISOString()
    await insertAppNotice(tx, { organizationId, appId, kind: 'appLeaversWaiting', occasion, data, at: now })
    await insertAccessChange(tx, {
      organizationId,
      at: now,
      action: 'app.leavers_waiting',
      subjectId: appId,
      subjectVersion: version,
      actor: systemActor,
      requestId: undefined,
      data,
    })
  })
}
