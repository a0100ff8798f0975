import type { RouteAnswer } from '@rollcall/admin-api'
import type { TeamPush } from '../../../provisioning/apps/team-pushes.ts'
import { formatTypeId } from '../../../type-id.ts'

type View = RouteAnswer<'getAppTeam'>

export function viewAppTeam(push: TeamPush): View {
  const { name, state, isInScope, origin, members, isPaused, keepsName, failureCode, failedAt } = push
  return {
    teamId: formatTypeId('team', push.teamId),
    name,
    state,
    isInScope,
    origin,
    groupId: push.groupKey,
    members,
    isPaused,
    keepsName,
    unlinked: push.ending,
    waitsFor: push.stage,
    failure:
      failureCode === null || failedAt === null
        ? null
        : { code: failureCode, detail: push.failureDetail, at: failedAt.toISOString() },
    sentAt: push.appliedAt?.toISOString() ?? null,
  }
}
