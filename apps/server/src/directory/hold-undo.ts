import { scimError } from '@rollcall/scim'
import { markUndone, selectWaitingHolds, updateHoldUndone, type UndoneChange } from '../db/queries/hold-undo.ts'
import { decideHold, insertHoldChange, selectHold, type HeldChangeRow } from '../db/queries/holds.ts'
import { insertHoldNotices } from '../db/queries/notices.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { reactivateAccount, type ApprovedContext } from './approved-acts.ts'
import { parseConnectionSettings } from './connection-settings.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { pagesOfHold } from './holds.ts'
import { restoreAccount, restoreMembership, restoreTeam, type Kept } from './restore.ts'

const dayMs = 24 * 60 * 60 * 1000
const via = 'undo'

/**
 * Takes back what an approved hold did, in one transaction: suspended people are active again, deleted ones and teams are
 * back with their memberships, and who was taken out of a team is in it again. What has changed since stays, with the
 * reason beside it. Throws `notFound`, and `conflict` for a hold that was not approved or too long ago.
 */
export async function undoHold(parts: DirectoryParts, context: DirectoryContext, id: string): Promise<void> {
  await transaction(parts.database, async (tx) => {
    await takeBack(tx, context, id)
    const undoing = { ...context, tx, isApproved: true } as const
    // Whoever was deleted is back before anybody comes back to a team.
    for await (const changes of pagesOfHold(tx, context.organizationId, id)) await undoAll(parts, undoing, id, changes)
  })
}

async function takeBack(tx: Transaction, context: DirectoryContext, id: string): Promise<void> {
  const { organizationId, actor, now, settings } = context
  const since = new Date(now.getTime() - settings.guard.undoDays * dayMs)
  const undone = await updateHoldUndone(tx, { organizationId, id, undoneBy: actor, now, since })
  if (undone === undefined) {
    const hold = await selectHold(tx, organizationId, id)
    if (hold === undefined) throw scimError('notFound', 'There is no such hold')
    const { undoDays } = settings.guard
    const why = hold.state === 'approved' ? `was approved more than ${undoDays} days ago` : `is ${hold.state}`
    throw scimError('conflict', `The hold ${why}: only what was approved in the last ${undoDays} days is undone, once`)
  }
  await insertHoldChange(tx, context, { id, version: undone.version, event: 'undone' })
}

async function undoAll(
  parts: DirectoryParts,
  context: ApprovedContext,
  holdId: string,
  changes: readonly HeldChangeRow[],
): Promise<void> {
  const outcomes: UndoneChange[] = []
  for (const change of changes) {
    const { action, subject_id, member_id, applied_at: at } = change
    if (at === null) continue
    outcomes.push({ action, subject_id, member_id, reason: (await undoOne(parts, context, change, at)) ?? null })
  }
  await markUndone(context.tx, context.organizationId, holdId, outcomes)
}

async function undoOne(
  parts: DirectoryParts,
  context: ApprovedContext,
  change: HeldChangeRow,
  at: Date,
): Promise<Kept> {
  const { action, subject_id: id, member_id: memberId, scim_id: scimId } = change
  if (action === 'suspend')
    return (await reactivateAccount(parts, context, { id, via })) ? undefined : 'The account is not suspended any more'
  if (action === 'remove') return restoreMembership(context, { at, memberId, teamId: id }, via)
  const { connectionId } = context
  const former = { id, scimId, externalId: null, connectionId, state: 'active', at } as const
  return change.subject_kind === 'team'
    ? restoreTeam(context, former, via)
    : restoreAccount(parts, context, former, via)
}

const holdsPerTurn = 200

/** Open holds that nobody decided in time expire: nothing was changed, and a client that asks again opens a new one. */
export async function expireHolds(parts: Pick<DirectoryParts, 'database'>, now: Date): Promise<number> {
  const before = new Date(now.getTime() - dayMs)
  let expired = 0
  for (const hold of await selectWaitingHolds(parts.database, { before, rowsMax: holdsPerTurn })) {
    const { holdDays } = parseConnectionSettings(hold.settings).guard
    if (now.getTime() - hold.openedAt.getTime() < holdDays * dayMs) continue
    const { organizationId, id } = hold
    await transaction(parts.database, async (tx) => {
      const decided = await decideHold(tx, { organizationId, id, state: 'expired', decidedBy: 'system', now })
      if (decided === undefined) return
      const origin = { organizationId, connectionId: decided.connectionId, actor: 'system', requestId: '', now }
      await insertHoldChange(tx, origin, { id, version: decided.version, event: 'expired' })
      expired++
    })
  }
  return expired
}

/** Administrators are told of holds that wait, once a day; the mail goes with the other notices. */
export function remindOfHolds(database: DirectoryParts['database'], now: Date): Promise<number> {
  return insertHoldNotices(database, { now, holdDays: parseConnectionSettings({}).guard.holdDays })
}
