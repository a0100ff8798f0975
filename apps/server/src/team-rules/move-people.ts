import { nilId } from '../nil-id.ts'
import { toMemberChanges, type ChangeOrigin } from '../db/queries/changes.ts'
import { removeMemberRows } from '../db/queries/memberships.ts'
import { selectExceptionsAmong } from '../db/queries/team-rule-exceptions.ts'
import { addRuledMembers, selectMembersAmong } from '../db/queries/team-rule-work.ts'
import { insertTeamChange, lockOwnTeam } from '../db/queries/team-ownership.ts'
import { touchTeam } from '../db/queries/teams.ts'
import type { Queryable } from '../db/pool.ts'
import type { SourceRequest } from '../provisioning/source/read-source.ts'
import type { SourcePerson, SourceReads } from '../provisioning/source/source-object.ts'
import { decide, type CompiledTeamRule } from './compile-rule.ts'
import { withSourceGroups } from './source-groups.ts'

/** A rule with the team that it decides about. */
export type RuleOfTeam = { readonly teamId: string; readonly revision: number; readonly rule: CompiledTeamRule }

/** Who comes, who goes, and about whom nothing can be said. */
export type Moves = {
  readonly entering: readonly SourcePerson[]
  readonly leaving: readonly SourcePerson[]
  readonly undecided: readonly SourcePerson[]
  readonly staying: number
}

/** How people are read for these rules: no app asks, so nobody is assigned. */
export function toSourceRequest(organizationId: string, rules: readonly CompiledTeamRule[]): SourceRequest {
  const reaches = new Set(rules.map(({ manager }) => manager))
  const manager: SourceReads['manager'] = reaches.has('whole')
    ? 'whole'
    : reaches.has('reference')
      ? 'reference'
      : 'none'
  return { organizationId, appId: nilId, reads: { assignment: 'none', manager, teams: false } }
}

/** Whom each rule would move, of people as they were just read; `concerns` says who is asked about at all. */
export async function findMoves(
  db: Queryable,
  organizationId: string,
  asked: {
    readonly people: readonly SourcePerson[]
    readonly rules: readonly RuleOfTeam[]
    readonly concerns?: (person: SourcePerson, teamId: string) => boolean
  },
): Promise<ReadonlyMap<string, Moves>> {
  const { rules, concerns } = asked
  const people = await withSourceGroups(db, organizationId, {
    people: asked.people,
    rules: rules.map(({ rule }) => rule),
  })
  const among = { teamIds: rules.map(({ teamId }) => teamId), userIds: people.map(({ id }) => id) }
  const members = await selectMembersAmong(db, organizationId, among)
  const isIn = new Set(members.map(({ teamId, userId }) => `${teamId} ${userId}`))
  const exceptions = await selectExceptionsAmong(db, organizationId, among)
  const excepted = new Map(exceptions.map(({ teamId, userId, kind }) => [`${teamId} ${userId}`, kind]))
  const moves = new Map<string, Moves>()
  for (const { teamId, rule } of rules) {
    const [entering, leaving, undecided]: SourcePerson[][] = [[], [], []]
    let staying = 0
    for (const person of people) {
      if (concerns !== undefined && !concerns(person, teamId)) continue
      const key = `${teamId} ${person.id}`
      const verdict = decide(rule, person, excepted.get(key))
      const has = isIn.has(key)
      if (verdict === 'undecided') undecided?.push(person)
      else if (verdict === 'in' && !has) entering?.push(person)
      else if (verdict === 'out' && has) leaving?.push(person)
      if (has && verdict !== 'out') staying++
    }
    moves.set(teamId, { entering: entering ?? [], leaving: leaving ?? [], undecided: undecided ?? [], staying })
  }
  return moves
}

/** Carries out what a rule wants of one team, with its version and its change. A team that is gone moves nobody. */
export async function movePeople(
  tx: Queryable,
  origin: ChangeOrigin,
  team: { readonly teamId: string; readonly revision: number; readonly moves: Moves },
): Promise<{ readonly entered: number; readonly left: number }> {
  const { teamId, revision, moves } = team
  if (moves.entering.length + moves.leaving.length === 0) return { entered: 0, left: 0 }
  const locked = await lockOwnTeam(tx, origin.organizationId, { id: teamId, purpose: 'change' })
  if (locked === undefined || locked.connection_id !== null || locked.group_id !== null) return { entered: 0, left: 0 }
  const added = await addRuledMembers(tx, origin, { id: teamId, userIds: moves.entering.map(({ id }) => id) })
  const removed = await removeMemberRows(
    tx,
    origin,
    teamId,
    moves.leaving.map(({ id }) => id),
  )
  if (added.length + removed.length === 0) return { entered: 0, left: 0 }
  await touchTeam(tx, origin, teamId)
  const members = toMemberChanges(
    added.map((row) => row.member_id),
    removed.map((row) => row.member_id),
  )
  await insertTeamChange(tx, origin, {
    teamId,
    action: 'team.members_changed',
    data: { via: 'rule', revision, members },
  })
  return { entered: added.length, left: removed.length }
}
