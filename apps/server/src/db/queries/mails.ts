import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** What a mail says; the words of each are in `mail/`. */
export type MailTemplate =
  | 'invitation'
  | 'keyCreated'
  | 'keyRevoked'
  | 'ownKeyCreated'
  | 'ownKeyRevoked'
  | 'keyExpiring'
  | 'keyExpired'
  | 'keyLeaked'
  | 'keyOwnerLeft'
  | 'webhookDisabled'
  | 'certificateExpiring'
  | 'metadataRefused'
  | 'holdWaiting'
  | 'appQuarantined'
  | 'appPaused'
  | 'appWorkHeld'
  | 'appEscrowGrown'
  | 'sourceReadHeld'
  | 'sourceReadFailed'
  | 'appCredentialsExpiring'
  | 'appLeaversWaiting'
  | 'appPlanWaiting'
  | 'serviceAccountDisabled'
  | 'passkeyAdded'
  | 'passkeyRemoved'
  | 'totpAdded'
  | 'totpRemoved'
  | 'recoveryCodesMade'
  | 'recoveryCodeUsed'
  | 'factorsReset'
  | 'passwordForgotten'
  | 'emailConfirmNew'
  | 'emailConfirmOld'
  | 'setupLink'
  | 'test'

/** `canceled`: what it said was not true any more before it was sent. */
export type MailState = 'waiting' | 'sent' | 'failed' | 'canceled'

export type NewMail = {
  readonly organizationId: string
  /** UUIDv7. */
  readonly id: string
  readonly template: MailTemplate
  /** One address, checked by whoever took it in. */
  readonly recipient: string
  /** BCP 47; what is not en, ko, ja or fr falls back to English. */
  readonly locale: string
  /** What the template is filled with; never a secret. */
  readonly data: JsonObject
  readonly at: Date
}

/** Puts a mail into the outbox, in the caller's transaction: nothing is told that did not happen. */
export function insertMail(tx: Queryable, mail: NewMail): Promise<void> {
  return insertMails(tx, [mail])
}

/** The same for many, in one statement. */
export async function insertMails(tx: Queryable, mails: readonly NewMail[]): Promise<void> {
  if (mails.length === 0) return
  await tx.query(insert, [JSON.stringify(mails)])
}

const insert = {
  name: 'insert_mails',
  text: `insert into mails (organization_id, id, template, recipient, locale, data, due_at, created_at)
    select w."organizationId", w.id, w.template, w.recipient, w.locale, w.data, w.at, w.at
    from json_to_recordset($1::json) w ("organizationId" uuid, id uuid, template text, recipient text, locale text, data json,
      at timestamptz)`,
}

export type MailRow = {
  readonly organizationId: string
  readonly organizationName: string
  readonly organizationShortId: string
  readonly id: string
  readonly template: MailTemplate
  readonly recipient: string
  readonly locale: string
  readonly data: JsonObject
  readonly state: MailState
  readonly attempts: number
  readonly dueAt: Date
  readonly createdAt: Date
  readonly sentAt: Date | null
  readonly lastError: string | null
}

const columns = `m.organization_id as "organizationId", o.name as "organizationName",
  o.short_id as "organizationShortId", m.id, m.template, m.recipient,
  m.locale, m.data, m.state, m.attempts, m.due_at as "dueAt", m.created_at as "createdAt", m.sent_at as "sentAt",
  m.last_error as "lastError"`

/** Newest first; `before` is the id behind which the page begins. */
export async function selectMails(
  db: Queryable,
  organizationId: string,
  page: { readonly state: MailState | undefined; readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly MailRow[]> {
  const { rows } = await db.query<MailRow>(
    {
      text: `select ${columns} from mails m join organizations o on o.id = m.organization_id
        where m.organization_id = $1 and ($2::text is null or m.state = $2) and ($3::uuid is null or m.id < $3)
        order by m.id desc limit $4`,
    },
    [organizationId, page.state ?? null, page.before ?? null, page.rowsMax],
  )
  return rows
}

export async function selectMail(db: Queryable, organizationId: string, id: string): Promise<MailRow | undefined> {
  const { rows } = await db.query<MailRow>(
    {
      text: `select ${columns} from mails m join organizations o on o.id = m.organization_id
        where m.organization_id = $1 and m.id = $2`,
    },
    [organizationId, id],
  )
  return rows[0]
}

export async function selectMailCount(
  db: Queryable,
  organizationId: string,
  state: MailState | undefined,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from mails where organization_id = $1 and ($2::text is null or state = $2)' },
    [organizationId, state ?? null],
  )
  return rows[0]?.count ?? 0
}

/** Takes mails that are due until the lease ends; what another worker takes at the same moment is passed over. */
export async function claimMails(
  db: Queryable,
  claim: { readonly now: Date; readonly leaseUntil: Date; readonly rowsMax: number },
): Promise<readonly MailRow[]> {
  const { rows } = await db.query<MailRow>(claimDue, [claim.now, claim.leaseUntil, claim.rowsMax])
  return rows
}

const claimDue = {
  name: 'claim_mails',
  text: `with due as materialized (
      select organization_id, id from mails where state = 'waiting' and due_at <= $1 order by due_at limit $3
      for update skip locked
    ), taken as (
      update mails m set due_at = $2, attempts = m.attempts + 1 from due
      where m.organization_id = due.organization_id and m.id = due.id returning m.*
    )
    select ${columns} from taken m join organizations o on o.id = m.organization_id order by m.id`,
}

type Claimed = Pick<MailRow, 'organizationId' | 'id' | 'attempts'>

/** What became of a mail that the caller had claimed. Nothing when another worker has it by now. */
export async function updateMailOutcome(
  db: Queryable,
  claimed: Claimed,
  outcome: {
    readonly state: 'waiting' | 'sent' | 'failed'
    readonly at: Date
    readonly dueAt?: Date
    /** False: the attempt did not come as far as this mail. */
    readonly isCounted?: boolean
    readonly error: string | null
  },
): Promise<void> {
  const { organizationId, id, attempts } = claimed
  const { state, at, dueAt, error, isCounted } = outcome
  const sentAt = state === 'sent' ? at : null
  const counted = isCounted === false ? attempts - 1 : attempts
  await db.query(settle, [organizationId, id, attempts, state, sentAt, dueAt ?? at, error, counted])
}

// A mail that was canceled while it was on its way was sent all the same.
const settle = {
  name: 'settle_mail',
  text: `update mails set state = case when state = 'canceled' and $4 <> 'sent' then state else $4 end,
      sent_at = $5, due_at = $6, last_error = $7, attempts = $8
    where organization_id = $1 and id = $2 and attempts = $3 and state in ('waiting', 'canceled')`,
}

/** Sends a mail that failed once more. False when it did not fail. */
export async function updateMailRetried(
  db: Queryable,
  organizationId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    {
      text: `update mails set state = 'waiting', attempts = 0, due_at = $3, created_at = $3
        where organization_id = $1 and id = $2 and state = 'failed'`,
    },
    [organizationId, id, now],
  )
  return rowCount === 1
}

/** How many mails are due, and since when the one that waits longest. */
export async function selectDueMails(
  db: Queryable,
  now: Date,
): Promise<{ readonly count: number; readonly oldest: Date | null }> {
  const { rows } = await db.query<{ count: number; oldest: Date | null }>(
    {
      name: 'due_mails',
      text: `select count(*) as count, min(due_at) as oldest from mails where state = 'waiting' and due_at <= $1`,
    },
    [now],
  )
  return rows[0] ?? { count: 0, oldest: null }
}

/** Forgets mails that were made before then, whatever became of them; a batch at a time. */
export async function deleteMailsBefore(db: Queryable, before: Date, rowsMax: number): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from mails m using (select organization_id, id from mails where created_at < $1 limit $2) old
        where m.organization_id = old.organization_id and m.id = old.id`,
    },
    [before, rowsMax],
  )
  return rowCount
}
