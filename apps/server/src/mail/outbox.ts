import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { parseMailAddress } from '../access/mail-address.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  deleteMailsBefore,
  insertMail,
  selectMail,
  selectMailCount,
  selectMails,
  updateMailRetried,
  type MailRow,
  type MailState,
} from '../db/queries/mails.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'

export type Mail = MailRow

/** Mails are kept for so long, sent or not. */
const keptDays = 90
const dayMs = 86_400_000
const trimBatch = 1_000

/** Newest first. */
export async function listMails(
  database: Queryable,
  organizationId: string,
  page: PageOf & { readonly state: MailState | undefined },
): Promise<Page<Mail>> {
  const { state, limit, after } = page
  const rows = await selectMails(database, organizationId, { state, before: after, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.id)
}

export function countMails(database: Queryable, organizationId: string, state: MailState | undefined): Promise<number> {
  return selectMailCount(database, organizationId, state)
}

/** Throws `mailNotFound`. */
export async function getMail(database: Queryable, organizationId: string, id: string): Promise<Mail> {
  const mail = await selectMail(database, organizationId, id)
  if (mail === undefined) throw new AccessError('mailNotFound', 'There is no such mail, or it is no longer kept')
  return mail
}

/** Puts a mail into the outbox whose only purpose is to arrive. Throws `invalidEmail`. */
export async function queueTestMail(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly to: string; readonly locale: string },
): Promise<Mail> {
  const { organizationId, locale } = request
  const recipient = parseMailAddress(request.to, 'to')
  const id = createId()
  return transaction(database, async (tx) => {
    const data = { at: call.now.toISOString() }
    await insertMail(tx, { organizationId, id, template: 'test', recipient, locale, data, at: call.now })
    await record(tx, call, { organizationId, id }, 'mail.test_requested')
    return getMail(tx, organizationId, id)
  })
}

/** Tries a mail again that was given up. Throws `mailNotFound`, `mailNotFailed`. */
export async function retryMail(
  database: Database,
  call: Call,
  named: { readonly organizationId: string; readonly id: string },
): Promise<Mail> {
  const { organizationId, id } = named
  return transaction(database, async (tx) => {
    const { state } = await getMail(tx, organizationId, id)
    if (!(await updateMailRetried(tx, organizationId, id, call.now)))
      throw new AccessError('mailNotFailed', `Only mails that failed can be sent again; this one is ${state}`)
    await record(tx, call, named, 'mail.retried')
    return getMail(tx, organizationId, id)
  })
}

/** Forgets what is old, batch by batch. */
export async function trimMails(database: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptDays * dayMs)
  while ((await deleteMailsBefore(database, before, trimBatch)) === trimBatch);
}

async function record(
  tx: Queryable,
  call: Call,
  mail: { readonly organizationId: string; readonly id: string },
  action: `mail.${string}`,
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: mail.organizationId,
    at: call.now,
    action,
    subjectId: mail.id,
    subjectVersion: 1,
    actor: call.actor,
    requestId: call.requestId,
    data: {},
  })
}
