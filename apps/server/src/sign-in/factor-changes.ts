import type { JsonObject } from '@rollcall/scim'
import { toRecipient } from '../access/recipient.ts'
import { getOrganization } from '../access/organizations.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { insertMail, type MailTemplate } from '../db/queries/mails.ts'
import { selectPerson } from '../db/queries/people.ts'
import type { Queryable } from '../db/pool.ts'
import { createId, formatTypeId } from '../type-id.ts'

/** Whose factors something is about, and who does it. */
export type FactorOwner = {
  readonly organizationId: string
  readonly userId: string
  readonly now: Date
  readonly requestId: string | undefined
  /** Left out: the person. */
  readonly actor?: string | undefined
}

export type FactorName = 'passkey' | 'totp' | 'recoveryCodes'

type FactorMail = MailTemplate &
  (
    | 'passkeyAdded'
    | 'passkeyRemoved'
    | 'totpAdded'
    | 'totpRemoved'
    | 'recoveryCodesMade'
    | 'recoveryCodeUsed'
    | 'factorsReset'
  )

/**
 * Writes down what happened to a person's factors, and tells the person by mail: whoever stole a session and makes himself
 * at home is noticed. Both in the caller's transaction.
 */
export async function tellFactorChange(
  tx: Queryable,
  owner: FactorOwner,
  change: {
    readonly action: 'added' | 'removed' | 'renamed' | 'used' | 'reset'
    readonly data: JsonObject
    readonly mail?: FactorMail
  },
): Promise<void> {
  const { organizationId, userId, now, requestId } = owner
  await insertAccessChange(tx, {
    organizationId,
    at: now,
    action: `factor.${change.action}`,
    subjectId: userId,
    subjectVersion: 1,
    actor: owner.actor ?? formatTypeId('usr', userId),
    requestId,
    data: { userId, ...change.data },
  })
  if (change.mail !== undefined) await mailPerson(tx, owner, { template: change.mail, data: change.data })
}

async function mailPerson(
  tx: Queryable,
  { organizationId, userId, now }: FactorOwner,
  mail: { readonly template: FactorMail; readonly data: JsonObject },
): Promise<void> {
  const person = await selectPerson(tx, organizationId, userId)
  if (person === undefined || person.purged_at !== null) return
  const { settings } = await getOrganization(tx, organizationId)
  const { address, language } = toRecipient(person.document, settings)
  if (address === null) return
  await insertMail(tx, {
    organizationId,
    id: createId(),
    template: mail.template,
    recipient: address,
    locale: language,
    data: { ...mail.data, at: now.toISOString() },
    at: now,
  })
}
