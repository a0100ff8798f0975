import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import {
  followEverybody,
  lockGroup,
  noteMapped,
  selectDueFollowers,
  selectFollowers,
  setGroup,
} from '../db/queries/followers.ts'
import {
  countExternalGroups,
  countGroupMembers,
  selectExternalGroup,
  selectExternalGroups,
  selectGroupMembers,
  type ExternalGroup,
  type GroupMember,
} from '../db/queries/external-groups.ts'
import { selectTeamsAbove } from '../db/queries/local-teams.ts'
import { insertTeamChange, releaseTeam, type OwnTeam } from '../db/queries/team-ownership.ts'
import { selectMemberViews, selectTeamView } from '../db/queries/team-views.ts'
import { foldCase } from '@rollcall/scim'
import { formatTypeId } from '../type-id.ts'
import type { DirectoryContext } from './directory-context.ts'
import { TeamError } from './team-error.ts'
import { getOwnTeam, refuseRuled } from './team-locks.ts'

export type { ExternalGroup, GroupMember } from '../db/queries/external-groups.ts'

/** So many of those who stand in the way of a link are named. */
const shownMembersMax = 100

/** A group with the teams that follow it. */
export type ExternalGroupDetails = ExternalGroup & {
  readonly teams: Awaited<ReturnType<typeof selectFollowers>>
  readonly peopleCount: number
}

/** By number; a page begins behind a group, or at an offset as GitHub's do. */
export function listExternalGroups(
  db: Queryable,
  organizationId: string,
  page: {
    readonly text?: string | undefined
    readonly after?: number | undefined
    readonly offset?: number
    readonly limit: number
  },
): Promise<readonly ExternalGroup[]> {
  const { text, after, offset = 0, limit } = page
  const folded = text === undefined ? undefined : foldCase(text)
  return selectExternalGroups(db, organizationId, { text: folded, after, offset, rowsMax: limit })
}

export function countGroups(db: Queryable, organizationId: string, text: string | undefined): Promise<number> {
  return countExternalGroups(db, organizationId, text === undefined ? undefined : foldCase(text))
}

/** Throws `groupNotFound`. */
export async function getExternalGroup(
  db: Queryable,
  organizationId: string,
  by: { readonly id: string } | { readonly number: number },
): Promise<ExternalGroupDetails> {
  const group = await selectExternalGroup(db, organizationId, by)
  if (group === undefined) throw new TeamError('groupNotFound', 'There is no such group', { field: 'groupId' })
  const teams = await selectFollowers(db, organizationId, group.id)
  return { ...group, teams, peopleCount: await countGroupMembers(db, organizationId, group.id) }
}

/** By our ids, those after `after`. */
export function listGroupMembers(
  db: Queryable,
  organizationId: string,
  page: { readonly groupId: string; readonly after: string | undefined; readonly limit: number },
): Promise<readonly GroupMember[]> {
  const { groupId, after, limit } = page
  return selectGroupMembers(db, organizationId, { groupId, after, rowsMax: limit })
}

/**
 * The team follows the group from now on; when it does already, it is compared with it anew.
 * Throws `groupNotFound`, `teamNotEmpty`, `teamNested`, `managed`, `ruled`, `sourceForbids`.
 */
export async function linkTeam(
  database: Database,
  context: DirectoryContext,
  target: { readonly teamId: string; readonly groupId: string },
): Promise<void> {
  const { teamId, groupId } = target
  const { organizationId, now } = context
  await transaction(database, async (tx) => {
    // The group first, as changes of its members do.
    const group = await lockGroup(tx, organizationId, groupId)
    const team = await getOwnTeam(tx, organizationId, teamId)
    if (group === undefined) throw new TeamError('groupNotFound', 'There is no such group', { field: 'groupId' })
    if (team.group_id !== groupId) {
      await refuseLink(tx, context, team)
      // Left over from a connection that is gone: from now on its members come another way.
      if (team.scim_id !== null) await releaseTeam(tx, context, teamId)
      await setGroup(tx, organizationId, { teamId, groupId, now })
      for (const id of [groupId, team.group_id]) if (id !== null) await noteMapped(tx, organizationId, id)
      const data = { via: 'admin', groupId, ...(team.group_id !== null && { before: team.group_id }) }
      await insertTeamChange(tx, context, { teamId, action: 'team.linked', data })
    }
    await followEverybody(tx, context, { teamIds: [teamId], via: 'mapping' })
  })
}

/** Whoever is in the team through the group leaves it. Throws `notLinked`. */
export async function unlinkTeam(database: Database, context: DirectoryContext, teamId: string): Promise<void> {
  await transaction(database, async (tx) => {
    const team = await lockWithGroup(tx, context, teamId)
    if (team.group_id === null) throw new TeamError('notLinked', `The team "${team.display}" follows no group`)
    await unlinkLocked(tx, context, team)
  })
}

/** The group first, as changes of its members do: the other way round both would wait for each other. */
async function lockWithGroup(tx: Queryable, context: DirectoryContext, teamId: string): Promise<OwnTeam> {
  const { organizationId } = context
  const known = await selectTeamView(tx, organizationId, { id: teamId })
  if (typeof known?.groupId === 'string') await lockGroup(tx, organizationId, known.groupId)
  return getOwnTeam(tx, organizationId, teamId)
}

/** The same for a team that the caller has locked. */
export async function unlinkLocked(tx: Queryable, context: DirectoryContext, team: OwnTeam): Promise<void> {
  const { organizationId, now } = context
  const { id: teamId, group_id: groupId } = team
  if (groupId === null) return
  await setGroup(tx, organizationId, { teamId, groupId: null, now })
  await noteMapped(tx, organizationId, groupId)
  await insertTeamChange(tx, context, { teamId, action: 'team.unlinked', data: { via: 'admin', groupId } })
  await followEverybody(tx, context, { teamIds: [teamId], via: 'mapping' })
}

async function refuseLink(tx: Queryable, context: DirectoryContext, team: OwnTeam): Promise<void> {
  if (team.connection_id !== null)
    throw new TeamError('managed', `The team "${team.display}" is managed by identity provider as a whole`)
  if (team.source === 'uiAndApi')
    throw new TeamError('sourceForbids', `The provisioning source of "${team.display}" leaves it to people alone`)
  refuseRuled(team)
  const above = await selectTeamsAbove(tx, context.organizationId, team.id)
  if (above.size > 1)
    throw new TeamError('teamNested', `The team "${team.display}" is in another team; a mapped team has no parent`, {
      field: 'groupId',
    })
  if (team.group_id !== null) return
  const members = await selectMemberViews(tx, {
    organizationId: context.organizationId,
    teamId: team.id,
    reach: 'direct',
    asOf: undefined,
    showsSuspended: true,
    after: undefined,
    rowsMax: shownMembersMax,
  })
  if (members.length === 0) return
  const reasons = members.map(
    ({ name, kind, id }) => `${name ?? ''} (${formatTypeId(kind === 'user' ? 'usr' : 'team', id)})`,
  )
  if (members.some(({ kind }) => kind === 'team'))
    throw new TeamError('teamNested', `The team "${team.display}" has teams in it; a mapped team has none`, {
      field: 'groupId',
      reasons,
    })
  const more = members.length === shownMembersMax ? ' and more' : ''
  throw new TeamError(
    'teamNotEmpty',
    `The team "${team.display}" has members of its own; remove them before it follows a group: ${reasons.join(', ')}${more}`,
    { field: 'groupId', reasons },
  )
}

/** Compares a mapped team with its group at once. Throws `notLinked`. */
export async function reconcileTeam(database: Database, context: DirectoryContext, teamId: string): Promise<void> {
  await transaction(database, async (tx) => {
    const team = await lockWithGroup(tx, context, teamId)
    if (team.group_id === null) throw new TeamError('notLinked', `The team "${team.display}" follows no group`)
    await followEverybody(tx, context, { teamIds: [teamId], via: 'reconciliation' })
  })
}

const teamsPerRun = 500

/** Compares every mapped team whose time has come: after a call that changed its group, and once a day. */
export async function reconcileDueTeams(database: Database, now: Date, signal: AbortSignal): Promise<number> {
  const due = await selectDueFollowers(database, now, teamsPerRun)
  for (const { organizationId, id, groupId } of due) {
    if (signal.aborted) break
    const origin = { organizationId, connectionId: null, actor: 'system', requestId: '', now }
    await transaction(database, async (tx) => {
      await lockGroup(tx, organizationId, groupId)
      await followEverybody(tx, origin, { teamIds: [id], via: 'reconciliation' })
    })
  }
  return due.length
}
