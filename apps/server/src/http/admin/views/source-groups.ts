import type { RouteAnswer } from '@rollcall/admin-api'
import type { SourceGroup, SourceGroupSummary } from '../../../sources/teams/groups.ts'
import type { SourceTeamMove, SourceTeamOperation } from '../../../sources/teams/team-plan.ts'
import { idOrNull } from '../views.ts'

type SummaryView = RouteAnswer<'listSourceGroups'>['data'][number]

export function viewGroupSummary(row: SourceGroupSummary): SummaryView {
  const { anchor, name, isFollowed, isPending, isDeleted, absentReads, place } = row
  const { errorReason, errorAttribute, errorDetail } = row
  return {
    anchor,
    name,
    situation: toSituation(row.situation),
    teamId: idOrNull('team', row.teamId),
    isFollowed,
    isPending,
    isDeleted,
    absentReads,
    place,
    errorReason,
    errorAttribute,
    errorDetail,
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** We wrote it ourselves, of the closed set. */
function toSituation(situation: string): SummaryView['situation'] {
  return situation as SummaryView['situation']
}

export function viewGroup(row: SourceGroup): RouteAnswer<'getSourceGroup'> {
  const { raw, members, waiting } = row
  return { ...viewGroupSummary(row), raw, members, waiting }
}

export function viewTeamOperation(row: SourceTeamOperation): RouteAnswer<'listSourceTeamOperations'>['data'][number] {
  const { anchor, operation, state, situation, reason, name, adding, removing } = row
  return {
    anchor,
    operation,
    state,
    situation: toSituation(situation),
    reason,
    teamId: idOrNull('team', row.team_id),
    name,
    previousName: row.previous_name,
    adding,
    removing,
    holdId: idOrNull('hold', row.hold_id),
    error: row.error_detail,
  }
}

export function viewTeamMove(row: SourceTeamMove): RouteAnswer<'listSourceTeamMoves'>['data'][number] {
  const { anchor, team, member_key: member, is_added: isAdded, state, name } = row
  return {
    anchor,
    team,
    member,
    change: isAdded ? 'add' : 'remove',
    state,
    personId: idOrNull('usr', row.user_id),
    name,
    holdId: idOrNull('hold', row.hold_id),
  }
}
