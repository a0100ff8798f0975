import { builtInNames } from '../access/built-in-roles.ts'
import { findRole } from '../access/roles.ts'
import { toMemberChanges } from '../db/queries/changes.ts'
import { addMappedMember, updateLinkTeams } from '../db/queries/identity-links.ts'
import { removeMemberRows } from '../db/queries/memberships.ts'
import { replaceRolesBySignIn } from '../db/queries/role-assignments.ts'
import { insertTeamChange, lockOwnTeam, type OwnTeam } from '../db/queries/team-ownership.ts'
import { touchTeam } from '../db/queries/teams.ts'
import type { Transaction } from '../db/transaction.ts'
import type { Linking } from './link-person.ts'
import { matchMappings, toSignInMappings } from './mappings.ts'

export type Applying = Linking & {
  readonly userId: string
  /** Teams that this identity provider has put him into before. */
  readonly teamIds: readonly string[]
  readonly actor: string
}

/**
 * Gives roles and teams by the values of attributes. With the mapping of roles on they are all the roles that he has:
 * without any he loses what he had and does not come in (AC-D31). Teams never keep anybody outside. False: no role.
 */
export async function applyMappings(tx: Transaction, applying: Applying): Promise<boolean> {
  const { roles, teams } = toSignInMappings(applying.provider.mappings)
  const { attributes } = applying.person
  if (teams.isOn) await moveBetweenTeams(tx, applying, matchMappings(teams, attributes))
  if (!roles.isOn) return true
  const roleIds = await listExisting(tx, applying, matchMappings(roles, attributes))
  await replaceRolesBySignIn(tx, toOrigin(applying), { ...toLink(applying), roleIds }, builtInNames)
  return roleIds.length > 0
}

/** A role may be gone since it was mapped. */
async function listExisting(tx: Transaction, applying: Applying, ids: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const id of ids) {
    const role = await findRole(tx, applying.provider.organizationId, id)
    if (role !== undefined) found.push(role.id)
  }
  return found
}

async function moveBetweenTeams(tx: Transaction, applying: Applying, wanted: readonly string[]): Promise<void> {
  const { userId, teamIds } = applying
  const given: string[] = []
  // One order for everybody: two sign-ins at once do not wait for each other in a circle.
  for (const teamId of [...new Set([...wanted, ...teamIds])].toSorted()) {
    const { organizationId } = applying.provider
    const team = await lockOwnTeam(tx, organizationId, { id: teamId, purpose: 'change' })
    if (team === undefined || !maySignInMove(team)) continue
    const wasGiven = teamIds.includes(teamId)
    if (!wanted.includes(teamId)) {
      await leave(tx, applying, teamId)
      continue
    }
    const isAdded = await addMappedMember(tx, toOrigin(applying), { teamId, userId })
    if (isAdded) await record(tx, applying, teamId, { added: [userId], removed: [] })
    // Whoever was in it by other means stays in it by those.
    if (isAdded || wasGiven) given.push(teamId)
  }
  if (given.toSorted().join() !== teamIds.toSorted().join()) await updateLinkTeams(tx, toLink(applying), given)
}

async function leave(tx: Transaction, applying: Applying, teamId: string): Promise<void> {
  const { userId } = applying
  const removed = await removeMemberRows(tx, toOrigin(applying), teamId, [userId])
  if (removed.length > 0) await record(tx, applying, teamId, { added: [], removed: [userId] })
}

/** Teams that a connection manages, that follow a group or a rule, or whose source is people alone are not for sign-ins. */
function maySignInMove(team: OwnTeam): boolean {
  const { connection_id: connectionId, group_id: groupId, rule_revision: revision, source } = team
  return connectionId === null && groupId === null && revision === null && source !== 'uiAndApi'
}

async function record(
  tx: Transaction,
  applying: Applying,
  teamId: string,
  moves: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Promise<void> {
  const origin = toOrigin(applying)
  await touchTeam(tx, origin, teamId)
  const data = { via: 'signIn', members: toMemberChanges(moves.added, moves.removed) }
  await insertTeamChange(tx, origin, { teamId, action: 'team.members_changed', data })
}

function toOrigin({ provider, actor, requestId = '', now }: Applying) {
  return { organizationId: provider.organizationId, connectionId: null, actor, requestId, now }
}

function toLink({ provider, userId }: Applying) {
  return { organizationId: provider.organizationId, providerId: provider.id, userId }
}
