import type { JsonObject } from '@rollcall/scim'
import { toInvitationSettings } from '../access/invitation-settings.ts'
import { toRecipient, type Recipient } from '../access/recipient.ts'
import type { InvitationOfPerson } from '../db/queries/invitations.ts'

/** What a link is good for now; all but `open` are refusals. */
export type InvitationVerdict =
  | 'open'
  /** It was used, or the account became active in another way. */
  | 'accepted'
  | 'expired'
  /** A newer link is out, or the person has another address by now. */
  | 'replaced'
  /** Withdrawn by an administrator. */
  | 'revoked'
  | 'suspended'
  /** The account was deleted. */
  | 'gone'
  /** The organization invites nobody any more. */
  | 'off'

/** The one place that decides about a link; what says most to the person comes first. */
export function judgeInvitation(invitation: InvitationOfPerson, now: Date): InvitationVerdict {
  const { state, userState, expiresAt } = invitation
  if (userState === 'deprovisioned') return 'gone'
  if (userState === 'suspended') return 'suspended'
  const isOff = !toInvitationSettings(settingsOf(invitation)).enabled
  // Switching off made everybody active: whoever still has a link hears why it is of no use.
  if (userState === 'active' && isOff && state !== 'accepted') return 'off'
  if (userState === 'active' || state === 'accepted') return 'accepted'
  if (state === 'replaced' || state === 'revoked') return state
  if (isOff) return 'off'
  if (expiresAt !== null && expiresAt.getTime() <= now.getTime()) return 'expired'
  // A changed address kills the link at once, not only when a worker comes to it.
  if (wasOpened(invitation) && recipientOf(invitation).address !== invitation.recipient) return 'replaced'
  return 'open'
}

/** Whether a worker has looked at it before. */
export function wasOpened({ expiresAt }: Pick<InvitationOfPerson, 'expiresAt'>): boolean {
  return expiresAt !== null
}

export function recipientOf(invitation: InvitationOfPerson): Recipient {
  return toRecipient(invitation.document, settingsOf(invitation))
}

export function settingsOf({ settings }: Pick<InvitationOfPerson, 'settings'>): JsonObject {
  // Written by parseOrganizationSettings only: one JSON object.
  return settings as JsonObject
}
