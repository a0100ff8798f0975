import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** What a mail says; the words of each are in `mail/`. */
export type MailTemplate =
  | 'invitation'
  | 'keyCreated'
  | 'keyRevoked'
  | 'keyExpiring'
  | 'keyOwnerLeft'
  | 'serviceAccountDisabled'
  | 'test'

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
export async function insertMail(tx: Queryable, mail: NewMail): Promise<void> {
  const { organizationId, id, template, recipient, locale, data, at } = mail
  await tx.query(insert, [organizationId, id, template, recipient, locale, JSON.stringify(data), at])
}

const insert = {
  name: 'insert_mail',
  text: `insert into mails (organization_id, id, template, recipient, locale, data, due_at, created_at)
    values ($1, $2, $3, $4, $5, $6::json, $7, $7)`,
}
