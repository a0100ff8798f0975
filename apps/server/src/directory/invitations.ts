import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { toInvitationSettings } from '../access/invitation-settings.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  admitQueued,
  deleteInvitationsBefore,
  lockInvitation,
  replaceInvitations,
  selectInvitation,
  selectInvitationCount,
  selectInvitations,
  updateInvitationEnded,
  type InvitationFilter,
  type InvitationOfPerson,
} from '../db/queries/invitations.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { judgeInvitation, settingsOf } from './invitation-verdict.ts'
import { openInvitation } from './open-invitations.ts'

export type Invitation = InvitationOfPerson

/** What a list shows and can be filtered by: an open one whose time is over is `expired`. */
export type ShownState = 'open' | 'expired' | 'accepted' | 'replaced' | 'revoked'

type Named = { readonly organizationId: string; readonly id: string }

/** An ended invitation is remembered for so long; then its link is unknown. */
const keptDays = 180
const dayMs = 86_400_000
const trimBatch = 1_000

export function shownStateOf({ state, expiresAt }: Invitation, now: Date): ShownState {
  if (state !== 'due' && state !== 'open') return state
  return expiresAt !== null && expiresAt.getTime() <= now.getTime() ? 'expired' : 'open'
}

export type ListInvitations = {
  readonly state: ShownState | undefined
  readonly userId: string | undefined
  readonly now: Date
}

/** Newest first. */
export async function listInvitations(
  database: Queryable,
  organizationId: string,
  page: ListInvitations & PageOf,
): Promise<Page<Invitation>> {
  const query = { ...toFilter(page), before: page.after, rowsMax: page.limit + 1 }
  const rows = await selectInvitations(database, organizationId, query)
  return toPage(rows, page.limit, (row) => row.id)
}

export function countInvitations(
  database: Queryable,
  organizationId: string,
  filter: ListInvitations,
): Promise<number> {
  return selectInvitationCount(database, organizationId, toFilter(filter))
}

function toFilter({ state, userId, now }: ListInvitations): InvitationFilter {
  if (state === undefined) return { states: undefined, expired: undefined, userId }
  if (state !== 'open' && state !== 'expired') return { states: [state], expired: undefined, userId }
  return { states: ['due', 'open'], expired: { is: state === 'expired', now }, userId }
}

/** Throws `invitationNotFound`. */
export async function getInvitation(database: Queryable, { organizationId, id }: Named): Promise<Invitation> {
  const invitation = await selectInvitation(database, organizationId, id)
  if (invitation === undefined) throw notFound()
  return invitation
}

/** Kills the link, sends a new one and starts its time anew. Throws `notPending`, `invitationsOff`. */
export async function resendInvitation(database: Database, call: Call, named: Named): Promise<Invitation> {
  return transaction(database, async (tx) => {
    const before = await lock(tx, named)
    refuseUnlessPending(before)
    if (!toInvitationSettings(settingsOf(before)).enabled)
      throw new AccessError(
        'invitationsOff',
        'The organization invites nobody: its setting invitations.enabled is false',
      )
    const { organizationId, userId } = before
    const fresh = { organizationId, id: createId(), userId, createdAt: call.now }
    await replaceInvitations(tx, [fresh], call.now)
    await openInvitation(tx, fresh, call.now)
    const after = await getInvitation(tx, fresh)
    await record(tx, call, after, 'invitation.resent')
    return after
  })
}

/** Kills the link; the person stays pending until somebody sends another one. Throws `invitationEnded`. */
export async function revokeInvitation(database: Database, call: Call, named: Named): Promise<Invitation> {
  return transaction(database, async (tx) => {
    const before = await lock(tx, named)
    if (!(await updateInvitationEnded(tx, before, { state: 'revoked', at: call.now })))
      throw new AccessError('invitationEnded', `This invitation was ${before.state} before`)
    await record(tx, call, before, 'invitation.revoked')
    return getInvitation(tx, named)
  })
}

/** The invitation whose link somebody wants to hand over in another way than by mail. Throws `invitationEnded`. */
export async function shareInvitation(database: Database, call: Call, named: Named): Promise<Invitation> {
  return transaction(database, async (tx) => {
    await lock(tx, named)
    await openInvitation(tx, named, call.now)
    const invitation = await getInvitation(tx, named)
    const verdict = judgeInvitation(invitation, call.now)
    if (verdict !== 'open')
      throw new AccessError('invitationEnded', `The link of this invitation does not work (${verdict}): send a new one`)
    await record(tx, call, invitation, 'invitation.link_copied')
    return invitation
  })
}

/** Forgets what ended long ago. */
export async function trimInvitations(database: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptDays * dayMs)
  while ((await deleteInvitationsBefore(database, before, trimBatch)) === trimBatch);
}

/** First the person, as whoever suspends or deletes the person does. */
async function lock(tx: Queryable, named: Named): Promise<Invitation> {
  const { organizationId, userId } = await getInvitation(tx, named)
  await selectStandingById(tx, organizationId, userId)
  await admitQueued(tx, { organizationId, userId })
  const locked = await lockInvitation(tx, organizationId, named.id)
  if (locked === undefined) throw notFound()
  return locked
}

function refuseUnlessPending({ userState }: Invitation): void {
  if (userState === 'pending') return
  throw new AccessError('notPending', `Only who is pending can be invited; this person is ${userState}`)
}

function notFound(): AccessError {
  return new AccessError('invitationNotFound', 'There is no such invitation')
}

/** Names the person by id only: whoever is purged must not stay in the changes of an invitation. */
async function record(
  tx: Queryable,
  call: Call,
  invitation: Invitation,
  action: `invitation.${string}`,
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: invitation.organizationId,
    at: call.now,
    action,
    subjectId: invitation.id,
    subjectVersion: 1,
    actor: call.actor,
    requestId: call.requestId,
    data: { userId: invitation.userId },
  })
}
