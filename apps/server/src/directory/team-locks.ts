import { lockOwnTeam, type OwnTeam } from '../db/queries/team-ownership.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId } from '../type-id.ts'
import { TeamError } from './team-error.ts'

/** The live team, locked until the end of the transaction. Throws `teamNotFound`. */
export async function getOwnTeam(
  tx: Queryable,
  organizationId: string,
  id: string,
  purpose: 'change' | 'end' = 'change',
): Promise<OwnTeam> {
  const team = await lockOwnTeam(tx, organizationId, { id, purpose })
  if (team === undefined) throw new TeamError('teamNotFound', 'There is no such team')
  return team
}

/** Name and handle of a managed team are its connection's, for everybody (AC-D24). */
export function refuseManaged(team: OwnTeam): void {
  if (team.connection_id === null) return
  const connection = formatTypeId('con', team.connection_id)
  throw new TeamError(
    'managed',
    `The team "${team.display}" is managed by identity provider (${connection}): its name, its handle and its members ` +
      'change there, for admins too. To change them here, stop managing the team first.',
  )
}

/** A rule decides who is in the team: its people are not changed by hand. */
export function refuseRuled(team: OwnTeam): void {
  if (team.rule_revision === null) return
  throw new TeamError(
    'ruled',
    `The rule of "${team.display}" (revision ${team.rule_revision}) decides which people are in it. Change the rule, or make ` +
      'an exception for a person: always in, or never',
    { field: 'members' },
  )
}

/** Whether people may add and remove members here. */
export function refuseLockedMembers(team: OwnTeam): void {
  refuseManaged(team)
  if (team.group_id !== null)
    throw new TeamError(
      'managed',
      `The members of "${team.display}" are managed by identity provider: the team follows a group. Unlink it first.`,
    )
  if (team.source === 'managed')
    throw new TeamError(
      'managed',
      `The members of "${team.display}" are managed by identity provider alone: its provisioning source is "managed".`,
    )
}
