import type { RouteAnswer } from '@rollcall/admin-api'
import type { TeamRuleException } from '../../../team-rules/exceptions.ts'
import type { Leaver, Revision, TeamRuleState } from '../../../team-rules/manage.ts'
import { formatTypeId } from '../../../type-id.ts'

export function viewTeamRule(teamId: string, state: TeamRuleState): RouteAnswer<'getTeamRule'> {
  const { live, pending, exceptionsCount, version } = state
  return {
    teamId: formatTypeId('team', teamId),
    live: live === undefined ? null : viewRevision(live),
    pending: pending === undefined ? null : viewRevision(pending),
    exceptionsCount,
    version,
  }
}

export function viewRevision(row: Revision): RouteAnswer<'listTeamRuleRevisions'>['data'][number] {
  const { madeAt, liveAt, decidedAt } = row
  return {
    ...row,
    madeAt: madeAt.toISOString(),
    liveAt: liveAt?.toISOString() ?? null,
    decidedAt: decidedAt?.toISOString() ?? null,
  }
}

export function viewLeaver({ userId, name }: Leaver): RouteAnswer<'listTeamRuleLeaving'>['data'][number] {
  return { userId: formatTypeId('usr', userId), name }
}

export function viewException(row: TeamRuleException): RouteAnswer<'setTeamRuleException'> {
  const { userId, name, kind, reason, madeBy, madeAt } = row
  return { userId: formatTypeId('usr', userId), name, kind, reason, madeBy, madeAt: madeAt.toISOString() }
}
