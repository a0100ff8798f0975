import type { JsonObject } from '@rollcall/scim'
import { insertMail, type MailTemplate } from '../db/queries/mails.ts'
import type { Queryable } from '../db/pool.ts'
import { createId } from '../type-id.ts'
import type { Call } from './call.ts'

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
    locale: 'en',
    data: { serviceAccount: name, actor: call.actor, at: call.now.toISOString(), ...mail.data },
    at: call.now,
  })
}
