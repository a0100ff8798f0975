import type { ChangeOrigin } from '../db/queries/changes.ts'
import { insertTeamChange } from '../db/queries/team-ownership.ts'
import { updateLive, type TeamOf } from '../db/queries/team-rules.ts'
import type { Queryable } from '../db/pool.ts'
import { findTeamRule } from './find-rule.ts'

/** From now on this revision decides, for everybody who changes; a run brings all others in line. */
export async function goLive(
  tx: Queryable,
  origin: ChangeOrigin,
  { revision, approvedBy, ...team }: TeamOf & { readonly revision: number; readonly approvedBy: string | null },
): Promise<void> {
  const { interests } = await findTeamRule(tx, team, revision)
  await updateLive(tx, { ...team, revision }, { interests, at: origin.now, approvedBy })
  await insertTeamChange(tx, origin, {
    teamId: team.teamId,
    action: 'team.rule_live',
    data: { via: approvedBy === null ? 'rule' : 'approval', revision },
  })
}
