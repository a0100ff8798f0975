import { scimError } from '@rollcall/scim'
import {
  decideHold,
  insertHoldChange,
  markApplied,
  selectHeldChanges,
  selectHold,
  selectHolds,
  type AppliedChange,
  type HeldChangeRow,
  type HoldRow,
} from '../db/queries/holds.ts'
import type { Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { removeAccount, removeTeamById, suspendAccount, type ApprovedContext } from './approved-acts.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { removeNamedPeople } from './team-store.ts'

/** Changes that wait for a person (DESIGN §5, 9). */
export type Hold = HoldRow

/** One of them, with the names as they are now. */
export type HeldChangeView = HeldChangeRow

/** What of a call decides who did it and when. */
export type HoldCall = {
  readonly organizationId: string
  readonly actor: string
  readonly requestId: string
  readonly now: Date
}

const changesPerPage = 1_000

/** Newest first; `before` is the id of the last one of the page before. */
export function listHolds(
  db: Queryable,
  organizationId: string,
  page: {
    readonly state?: Hold['state'] | undefined
    readonly before?: string | undefined
    readonly limit: number
  },
): Promise<readonly Hold[]> {
  return selectHolds(db, organizationId, { state: page.state, before: page.before, rowsMax: page.limit })
}

export function findHold(db: Queryable, organizationId: string, id: string): Promise<Hold | undefined> {
  return selectHold(db, organizationId, id)
}

/** What a hold holds, in pages behind the last row of the one before. */
export function listHeldChanges(
  db: Queryable,
  organizationId: string,
  page: { readonly holdId: string; readonly after?: HeldChangeView | undefined; readonly limit: number },
): Promise<readonly HeldChangeView[]> {
  return selectHeldChanges(db, organizationId, { holdId: page.holdId, after: page.after, rowsMax: page.limit })
}

/**
 * Carries out everything that an open hold holds, in one transaction; the client's retry then changes nothing.
 * What has happened meanwhile by other ways is passed over. The context is that of the hold's connection, with the
 * person who approves as its actor. Throws `notFound` for a hold that is not there, `conflict` for a decided one.
 */
export async function approveHold(parts: DirectoryParts, context: DirectoryContext, id: string): Promise<void> {
  await transaction(parts.database, async (tx) => {
    const hold = await decide(tx, context, id, 'approved')
    if (hold.connectionId !== context.connectionId)
      throw scimError('conflict', 'The hold belongs to another connection than the one it was approved for')
    const approving = { ...context, tx, isApproved: true } as const
    for await (const changes of pagesOfHold(tx, context.organizationId, id))
      await markApplied(tx, context, id, await applyAll(parts, approving, changes))
  })
}

/** All that a hold holds, page by page: deletions first, then who leaves a team, then suspensions. */
export async function* pagesOfHold(
  tx: Queryable,
  organizationId: string,
  holdId: string,
): AsyncGenerator<readonly HeldChangeRow[]> {
  let after: HeldChangeRow | undefined
  do {
    const page = await selectHeldChanges(tx, organizationId, { holdId, after, rowsMax: changesPerPage })
    yield page
    after = page.length < changesPerPage ? undefined : page.at(-1)
  } while (after !== undefined)
}

/** Forgets the changes; a client that asks again opens a new hold. */
export async function discardHold(parts: DirectoryParts, call: HoldCall, id: string): Promise<void> {
  await transaction(parts.database, (tx) => decide(tx, call, id, 'discarded'))
}

async function decide(
  tx: Transaction,
  call: HoldCall,
  id: string,
  state: 'approved' | 'discarded',
): Promise<{ readonly connectionId: string }> {
  const { organizationId, actor, requestId, now } = call
  const decided = await decideHold(tx, { organizationId, id, state, decidedBy: actor, now })
  if (decided === undefined) {
    const hold = await selectHold(tx, organizationId, id)
    if (hold === undefined) throw scimError('notFound', 'There is no such hold')
    throw scimError('conflict', `The hold was ${hold.state} before`)
  }
  const { connectionId, version } = decided
  await insertHoldChange(tx, { organizationId, actor, requestId, now, connectionId }, { id, version, event: state })
  return { connectionId }
}

async function applyAll(
  parts: DirectoryParts,
  context: ApprovedContext,
  changes: readonly HeldChangeRow[],
): Promise<readonly AppliedChange[]> {
  const applied: AppliedChange[] = []
  const leaving = new Map<string, string[]>()
  for (const change of changes) {
    if (change.action !== 'remove') {
      const done = await applyOne(parts, context, change)
      if (done !== undefined) applied.push(done)
      continue
    }
    const people = leaving.get(change.subject_id) ?? []
    people.push(change.member_id)
    leaving.set(change.subject_id, people)
  }
  for (const [teamId, people] of leaving)
    for (const { member_id } of await removeNamedPeople(context, teamId, people))
      applied.push({ action: 'remove', subjectId: teamId, memberId: member_id, scimId: null })
  return applied
}

/** Undefined when it had happened by another way. */
async function applyOne(
  parts: DirectoryParts,
  context: ApprovedContext,
  change: HeldChangeRow,
): Promise<AppliedChange | undefined> {
  const act = { id: change.subject_id, via: 'approval' }
  const applied = { action: change.action, subjectId: change.subject_id, memberId: change.member_id }
  if (change.action === 'suspend')
    return (await suspendAccount(parts, context, act)) ? { ...applied, scimId: null } : undefined
  const remove = change.subject_kind === 'team' ? removeTeamById : removeAccount
  const scimId = await remove(parts, context, act)
  return scimId === undefined ? undefined : { ...applied, scimId }
}
