import { toPage, type Page, type PageOf } from '../access/call.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { lockMembers } from '../db/queries/local-teams.ts'
import {
  countOrganizationMembers,
  deleteMember,
  deleteStaleMembers,
  insertOrganizationChange,
  selectMembership,
  selectOrganizationMembers,
  selectOrganizationsWithStale,
  takeSeats,
  upsertMember,
  type OrganizationMember,
} from '../db/queries/organization-members.ts'
import type { DirectoryContext } from './directory-context.ts'
import { TeamError } from './team-error.ts'

export type { OrganizationMember } from '../db/queries/organization-members.ts'

/** By our ids; `after` is the last one of the page before. */
export async function listOrganizationMembers(
  db: Queryable,
  organizationId: string,
  { after, limit, state }: PageOf & { readonly state: string | undefined },
): Promise<Page<OrganizationMember>> {
  const rows = await selectOrganizationMembers(db, organizationId, { after, state, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.userId)
}

export function countMembers(db: Queryable, organizationId: string, state: string | undefined): Promise<number> {
  return countOrganizationMembers(db, organizationId, state)
}

/** Somebody belongs to the organization by themselves, whatever teams they are in. Throws `memberNotFound`, `noSeats`. */
export async function addOrganizationMember(
  database: Database,
  context: DirectoryContext,
  userId: string,
): Promise<void> {
  const { organizationId } = context
  await transaction(database, async (tx) => {
    const [person] = await lockMembers(tx, organizationId, [userId])
    if (person?.kind !== 'user') throw new TeamError('memberNotFound', 'There is no such person', { field: 'userId' })
    const standing = await selectMembership(tx, organizationId, userId)
    if (standing?.isDirect === true) return
    if (standing === undefined) await takeSeat(tx, organizationId)
    await upsertMember(tx, context, { userId, isDirect: true })
    await record(
      tx,
      context,
      { added: standing === undefined ? [userId] : [], removed: [] },
      { userId, isDirect: true },
    )
  })
}

async function takeSeat(tx: Queryable, organizationId: string): Promise<void> {
  const free = await takeSeats(tx, organizationId)
  if (free !== undefined && free <= 0)
    throw new TeamError('noSeats', 'Every seat is taken: add seats, or let somebody else leave first')
}

/** Whoever a mapped team has stays as long as it has them. Throws `memberNotFound`. */
export async function removeOrganizationMember(
  database: Database,
  context: DirectoryContext,
  userId: string,
): Promise<void> {
  const { organizationId } = context
  await transaction(database, async (tx) => {
    const standing = await selectMembership(tx, organizationId, userId)
    if (standing?.isDirect !== true)
      throw new TeamError('memberNotFound', 'There is no such person who belongs to the organization by themselves')
    if (standing.isInTeam) await upsertMember(tx, context, { userId, isDirect: false })
    else await deleteMember(tx, organizationId, userId)
    await record(tx, context, { added: [], removed: standing.isInTeam ? [] : [userId] }, { userId, isDirect: false })
  })
}

/** Takes out who stayed a member though no team has them any more; once a day. Returns how many. */
export async function trimOrganizationMembers(database: Database, now: Date, signal: AbortSignal): Promise<number> {
  let count = 0
  for (const organizationId of await selectOrganizationsWithStale(database)) {
    if (signal.aborted) break
    await transaction(database, async (tx) => {
      const removed = await deleteStaleMembers(tx, organizationId)
      if (removed.length === 0) return
      count += removed.length
      const origin = { organizationId, connectionId: null, actor: 'system', requestId: '', now }
      const data = { via: 'reconciliation', members: { added: [], removed } }
      await insertOrganizationChange(tx, origin, { action: 'organization.members_changed', data })
    })
  }
  return count
}

function record(
  tx: Queryable,
  context: DirectoryContext,
  members: { readonly added: readonly string[]; readonly removed: readonly string[] },
  direct: object,
): Promise<void> {
  const data = { via: 'admin', members, ...direct }
  return insertOrganizationChange(tx, context, { action: 'organization.members_changed', data })
}
