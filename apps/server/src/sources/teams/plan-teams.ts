import { foldCase } from '@rollcall/scim'
import {
  endUnlistedGroups,
  selectBegunGroup,
  selectPendingGroups,
  selectTeamsByName,
  updateSettledGroups,
  wakeGroups,
  type NamedTeam,
} from '../../db/queries/source-groups.ts'
import {
  endTouchedGroups,
  type OperationPlace,
  selectGroupAnchors,
  selectGroupsWithin,
  selectMemberWork,
  selectTouchedGroups,
  touchArrivals,
  touchMembersOf,
} from '../../db/queries/source-member-work.ts'
import { planMoves, planWholeTeam } from '../../db/queries/source-team-moves.ts'
import { insertTeamOperations, selectReservedTeamNames } from '../../db/queries/source-team-operations.ts'
import type { Database } from '../../db/pool.ts'
import type { Transaction } from '../../db/transaction.ts'
import { stepOfRead, type ReadWork } from '../read-work.ts'
import { judgeGroup, planGroup, type JudgedGroup } from './judge-group.ts'
import type { TeamSite } from './team-site.ts'

const groupRows = 500
const memberRows = 1_000
const arrivalRows = 10_000
/** Groups whose members are looked at in one statement: each may have very many. */
const touchedRows = 20

type Planning = { readonly database: Database; readonly work: ReadWork; readonly teams: TeamSite }

/**
 * Says of every group that changed which team it is, and of everybody whose groups changed which teams he comes into and leaves; writes
 * it down as the plan of the read. May be killed at any time: what is planned stays, the rest is planned again. Throws ReadLost.
 */
export async function planTeams(
  database: Database,
  work: ReadWork,
  { teams, isEverything }: { readonly teams: TeamSite | undefined; readonly isEverything: boolean },
): Promise<void> {
  if (teams === undefined) return
  const planning = { database, work, teams }
  const { name } = teams
  await stepOfRead(planning, async (tx) => {
    await wakeGroups(tx, name, { isEverything })
    if (teams.from.kind === 'column') await endUnlistedGroups(tx, name, work.now)
  })
  await planGroups(planning)
  await touchEverybodyIn(planning, { isBegun: !isEverything })
  await forEachArrival(planning, 0, () => Promise.resolve())
  await expandTouchedGroups(planning)
  for (let after: string | undefined = ''; after !== undefined;) after = await planMembers(planning, after)
  await planBegun(planning)
}

/** Plans the teams of those who came to be planned only while others were being written. */
export async function planLateArrivals(
  database: Database,
  work: ReadWork,
  { teams, round }: { readonly teams: TeamSite; readonly round: number },
): Promise<void> {
  const planning = { database, work, teams }
  if (round > 0) await forEachArrival(planning, 1, (tx, keys) => planMoves(tx, teams, keys))
}

async function forEachArrival(
  planning: Planning,
  roundMin: number,
  act: (tx: Transaction, keys: readonly string[]) => Promise<void>,
): Promise<void> {
  for (let after: OperationPlace | undefined = { round: roundMin, anchor: '' }; after !== undefined;) {
    const from: OperationPlace = after
    after = await stepOfRead(planning, async (tx) => {
      const { keys, last } = await touchArrivals(tx, planning.teams, { after: from, rowsMax: arrivalRows })
      await act(tx, keys)
      return last
    })
  }
}

/** Everybody in all groups is looked at, or in those that are followed from now on. */
async function touchEverybodyIn(planning: Planning, { isBegun }: { readonly isBegun: boolean }): Promise<void> {
  const { name } = planning.teams
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Parameters<typeof selectGroupAnchors>[2] = { isBegun, after, rowsMax: touchedRows }
    after = await stepOfRead(planning, async (tx): Promise<string | undefined> => {
      const anchors = await selectGroupAnchors(tx, name, page)
      await touchMembersOf(tx, name, anchors)
      return anchors.length < touchedRows ? undefined : anchors.at(-1)
    })
  }
}

/** Groups among those who are looked at stand for everybody in them, and in the groups in them, however these go round in circles. */
async function expandTouchedGroups(planning: Planning): Promise<void> {
  const { name, isNested } = planning.teams
  const below = new Set<string>()
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Parameters<typeof selectTouchedGroups>[2] = { after, rowsMax: groupRows }
    const touched: Awaited<ReturnType<typeof selectTouchedGroups>> = await stepOfRead(planning, (tx) =>
      selectTouchedGroups(tx, name, page),
    )
    if (isNested)
      await touchBelow(
        planning,
        below,
        touched.map(({ anchor }) => anchor),
      )
    const keys = touched.map(({ key }) => key)
    await stepOfRead(planning, (tx) => endTouchedGroups(tx, name, keys))
    after = touched.length < groupRows ? undefined : keys.at(-1)
  }
}

async function touchBelow(planning: Planning, below: Set<string>, anchors: readonly string[]): Promise<void> {
  const { name } = planning.teams
  for (let level = anchors; level.length > 0;) {
    const fresh = [...new Set(level)].filter((anchor) => !below.has(anchor))
    for (const anchor of fresh) below.add(anchor)
    const next: string[] = []
    for (let start = 0; start < fresh.length; start += touchedRows) {
      const some = fresh.slice(start, start + touchedRows)
      next.push(
        ...(await stepOfRead(planning, async (tx) => {
          await touchMembersOf(tx, name, some)
          return selectGroupsWithin(tx, name, some)
        })),
      )
    }
    level = next
  }
}

/** The last key of a page; undefined: that was all. */
function planMembers(planning: Planning, after: string): Promise<string | undefined> {
  const { teams } = planning
  return stepOfRead(planning, async (tx) => {
    const keys = await selectMemberWork(tx, teams.name, { after, rowsMax: memberRows })
    await planMoves(tx, teams, keys)
    return keys.length < memberRows ? undefined : keys.at(-1)
  })
}

async function planGroups(planning: Planning): Promise<void> {
  const { name } = planning.teams
  const planned = await selectReservedTeamNames(planning.database, name)
  const reserved = new Map(planned.map((each) => [foldCase(each.name), each.anchor]))
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after
    after = await stepOfRead(planning, (tx) => planGroupPage(tx, planning, { after: from, reserved }))
  }
}

async function planGroupPage(
  tx: Transaction,
  { teams, work: { now } }: Planning,
  { after, reserved }: { readonly after: string; readonly reserved: Map<string, string> },
): Promise<string | undefined> {
  const { name, rules } = teams
  const groups = await selectPendingGroups(tx, name, { after, rowsMax: groupRows })
  const judged = groups.map((group) => judgeGroup(teams, group, now))
  const site = {
    sourceId: name.sourceId,
    rules: rules.document,
    reserved,
    teams: await findNamesakes(tx, name.organizationId, judged),
  }
  const plans = judged.map((each) => planGroup(site, each))
  await insertTeamOperations(
    tx,
    name,
    plans.flatMap(({ operation }) => operation ?? []),
  )
  await updateSettledGroups(tx, name, { now, groups: plans.map(({ settled }) => settled) })
  return groups.length < groupRows ? undefined : groups.at(-1)?.anchor
}

async function findNamesakes(
  tx: Transaction,
  organizationId: string,
  judged: readonly JudgedGroup[],
): Promise<ReadonlyMap<string, readonly NamedTeam[]>> {
  const keys = judged.flatMap(({ group, verdict }) => {
    const isNamed = verdict !== 'vanished' && verdict.kind === 'team' && verdict.name !== group.team_name
    return isNamed ? [foldCase(verdict.name)] : []
  })
  return Map.groupBy(await selectTeamsByName(tx, organizationId, [...new Set(keys)]), ({ name_key }) => name_key)
}

/** Teams that follow their group from now on have its people and nobody else. */
async function planBegun(planning: Planning): Promise<void> {
  const { teams } = planning
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after
    after = await stepOfRead(planning, async (tx): Promise<string | undefined> => {
      const begun = await selectBegunGroup(tx, teams.name, from)
      if (begun === undefined) return undefined
      await planWholeTeam(tx, teams, { anchor: begun.anchor, teamId: begun.team_id })
      return begun.anchor
    })
  }
}
