import { scimError } from '@rollcall/scim'
import { insertChange } from '../db/queries/changes.ts'
import {
  decideHold,
  selectHeldChanges,
  selectHold,
  selectHolds,
  type HeldChangeRow,
  type HoldRow,
} from '../db/queries/holds.ts'
import { selectTeamScimId } from '../db/queries/teams.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { removeUser, settleActive, writeUser } from './lifecycle.ts'
import { parseStored } from './records.ts'
import { getResourceType } from './resource-values.ts'
import { removeTeam, removeNamedPeople } from './team-store.ts'
import { toUserValues } from './user-values.ts'

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
    const approving = { ...context, tx, isApproved: true }
    let after: HeldChangeRow | undefined
    for (;;) {
      const page = { holdId: id, after, rowsMax: changesPerPage }
      const changes = await selectHeldChanges(tx, context.organizationId, page)
      await applyAll(parts, approving, changes)
      after = changes.at(-1)
      if (changes.length < changesPerPage) return
    }
  })
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
  const origin = { organizationId, actor, requestId, now, connectionId }
  await insertChange(tx, origin, {
    action: state === 'approved' ? 'hold.approved' : 'hold.discarded',
    subjectKind: 'hold',
    subjectId: id,
    subjectVersion: version,
    cutCount: 0,
    data: { via: 'guard' },
  })
  return { connectionId }
}

type ApprovedContext = DirectoryContext & { readonly tx: Transaction }

async function applyAll(
  parts: DirectoryParts,
  context: ApprovedContext,
  changes: readonly HeldChangeRow[],
): Promise<void> {
  const leaving = new Map<string, string[]>()
  for (const change of changes) {
    if (change.action === 'remove') {
      const people = leaving.get(change.subject_id) ?? []
      people.push(change.member_id)
      leaving.set(change.subject_id, people)
    } else if (change.subject_kind === 'team') await endTeam(parts, context, change.subject_id)
    else if (change.action === 'delete') await deleteUser(parts, context, change.subject_id)
    else await suspendUser(parts, context, change.subject_id)
  }
  for (const [teamId, people] of leaving) await removeNamedPeople(context, teamId, people)
}

async function suspendUser(parts: DirectoryParts, context: ApprovedContext, userId: string): Promise<void> {
  const standing = await selectStandingById(context.tx, context.organizationId, userId)
  if (standing === undefined || standing.scim_id === null || standing.state === 'suspended') return
  const stored = parseStored(standing)
  const change = { path: 'active', before: stored['active'], after: false }
  const { attributes, changes, state } = settleActive({ ...stored, active: false }, [change])
  await writeUser(parts, context, {
    scimId: standing.scim_id,
    version: standing.version,
    state,
    changes,
    values: toUserValues(attributes, getResourceType(context.registry, 'User'), context),
    via: 'approval',
    wantsGroups: false,
    ignoresOverrides: true,
  })
}

async function deleteUser(parts: DirectoryParts, context: ApprovedContext, userId: string): Promise<void> {
  const standing = await selectStandingById(context.tx, context.organizationId, userId)
  if (standing === undefined || standing.scim_id === null) return
  await removeUser(parts, context, { scimId: standing.scim_id, ifVersion: undefined, via: 'approval' })
}

async function endTeam(parts: DirectoryParts, context: ApprovedContext, teamId: string): Promise<void> {
  const scimId = await selectTeamScimId(context.tx, context.organizationId, teamId)
  if (scimId !== undefined) await removeTeam(parts, context, { scimId, ifVersion: undefined, via: 'approval' })
}
