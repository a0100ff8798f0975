import { insertAccessChange } from '../db/queries/access-changes.ts'
import { lockEndingCredentials, type EndingCredentials } from '../db/queries/app-credentials.ts'
import { insertAppNotice } from '../db/queries/notices.ts'
import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'

const appsPerTransaction = 100

/** Tells of credentials of apps that are about to end: as a notice, of which a mail comes, and to webhooks. */
export async function noticeEndingCredentials(database: Database, now: Date): Promise<void> {
  while ((await noticeSome(database, now)) === appsPerTransaction);
}

function noticeSome(database: Database, now: Date): Promise<number> {
  return transaction(database, async (tx) => {
    const apps = await lockEndingCredentials(tx, { now, rowsMax: appsPerTransaction })
    for (const app of apps) await noticeOne(tx, app, now)
    return apps.length
  })
}

async function noticeOne(tx: Transaction, app: EndingCredentials, now: Date): Promise<void> {
  const { organizationId, appId, occasion, daysLeft } = app
  const data = { expiresAt: app.expiresAt.toISOString(), daysLeft }
  await insertAppNotice(tx, { organizationId, appId, kind: 'appCredentialsExpiring', occasion, data, at: now })
  await insertAccessChange(tx, {
    organizationId,
    at: now,
    action: 'app.credentials_expiring',
    subjectId: appId,
    subjectVersion: app.version,
    actor: 'system',
    requestId: undefined,
    data,
  })
}
