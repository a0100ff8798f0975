import { foldCase } from '@rollcall/scim'
import type { LinkName } from '../access/derived-links.ts'
import {
  lockInvitation,
  selectInvitationOfLink,
  updateInvitationEnded,
  upsertVerifiedEmail,
  type InvitationOfPerson,
} from '../db/queries/invitations.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Language } from '../language.ts'
import { formatTypeId } from '../type-id.ts'
import { judgeInvitation, recipientOf, type InvitationVerdict } from './invitation-verdict.ts'
import { activateUser } from './lifecycle.ts'

/** What the page about a link must know. */
export type ShownInvitation = {
  readonly verdict: InvitationVerdict
  readonly organizationId: string
  readonly organizationSlug: string
  readonly userId: string
  readonly organizationName: string
  readonly recipient: string | null
  readonly language: Language
}

/** Reads and changes nothing; undefined when the link names nothing any more. */
export async function showInvitation(
  database: Queryable,
  link: LinkName,
  now: Date,
): Promise<ShownInvitation | undefined> {
  const invitation = await selectInvitationOfLink(database, link)
  return invitation === undefined ? undefined : toShown(invitation, judgeInvitation(invitation, now))
}

/**
 * Uses the link up: the address is the person's, the account becomes active. Of two clicks at once one does it, the other
 * is told that it was done.
 */
export async function acceptInvitation(
  database: Database,
  link: LinkName,
  call: { readonly now: Date; readonly requestId: string },
): Promise<ShownInvitation | undefined> {
  return transaction(database, async (tx) => {
    const found = await selectInvitationOfLink(tx, link)
    if (found === undefined) return undefined
    const { organizationId, id, userId } = found
    // First the person, as whoever suspends or deletes the person does.
    await selectStandingById(tx, organizationId, userId)
    const invitation = await lockInvitation(tx, organizationId, id)
    if (invitation === undefined) return undefined
    const verdict = judgeInvitation(invitation, call.now)
    if (verdict === 'open') await accept(tx, invitation, call)
    return toShown(invitation, verdict)
  })
}

async function accept(
  tx: Queryable,
  invitation: InvitationOfPerson,
  { now, requestId }: { readonly now: Date; readonly requestId: string },
): Promise<void> {
  const { organizationId, userId, recipient } = invitation
  await updateInvitationEnded(tx, invitation, { state: 'accepted', at: now })
  if (recipient !== null) {
    const addressKey = foldCase(recipient)
    await upsertVerifiedEmail(tx, { organizationId, userId, address: recipient, addressKey, at: now })
  }
  const origin = { organizationId, connectionId: null, actor: formatTypeId('usr', userId), requestId, now }
  await activateUser(tx, origin, { id: userId, via: 'invitation' })
}

function toShown(invitation: InvitationOfPerson, verdict: InvitationVerdict): ShownInvitation {
  const { organizationId, organizationSlug, organizationName, userId, recipient } = invitation
  return {
    verdict,
    organizationId,
    organizationSlug,
    organizationName,
    userId,
    recipient,
    language: recipientOf(invitation).language,
  }
}
