import type { RemoveOutcome } from '@rollcall/scim/server'
import { isUuid } from '../db/filter-sql/membership.ts'
import type { Queryable } from '../db/pool.ts'
import { toMemberChanges } from '../db/queries/changes.ts'
import { followEverybody, selectFollowers, setGroup } from '../db/queries/followers.ts'
import { emptyTeam, insertTeamChange, releaseTeam } from '../db/queries/team-ownership.ts'
import { endTeam, lockTeam, type TeamStanding } from '../db/queries/teams.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { admitCuts, cutCountOf, guarded, takeTurn } from './guard.ts'
import { refuseTeam } from './team-store.ts'

type Removal = { readonly scimId: string; readonly ifVersion: string | undefined; readonly via: string }

/** DELETE: the group ends, its memberships go to history; under style `datadog` an empty team stays (AC-D25). */
export async function removeTeam(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: Removal,
): Promise<RemoveOutcome> {
  const { scimId, ifVersion, via } = command
  if (!isUuid(scimId)) return 'notFound'
  return guarded(parts, context, async (tx) => {
    const turn = await takeTurn(tx, context)
    const standing = await lockTeam(tx, context.organizationId, scimId, 'end')
    const refusal = refuseTeam(standing, context, ifVersion)
    if (refusal !== undefined || standing === undefined) return refusal ?? 'notFound'
    const isKept = context.style.keepsTeams && standing.kind === 'team'
    const people = isKept ? await release(tx, context, standing) : await end(tx, context, standing, via)
    await admitCuts(tx, context, turn, {
      count: people.length,
      changes: [{ action: 'delete', subjectKind: 'team', subjectId: standing.id, memberId: standing.id }],
    })
    await insertTeamChange(tx, context, {
      teamId: standing.id,
      action: isKept ? 'team.released' : 'team.deleted',
      cutCount: cutCountOf(context, people.length),
      // What was deleted has its SCIM id nowhere else.
      data: { via, scimId, members: toMemberChanges([], people) },
    })
    return 'removed'
  })
}

async function release(tx: Queryable, context: DirectoryContext, { id }: TeamStanding): Promise<readonly string[]> {
  const emptied = await emptyTeam(tx, context, id)
  await releaseTeam(tx, context, id)
  return emptied.filter(({ member_kind }) => member_kind === 'user').map(({ member_id }) => member_id)
}

async function end(
  tx: Queryable,
  context: DirectoryContext,
  standing: TeamStanding,
  via: string,
): Promise<readonly string[]> {
  const { people } = await endTeam(tx, context, { id: standing.id, via })
  if (standing.is_mapped) await letFollowersGo(tx, context, standing.id)
  return people
}

/** The teams that followed the group lose those whom they had from it, and stay. */
async function letFollowersGo(tx: Queryable, context: DirectoryContext, groupId: string): Promise<void> {
  const { organizationId, now } = context
  const followers = await selectFollowers(tx, organizationId, groupId)
  for (const { id } of followers) {
    await setGroup(tx, organizationId, { teamId: id, groupId: null, now })
    const data = { via: 'mapping', groupId }
    await insertTeamChange(tx, context, { teamId: id, action: 'team.unlinked', data })
  }
  await followEverybody(tx, context, { teamIds: followers.map(({ id }) => id), via: 'mapping' })
}
