import { toMemberChanges } from '../db/queries/changes.ts'
import type { TeamsFate } from '../db/queries/connection-runs.ts'
import { selectFollowers, setGroup } from '../db/queries/followers.ts'
import { emptyTeam, insertTeamChange, keepMembers, releaseTeam } from '../db/queries/team-ownership.ts'
import { lockTeam, selectTeamScimId, type TeamStanding } from '../db/queries/teams.ts'
import { removeTeamById, type ApprovedContext } from './approved-acts.ts'
import type { DirectoryParts } from './directory-context.ts'

type Act = { readonly fate: TeamsFate; readonly id: string; readonly via: string }

/** Undefined: it is done; else why it was skipped. A group that is no team itself always ends; its teams do not. */
export async function applyToTeam(
  parts: DirectoryParts,
  context: ApprovedContext,
  act: Act,
): Promise<string | undefined> {
  const { fate, id, via } = act
  const { tx, organizationId } = context
  if (fate === 'none') return 'Nothing was to be done'
  const scimId = await selectTeamScimId(tx, organizationId, id)
  const standing = scimId === undefined ? undefined : await lockTeam(tx, organizationId, scimId, 'end')
  if (standing === undefined || standing.connection_id !== context.connectionId)
    return 'The connection does not own the team'
  if (fate !== 'delete' && standing.kind === 'team') {
    await leaveTeam(context, standing, act)
    return undefined
  }
  if (fate === 'keep') await keepFollowers(context, standing, via)
  await removeTeamById(parts, { ...context, style: { ...context.style, keepsTeams: false } }, { id, via })
  return undefined
}

/** "Unlink and leave": the team is one of our own from now on, with its people or without. */
async function leaveTeam(context: ApprovedContext, { id }: TeamStanding, { fate, via }: Act): Promise<void> {
  const { tx } = context
  const emptied = fate === 'empty' ? await emptyTeam(tx, context, id) : []
  await keepMembers(tx, context, id)
  await releaseTeam(tx, context, id)
  const members = toMemberChanges(
    [],
    emptied.map(({ member_id }) => member_id),
  )
  const data = { via, ...(emptied.length > 0 && { members }) }
  await insertTeamChange(tx, context, { teamId: id, action: 'team.released', data })
}

/** The teams that follow a group keep the people that they have from it. */
async function keepFollowers(context: ApprovedContext, { id: groupId }: TeamStanding, via: string): Promise<void> {
  const { tx, organizationId, now } = context
  for (const { id: teamId } of await selectFollowers(tx, organizationId, groupId)) {
    await keepMembers(tx, context, teamId)
    await setGroup(tx, organizationId, { teamId, groupId: null, now })
    await insertTeamChange(tx, context, { teamId, action: 'team.unlinked', data: { via, groupId } })
  }
}
