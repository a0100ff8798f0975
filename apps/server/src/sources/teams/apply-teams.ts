import { ScimError } from '@rollcall/scim'
import { endBegunGroups, updateAppliedGroups, type AppliedGroup } from '../../db/queries/source-groups.ts'
import { clearMemberWork } from '../../db/queries/source-member-work.ts'
import {
  holdMoves,
  lockSourceTeams,
  movePeopleOfTeams,
  selectPlannedLeavers,
  selectPlannedMoves,
  updateMoves,
  type PlannedMove,
} from '../../db/queries/source-team-moves.ts'
import {
  selectPlannedRemovals,
  selectPlannedTeamOperations,
  updateTeamOperations,
  wakeUndoneGroups,
  type PlannedTeamOperation,
  type TeamOperationKind,
  type TeamOutcome,
} from '../../db/queries/source-team-operations.ts'
import type { Database } from '../../db/pool.ts'
import { selectTeamScimId } from '../../db/queries/teams.ts'
import { attempt, type Transaction } from '../../db/transaction.ts'
import { applyToTeam } from '../../directory/connection-teams.ts'
import type { DirectoryContext, DirectoryParts } from '../../directory/directory-context.ts'
import { admitCuts, HeldError, recordHeld, takeTurn } from '../../directory/guard.ts'
import { createSourceTeam, linkSourceTeam, updateSourceTeam } from '../../directory/source-teams.ts'
import { removeTeam } from '../../directory/team-removal.ts'
import { stepOfRead, type ReadWork } from '../read-work.ts'
import { planLateArrivals } from './plan-teams.ts'
import type { TeamSite } from './team-site.ts'

const teamRows = 200
const moveRows = 2_000
const clearedRows = 20_000

/** What frees a name goes first. */
const order: readonly TeamOperationKind[] = ['detach', 'remove', 'update', 'link', 'create']

type Applying = {
  readonly database: Database
  readonly parts: DirectoryParts
  readonly work: ReadWork
  readonly teams: TeamSite
  readonly context: DirectoryContext
}

/**
 * Carries out what a read planned of teams, after its people: teams one by one, then who comes and goes, row by row and in batches of many
 * teams. Whoever would leave beyond the threshold of the guard is held by name, and the rest goes on. May be killed at any time and
 * goes on where it was. Throws ReadLost.
 */
export async function applyTeams(
  parts: DirectoryParts,
  work: ReadWork,
  site: { readonly teams: TeamSite | undefined; readonly context: DirectoryContext; readonly round: number },
): Promise<void> {
  const { teams, context, round } = site
  if (teams === undefined) return
  const { database } = parts
  const applying = { database, parts, work, teams, context }
  await planLateArrivals(database, work, { teams, round })
  await holdExcess(applying)
  for (const operation of order)
    for (let after: string | undefined = ''; after !== undefined;)
      after = await applyOperations(applying, { operation, after })
  for (let after: Place | undefined = start; after !== undefined;) after = await applyMoves(applying, after)
  await stepOfRead(applying, async (tx) => {
    await wakeUndoneGroups(tx, teams.name)
    await endBegunGroups(tx, teams.name)
  })
  for (let cleared = 1; cleared > 0;)
    cleared = await stepOfRead(applying, (tx) => clearMemberWork(tx, teams.name, clearedRows))
}

/** Counts whom all of this would take out of teams before anybody is; too many are held, all of them and by name. */
async function holdExcess(applying: Applying): Promise<void> {
  const { parts, teams, context } = applying
  await stepOfRead(applying, async (tx) => {
    const removals = await selectPlannedRemovals(tx, teams.name)
    const leavers = await selectPlannedLeavers(tx, teams.name)
    const count = removals.reduce((sum, { people }) => sum + people, leavers.length)
    if (count === 0) return
    const turn = await takeTurn(tx, context)
    const changes = [
      ...removals.map(({ team_id: id }) => {
        return { action: 'delete', subjectKind: 'team', subjectId: id, memberId: id } as const
      }),
      ...leavers.map(({ team_id, user_id }) => {
        return { action: 'remove', subjectKind: 'team', subjectId: team_id, memberId: user_id } as const
      }),
    ]
    try {
      await admitCuts(tx, context, turn, { count, changes })
    } catch (error) {
      if (!(error instanceof HeldError)) throw error
      const holdId = await recordHeld(tx, parts, context, error)
      await holdMoves(tx, teams.name, holdId)
      const held = removals.map(({ anchor, team_id: teamId }): TeamOutcome => {
        return { anchor, state: 'held', teamId, holdId, detail: null }
      })
      await updateTeamOperations(tx, teams.name, held)
    }
  })
}

/** The anchor of the last of them; undefined when that was all of the kind. */
function applyOperations(
  applying: Applying,
  page: { readonly operation: TeamOperationKind; readonly after: string },
): Promise<string | undefined> {
  const { name } = applying.teams
  return stepOfRead(applying, async (tx) => {
    const operations = await selectPlannedTeamOperations(tx, name, { ...page, rowsMax: teamRows })
    const outcomes: TeamOutcome[] = []
    for (const operation of operations) outcomes.push(await applyOne(applying, tx, operation))
    await updateTeamOperations(tx, name, outcomes)
    const applied = outcomes.map((outcome) => toApplied(outcome, page.operation))
    await updateAppliedGroups(tx, name, applied)
    return operations.length < teamRows ? undefined : operations.at(-1)?.anchor
  })
}

function toApplied({ anchor, state, teamId }: TeamOutcome, operation: TeamOperationKind): AppliedGroup {
  if (state !== 'done') return { anchor, situation: null, teamId: null, isPending: true }
  const isEnd = operation === 'detach' || operation === 'remove'
  return { anchor, situation: isEnd ? null : 'linked', teamId: isEnd ? '' : teamId, isPending: false }
}

/** What is refused takes nothing else with it. */
async function applyOne(applying: Applying, tx: Transaction, operation: PlannedTeamOperation): Promise<TeamOutcome> {
  const { anchor } = operation
  try {
    const teamId = await attempt(tx, () => carryOut(applying, { ...applying.context, tx }, operation))
    return { anchor, state: 'done', teamId, holdId: null, detail: null }
  } catch (error) {
    if (error instanceof HeldError) {
      const holdId = await recordHeld(tx, applying.parts, applying.context, error)
      return { anchor, state: 'held', teamId: null, holdId, detail: null }
    }
    if (!(error instanceof ScimError) || error.code === 'unavailable') throw error
    return { anchor, state: 'failed', teamId: null, holdId: null, detail: error.message }
  }
}

/** Our id of the team. */
async function carryOut(
  { parts, teams }: Applying,
  context: DirectoryContext & { readonly tx: Transaction },
  { operation, anchor, team_id: id, name, previous_name: previousName, description: said }: PlannedTeamOperation,
): Promise<string | null> {
  const description = teams.rules.document.description === undefined ? undefined : said
  const team = { name: name ?? '', anchor, description }
  if (operation === 'create') return createSourceTeam(parts, context, team)
  if (id === null) return null
  if (operation === 'link') await linkSourceTeam(parts, context, { ...team, id })
  else if (operation === 'update') await updateSourceTeam(context, { ...team, id, previousName })
  else if (operation === 'detach')
    await applyToTeam(parts, { ...context, isApproved: true }, { fate: 'keep', id, via: 'source' })
  else await removeOne(parts, context, id)
  return id
}

async function removeOne(
  parts: DirectoryParts,
  context: DirectoryContext & { readonly tx: Transaction },
  id: string,
): Promise<void> {
  const scimId = await selectTeamScimId(context.tx, context.organizationId, id)
  if (scimId !== undefined) await removeTeam(parts, context, { scimId, ifVersion: undefined, via: 'source' })
}

type Place = { readonly anchor: string; readonly key: string }
const start: Place = { anchor: '', key: '' }

/** Where the last of them was; undefined when that was all. */
function applyMoves(applying: Applying, after: Place): Promise<Place | undefined> {
  const { teams, context } = applying
  return stepOfRead(applying, async (tx) => {
    const planned = await selectPlannedMoves(tx, teams, { after, rowsMax: moveRows })
    if (planned.length === 0) return undefined
    const teamIds = new Set(planned.map(({ team_id }) => team_id).filter((id) => id !== null))
    const locked = await lockSourceTeams(tx, teams.name, [...teamIds])
    const moves = planned.flatMap(({ team_id: teamId, user_id: userId, is_added: isAdded }) =>
      teamId !== null && userId !== null && locked.has(teamId) ? [{ teamId, userId, isAdded }] : [],
    )
    await movePeopleOfTeams(tx, context, { moves, isCounted: context.isApproved !== true })
    const outcomes = planned.map((move) => ({ ...move, state: findState(move, locked) }))
    await updateMoves(tx, teams.name, outcomes)
    const last = planned.at(-1)
    return planned.length < moveRows || last === undefined ? undefined : { anchor: last.anchor, key: last.member_key }
  })
}

function findState({ team_id, user_id }: PlannedMove, locked: ReadonlySet<string>): 'done' | 'failed' | 'waiting' {
  if (team_id === null || !locked.has(team_id)) return 'failed'
  return user_id === null ? 'waiting' : 'done'
}
