import { toPage, type Page } from '../access/call.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { toMemberChanges } from '../db/queries/changes.ts'
import { addManualMembers, lockMembers, selectTeamsAbove, type FoundMember } from '../db/queries/local-teams.ts'
import { removeMemberRows } from '../db/queries/memberships.ts'
import { insertTeamChange } from '../db/queries/team-ownership.ts'
import { selectMemberViews, type MemberView } from '../db/queries/team-views.ts'
import { touchTeam } from '../db/queries/teams.ts'
import type { DirectoryContext } from './directory-context.ts'
import { TeamError } from './team-error.ts'
import { findEnds } from './membership-ends.ts'
import { getOwnTeam, refuseLockedMembers, refuseRuled } from './team-locks.ts'

export type { MemberView } from '../db/queries/team-views.ts'

type MemberQuery = Omit<Parameters<typeof selectMemberViews>[1], 'organizationId' | 'rowsMax'> & {
  readonly limit: number
}

/** By our ids; `after` is the last one of the page before. */
export async function listMembers(
  db: Queryable,
  organizationId: string,
  query: MemberQuery,
): Promise<Page<MemberView>> {
  const { limit, ...asked } = query
  const rows = await selectMemberViews(db, { ...asked, organizationId, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.id)
}

/** Our ids of people or teams; `label` is what the caller named them by. */
export type NamedMember = { readonly id: string; readonly label: string }

/**
 * Adds people or teams, until a day or a moment if that is said; who is in it already is passed over.
 * Throws `managed`, `ruled`, `memberNotFound`, `circle`, `invalidEnd`.
 */
export function addMembers(
  database: Database,
  context: DirectoryContext,
  target: NewMembers,
): Promise<readonly string[]> {
  return transaction(database, (tx) => addMembersIn(tx, context, target))
}

type NewMembers = {
  readonly teamId: string
  readonly members: readonly NamedMember[]
  readonly until?: string | undefined
}

/** The same in the caller's transaction. */
export async function addMembersIn(
  tx: Queryable,
  context: DirectoryContext,
  { teamId, members, until }: NewMembers,
): Promise<readonly string[]> {
  const { organizationId } = context
  const team = await getOwnTeam(tx, organizationId, teamId)
  refuseLockedMembers(team)
  const ids = members.map(({ id }) => id)
  const found = await lockMembers(tx, organizationId, ids)
  refuseMissing(members, found)
  if (found.some(({ kind }) => kind === 'user')) refuseRuled(team)
  await refuseCircle(tx, context, { teamId, found })
  const ends = until === undefined ? noEnds : await findEnds(tx, context, { until, ids })
  const rows = await addManualMembers(tx, context, { id: teamId, members: found, ends })
  const added = rows.map((row) => row.member_id)
  if (added.length > 0) await recordMoves(tx, context, teamId, { added, removed: [], until })
  return added
}

const noEnds: ReadonlyMap<string, Date> = new Map()

function refuseMissing(members: readonly NamedMember[], found: readonly FoundMember[]): void {
  const ids = new Set(found.map(({ id }) => id))
  const missing = members.find(({ id }) => !ids.has(id))
  if (missing === undefined) return
  const message = `${missing.label} is no person here, and no team that may be in another one`
  throw new TeamError('memberNotFound', message, { field: 'members' })
}

async function refuseCircle(
  tx: Queryable,
  context: DirectoryContext,
  { teamId, found }: { readonly teamId: string; readonly found: readonly FoundMember[] },
): Promise<void> {
  if (!found.some(({ kind }) => kind === 'team')) return
  const above = await selectTeamsAbove(tx, context.organizationId, teamId)
  if (found.some(({ id }) => above.has(id)))
    throw new TeamError('circle', 'A team cannot be in itself, nor in a team that is in it', { field: 'members' })
}

/** Throws `managed`, `ruled`, and `memberNotFound` for somebody who is not in it. */
export async function removeMember(
  database: Database,
  context: DirectoryContext,
  target: { readonly teamId: string; readonly memberId: string },
): Promise<void> {
  await transaction(database, (tx) => removeMemberIn(tx, context, target))
}

/** The same in the caller's transaction. */
export async function removeMemberIn(
  tx: Queryable,
  context: DirectoryContext,
  { teamId, memberId }: { readonly teamId: string; readonly memberId: string },
): Promise<void> {
  const team = await getOwnTeam(tx, context.organizationId, teamId)
  refuseLockedMembers(team)
  const removed = await removeMemberRows(tx, context, teamId, [memberId])
  if (removed.length === 0) throw new TeamError('memberNotFound', 'The team has no such member')
  if (removed[0]?.member_kind === 'user') refuseRuled(team)
  await recordMoves(tx, context, teamId, { added: [], removed: [memberId] })
}

async function recordMoves(
  tx: Queryable,
  context: DirectoryContext,
  teamId: string,
  moves: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly until?: string | undefined
  },
): Promise<void> {
  await touchTeam(tx, { ...context, connectionId: null }, teamId)
  const { added, removed, until } = moves
  const data = { via: 'admin', members: toMemberChanges(added, removed), ...(until !== undefined && { until }) }
  await insertTeamChange(tx, context, { teamId, action: 'team.members_changed', data })
}
