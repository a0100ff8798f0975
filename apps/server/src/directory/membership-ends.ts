import { endOfDay, isTimeZone, toTimeZone } from '../access/time-zone.ts'
import { getOrganization } from '../access/organizations.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { toMemberChanges } from '../db/queries/changes.ts'
import {
  removeEndedMembers,
  selectTeamsWithEnded,
  selectTimeZones,
  updateMembershipEnd,
} from '../db/queries/membership-ends.ts'
import { insertTeamChange, lockOwnTeam } from '../db/queries/team-ownership.ts'
import { touchTeam } from '../db/queries/teams.ts'
import { transaction } from '../db/transaction.ts'
import type { DirectoryContext } from './directory-context.ts'
import { TeamError } from './team-error.ts'
import { getOwnTeam, refuseLockedMembers, refuseRuled } from './team-locks.ts'

const day = /^\d{4}-\d{2}-\d{2}$/

/**
 * When memberships of these end. A moment is that moment; a day is its end where each person lives, else where the
 * organization is. Throws `invalidEnd` for what is over.
 */
export async function findEnds(
  db: Queryable,
  context: DirectoryContext,
  { until, ids }: { readonly until: string; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, Date>> {
  const { organizationId, now } = context
  const ends = day.test(until)
    ? await findEndsOfDay(db, organizationId, { date: until, ids })
    : new Map(ids.map((id) => [id, new Date(until)]))
  if ([...ends.values()].some((at) => at.getTime() <= now.getTime()))
    throw new TeamError('invalidEnd', `A membership that ends at ${until} would be over already`, { field: 'until' })
  return ends
}

async function findEndsOfDay(
  db: Queryable,
  organizationId: string,
  { date, ids }: { readonly date: string; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, Date>> {
  const { settings } = await getOrganization(db, organizationId)
  const zones = await selectTimeZones(db, organizationId, ids)
  const own = toTimeZone(settings)
  return new Map(
    ids.map((id) => {
      const zone = zones.get(id)
      // Sources write what they like.
      return [id, endOfDay(date, zone !== undefined && isTimeZone(zone) ? zone : own)]
    }),
  )
}

/** Sets, moves or clears the end of a membership. Throws `managed`, `ruled`, `memberNotFound`, `invalidEnd`. */
export async function setMembershipEnd(
  database: Database,
  context: DirectoryContext,
  target: { readonly teamId: string; readonly memberId: string; readonly until: string | null },
): Promise<Date | null> {
  const { teamId, memberId, until } = target
  return transaction(database, async (tx) => {
    const team = await getOwnTeam(tx, context.organizationId, teamId)
    refuseLockedMembers(team)
    const ends = until === null ? undefined : await findEnds(tx, context, { until, ids: [memberId] })
    const endsAt = ends?.get(memberId) ?? null
    const changed = await updateMembershipEnd(tx, context, { teamId, memberId, endsAt })
    if (changed?.kind === 'user') refuseRuled(team)
    if (changed === undefined) throw new TeamError('memberNotFound', 'The team has no such member')
    if (changed.before?.getTime() === endsAt?.getTime()) return endsAt
    await touchTeam(tx, { ...context, connectionId: null }, teamId)
    const data = { via: 'admin', memberId, before: changed.before, until: endsAt }
    await insertTeamChange(tx, context, { teamId, action: 'team.member_end_set', data })
    return endsAt
  })
}

const teamsPerRun = 500
/** Of one team so many leave in one transaction. */
const membersPerTurn = 1_000

/** Takes people and teams out where their time is over; a job. Returns how many left. */
export async function endDueMemberships(database: Database, now: Date, signal: AbortSignal): Promise<number> {
  let ended = 0
  for (const due of await selectTeamsWithEnded(database, now, teamsPerRun))
    for (let removed = membersPerTurn; removed === membersPerTurn && !signal.aborted; ended += removed)
      removed = await endOf(database, due, now)
  return ended
}

async function endOf(
  database: Database,
  { organizationId, teamId }: { readonly organizationId: string; readonly teamId: string },
  now: Date,
): Promise<number> {
  return transaction(database, async (tx) => {
    const team = await lockOwnTeam(tx, organizationId, { id: teamId, purpose: 'change' })
    if (team === undefined) return 0
    // Whoever manages the team since goes on managing it.
    const origin = { organizationId, connectionId: team.connection_id, actor: 'system', requestId: '', now }
    const removed = await removeEndedMembers(tx, origin, { id: teamId, rowsMax: membersPerTurn })
    if (removed.length === 0) return 0
    await touchTeam(tx, origin, teamId)
    const members = toMemberChanges(
      [],
      removed.map((row) => row.member_id),
    )
    await insertTeamChange(tx, origin, { teamId, action: 'team.members_changed', data: { via: 'end', members } })
    return removed.length
  })
}
