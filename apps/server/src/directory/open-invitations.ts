import { toInvitationSettings } from '../access/invitation-settings.ts'
import {
  lockDueInvitations,
  replaceInvitations,
  takeQueued,
  upsertInvitationsOpened,
  type InvitationOfPerson,
  type OpenedInvitation,
} from '../db/queries/invitations.ts'
import { insertMails, type NewMail } from '../db/queries/mails.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { recipientOf, settingsOf, wasOpened } from './invitation-verdict.ts'

/** Invitations of one transaction, of the queue and of those to look at again: few enough to be quick, so many that 100,000 take some seconds. */
const batchMax = 500
const hourMs = 3_600_000

/** Makes the mails of all invitations that wait for theirs; a few statements for each 500. Returns how many it looked at. */
export async function openInvitations(
  database: Database,
  options: { readonly clock: () => Date; readonly signal?: AbortSignal },
): Promise<number> {
  let total = 0
  while (options.signal?.aborted !== true) {
    const count = await transaction(database, async (tx) => {
      const due = [...(await takeQueued(tx, batchMax)), ...(await lockDueInvitations(tx, { rowsMax: batchMax }))]
      await settle(tx, due, options.clock())
      return due.length
    })
    total += count
    if (count === 0) break
  }
  return total
}

/** The same for one, in the caller's transaction: whoever asks for its link need not wait for a worker. */
export async function openInvitation(
  tx: Queryable,
  only: { readonly organizationId: string; readonly id: string },
  now: Date,
): Promise<void> {
  await settle(tx, await lockDueInvitations(tx, { rowsMax: 1, only }), now)
}

async function settle(tx: Queryable, due: readonly InvitationOfPerson[], now: Date): Promise<void> {
  const moved = due.filter((invitation) => wasOpened(invitation) && hasMoved(invitation))
  const fresh = due.filter((invitation) => !wasOpened(invitation)).map((invitation) => prepare(invitation, now))
  const kept = due.filter((invitation) => wasOpened(invitation) && !hasMoved(invitation))
  await insertMails(
    tx,
    fresh.flatMap(({ mail }) => mail ?? []),
  )
  await upsertInvitationsOpened(tx, [...kept, ...fresh.map(({ opened }) => opened)])
  // The new ones are due in turn, and get their mails in the next round.
  const replacements = moved.map(({ organizationId, userId }) => ({
    organizationId,
    id: createId(),
    userId,
    createdAt: now,
  }))
  await replaceInvitations(tx, replacements, now)
}

function hasMoved(invitation: InvitationOfPerson): boolean {
  return recipientOf(invitation).address !== invitation.recipient
}

function prepare(
  invitation: InvitationOfPerson,
  now: Date,
): { readonly opened: OpenedInvitation; readonly mail: NewMail | undefined } {
  const { organizationId, id, userId, createdAt } = invitation
  const { enabled, validHours } = toInvitationSettings(settingsOf(invitation))
  const { address: recipient, language: locale } = recipientOf(invitation)
  const mailId = recipient === null || !enabled ? null : createId()
  const expiresAt = new Date(now.getTime() + validHours * hourMs)
  const opened = { organizationId, id, userId, createdAt, recipient, mailId, expiresAt }
  if (recipient === null || mailId === null) return { opened, mail: undefined }
  const data = { invitation: id, hours: validHours }
  return { opened, mail: { organizationId, id: mailId, template: 'invitation', recipient, locale, data, at: now } }
}
