import type { JsonObject, ResourceType } from '@rollcall/scim'
import type { Fields, ResourceUpdate, UpdateOutcome } from '@rollcall/scim/server'
import { isUuid } from '../db/filter-sql/membership.ts'
import type { Queryable } from '../db/pool.ts'
import { insertChange, namedMembersMax, toMemberChanges } from '../db/queries/changes.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { followGroup } from '../db/queries/followers.ts'
import {
  addMembersAtOnce,
  removeMemberRows,
  removeMembersAtOnce,
  selectTeamRow,
  type MembersOutcome,
  type MovedMember,
} from '../db/queries/memberships.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import {
  lockTeam,
  selectTeams,
  selectTeamScimId,
  selectTeamStanding,
  touchTeam,
  updateTeam,
  type TeamStanding,
  type TeamValues,
} from '../db/queries/teams.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { retrying } from './failures.ts'
import { admitCuts, allowanceOf, cutCountOf, guarded, takeTurn, type Turn } from './guard.ts'
import { toPhases, type MemberPhase } from './member-steps.ts'
import { memberChunkRows } from './member-stream.ts'
import { mayWrite, ownedByAnother } from './ownership.ts'
import { taken409, toTeamValues } from './team-creation.ts'
import { applyPhases, refuseMalformed, unknownMember, type NetMoves } from './team-members.ts'
import { toTeamRecord } from './team-record.ts'

export async function findTeam(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  fields: Fields,
): Promise<ResourceRow | undefined> {
  if (!isUuid(scimId)) return undefined
  const [row] = await selectTeams(queryableOf(parts, context), 'id', {
    organizationId: context.organizationId,
    connectionId: context.connectionId,
    value: scimId,
    rowsMax: 1,
    membersMax: fields.members ? memberChunkRows : 0,
    hidesSuspendedMembers: context.style.hidesSuspendedMembers,
  })
  return row
}

function idsOf(members: NetMoves['added']): readonly string[] {
  return members.map((member) => member.member_id)
}

/** PATCH and PUT. Members alone, added or removed, take one round trip; whatever else happens is one transaction. */
export async function changeTeam(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  change: { readonly scimId: string; readonly update: ResourceUpdate },
): Promise<UpdateOutcome> {
  const { scimId, update } = change
  if (!isUuid(scimId)) return { kind: 'notFound' }
  const phases = toPhases(update.members)
  const attributes = update.changes.length === 0 ? undefined : update.attributes
  if (attributes === undefined && phases.length === 0) return keepTeam(parts, context, scimId, update)
  const [only] = phases
  if (attributes === undefined && phases.length === 1 && only?.kind === 'named') {
    const outcome = await changeAtOnce(parts, context, { scimId, update, phase: only })
    if (outcome !== undefined) return outcome
  }
  const values = attributes === undefined ? undefined : toChangedValues(attributes, type, context, change)
  return guarded(parts, context, async (tx) => {
    const result = await changeInTurn(tx, context, { scimId, update, phases, values })
    if (!('teamId' in result)) return result
    const row = await selectTeamRow(tx, context, result.teamId)
    if (row === undefined) return { kind: 'notFound' }
    // The transaction ends before anybody reads the members.
    const record = toTeamRecord(parts, context, row, { fields: update.fields, firstMax: memberChunkRows })
    return { kind: result.kind, record }
  })
}

/** A team keeps its handle unless its name changes. */
function toChangedValues(
  attributes: JsonObject,
  type: ResourceType,
  context: DirectoryContext,
  { scimId, update }: { readonly scimId: string; readonly update: ResourceUpdate },
): TeamValues {
  const values = toTeamValues(attributes, type, context, scimId)
  return update.changes.some(({ path }) => path === 'displayName') ? values : { ...values, handle: null }
}

/** Undefined when the general way must find out what is wrong, or must look at the size of the organization. */
async function changeAtOnce(
  parts: DirectoryParts,
  context: DirectoryContext,
  change: {
    readonly scimId: string
    readonly update: ResourceUpdate
    readonly phase: Extract<MemberPhase, { kind: 'named' }>
  },
): Promise<UpdateOutcome | undefined> {
  const { scimId, update, phase } = change
  refuseMalformed(phase.add)
  const remove = phase.remove.filter(isUuid)
  if (phase.add.length > 0 && remove.length > 0) return undefined
  // A change names its members up to a number, which only the general way keeps to.
  if (phase.add.length + remove.length > namedMembersMax) return undefined
  const db = queryableOf(parts, context)
  const step = {
    teamId: scimId,
    ifVersion: update.ifVersion === undefined ? null : Number(update.ifVersion),
    values: phase.add.length > 0 ? phase.add : remove,
    via: update.verb,
  }
  // Approved cuts are not counted, which only the general way knows.
  if (phase.add.length === 0 && context.isApproved === true) return undefined
  const outcome = await retrying(context, () =>
    phase.add.length > 0
      ? addMembersAtOnce(db, context, step)
      : removeMembersAtOnce(db, context, { ...step, allowance: allowanceOf(context) }),
  )
  return toUpdateOutcome(parts, context, outcome, change)
}

function toUpdateOutcome(
  parts: DirectoryParts,
  context: DirectoryContext,
  outcome: MembersOutcome | undefined,
  { scimId, update }: { readonly scimId: string; readonly update: ResourceUpdate },
): UpdateOutcome | undefined {
  if (outcome === undefined || !outcome.isAllowed) return undefined
  if (outcome.missing.length > 0) throw unknownMember(outcome.missing, scimId)
  const record = toTeamRecord(parts, context, outcome.row, { fields: update.fields, firstMax: memberChunkRows })
  return { kind: outcome.isChanged ? 'updated' : 'unchanged', record }
}

type TurnResult =
  | { readonly kind: 'updated' | 'unchanged'; readonly teamId: string }
  | { readonly kind: 'stale' | 'notFound' }

async function changeInTurn(
  tx: Queryable,
  context: DirectoryContext,
  change: {
    readonly scimId: string
    readonly update: ResourceUpdate
    readonly phases: readonly MemberPhase[]
    readonly values: TeamValues | undefined
  },
): Promise<TurnResult> {
  const { scimId, update, phases, values } = change
  const removes = phases.some((phase) => phase.kind !== 'named' || phase.remove.length > 0)
  const turn = removes ? await takeTurn(tx, context) : undefined
  const standing = await lockTeam(tx, context.organizationId, scimId, 'change')
  const refusal = refuseTeam(standing, context, update.ifVersion)
  if (refusal !== undefined || standing === undefined) return { kind: refusal ?? 'notFound' }
  const moves = await applyPhases(tx, context, { id: standing.id, scimId }, phases)
  await admitLeaving(tx, context, turn, { teamId: standing.id, moves })
  const isMoved = moves.added.length + moves.removed.length > 0
  if (values === undefined && !isMoved) return { kind: 'unchanged', teamId: standing.id }
  if (values === undefined) await touchTeam(tx, context, standing.id)
  else await translating(values, () => updateTeam(tx, context, { ...values, id: standing.id }))
  await recordTeamChange(tx, context, { standing, update, moves, isRenamed: values !== undefined })
  await takeFollowersAlong(tx, context, standing, moves)
  return { kind: 'updated', teamId: standing.id }
}

/** Teams that follow the group get and lose the people who moved, and nobody else is looked at. */
async function takeFollowersAlong(
  tx: Queryable,
  context: DirectoryContext,
  standing: TeamStanding,
  moves: NetMoves,
): Promise<void> {
  if (!standing.is_mapped) return
  const people = [...moves.added, ...moves.removed].filter((member) => member.member_kind === 'user')
  if (people.length > 0) await followGroup(tx, context, { groupId: standing.id, people: idsOf(people), via: 'mapping' })
}

async function translating(team: TeamValues, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const constraint = brokenUnique(error)
    if (constraint === 'teams_name_unique') throw taken409('displayName', team)
    if (constraint === 'teams_external_id_key') throw taken409('externalId', team)
    if (constraint === 'teams_handle') throw taken409('handle', team)
    throw error
  }
}

function admitLeaving(
  tx: Queryable,
  context: DirectoryContext,
  turn: Turn | undefined,
  { teamId, moves }: { readonly teamId: string; readonly moves: NetMoves },
): Promise<void> {
  const people = moves.removed.filter((member) => member.member_kind === 'user')
  return admitCuts(tx, context, turn, {
    count: people.length,
    changes: people.map(({ member_id }) => {
      return { action: 'remove', subjectKind: 'team', subjectId: teamId, memberId: member_id }
    }),
  })
}

async function recordTeamChange(
  tx: Queryable,
  context: DirectoryContext,
  change: {
    readonly standing: TeamStanding
    readonly update: Pick<ResourceUpdate, 'changes'> & { readonly verb: string }
    readonly moves: NetMoves
    readonly isRenamed: boolean
  },
): Promise<void> {
  const { standing, update, moves, isRenamed } = change
  const people = moves.removed.filter((member) => member.member_kind === 'user').length
  const isMoved = moves.added.length + moves.removed.length > 0
  await insertChange(tx, context, {
    action: isRenamed ? 'team.updated' : 'team.members_changed',
    subjectKind: 'team',
    subjectId: standing.id,
    subjectVersion: standing.version + 1,
    cutCount: cutCountOf(context, people),
    data: {
      via: update.verb,
      ...(isRenamed ? { changes: update.changes } : {}),
      ...(isMoved ? { members: toMemberChanges(idsOf(moves.added), idsOf(moves.removed)) } : {}),
    },
  })
}

/** Why a team is not written; throws when another connection owns it. */
export function refuseTeam(
  standing: TeamStanding | undefined,
  context: DirectoryContext,
  ifVersion: string | undefined,
): 'notFound' | 'stale' | undefined {
  if (standing === undefined) return 'notFound'
  if (!mayWrite(standing.connection_id, context.connectionId)) throw ownedByAnother('group', standing.connection_id)
  return ifVersion !== undefined && ifVersion !== String(standing.version) ? 'stale' : undefined
}

async function keepTeam(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  update: ResourceUpdate,
): Promise<UpdateOutcome> {
  const row = await findTeam(parts, context, scimId, update.fields)
  if (row === undefined) return { kind: 'notFound' }
  if (update.ifVersion !== undefined && update.ifVersion !== String(row.version)) return { kind: 'stale' }
  if (row.is_writable === false) {
    const standing = await selectTeamStanding(queryableOf(parts, context), context.organizationId, scimId)
    throw ownedByAnother('group', standing?.connection_id ?? null)
  }
  const record = toTeamRecord(parts, context, row, { fields: update.fields, firstMax: memberChunkRows })
  return { kind: 'unchanged', record }
}

/** Takes people out of a team, as somebody approved; who has left meanwhile is passed over. */
export async function removeNamedPeople(
  context: DirectoryContext & { readonly tx: Queryable },
  teamId: string,
  people: readonly string[],
): Promise<readonly MovedMember[]> {
  const { tx, organizationId } = context
  const scimId = await selectTeamScimId(tx, organizationId, teamId)
  const standing = scimId === undefined ? undefined : await lockTeam(tx, organizationId, scimId, 'change')
  if (standing === undefined) return []
  const removed = await removeMemberRows(tx, context, teamId, people)
  if (removed.length === 0) return []
  await touchTeam(tx, context, teamId)
  const update = { changes: [], verb: 'approval' }
  const moves = { added: [], removed }
  await recordTeamChange(tx, context, { standing, update, moves, isRenamed: false })
  await takeFollowersAlong(tx, context, standing, moves)
  return removed
}
