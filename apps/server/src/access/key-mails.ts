import type { JsonObject } from '@rollcall/scim'
import { insertMail, type MailTemplate } from '../db/queries/mails.ts'
import { selectKeyContact, selectKeyHolder } from '../db/queries/notices.ts'
import type { Queryable } from '../db/pool.ts'
import { createId, parseTypeId } from '../type-id.ts'
import type { Call } from './call.ts'
import { toOrganizationLanguage } from './invitation-settings.ts'
import { getOrganization } from './organizations.ts'
import { toRecipient } from './recipient.ts'

/** Whom a mail about a service account goes to; an account without an address is told nothing. */
export type Addressee = { readonly organizationId: string; readonly name: string; readonly email: string | null }

/** Tells the account's own address, in the caller's transaction: nothing is told that did not happen. */
export async function mailServiceAccount(
  tx: Queryable,
  call: Call,
  account: Addressee,
  mail: {
    readonly template: MailTemplate & ('keyCreated' | 'keyRevoked' | 'serviceAccountDisabled')
    readonly data: JsonObject
  },
): Promise<void> {
  const { organizationId, name, email } = account
  if (email === null) return
  await insertMail(tx, {
    organizationId,
    id: createId(),
    template: mail.template,
    recipient: email,
    // An account that is no person speaks no language of its own.
    locale: toOrganizationLanguage((await getOrganization(tx, organizationId)).settings),
    data: { serviceAccount: name, actor: call.actor, at: call.now.toISOString(), ...mail.data },
    at: call.now,
  })
}

/** Tells a person what somebody else did with a key of theirs; who did it himself knows. */
export async function mailKeyOwner(
  tx: Queryable,
  call: Call,
  key: { readonly organizationId: string; readonly id: string; readonly userId: string },
  mail: { readonly template: MailTemplate & ('ownKeyCreated' | 'ownKeyRevoked'); readonly data: JsonObject },
): Promise<void> {
  const { organizationId, id, userId } = key
  const actor = parseTypeId('key', call.actor)
  if (actor !== undefined && (await selectKeyHolder(tx, organizationId, actor)) === userId) return
  const document = (await selectKeyContact(tx, organizationId, id))?.document ?? null
  if (document === null) return
  const { address, language } = toRecipient(document, (await getOrganization(tx, organizationId)).settings)
  if (address === null) return
  await insertMail(tx, {
    organizationId,
    id: createId(),
    template: mail.template,
    recipient: address,
    locale: language,
    data: { actor: call.actor, at: call.now.toISOString(), ...mail.data },
    at: call.now,
  })
}
