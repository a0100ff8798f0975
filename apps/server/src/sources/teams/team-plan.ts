import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import {
  countMatchingMoves,
  countMatchingTeamOperations,
  countMoves,
  countTeamOperations,
  rejectTeams,
  selectMoves,
  selectTeamOperations,
  type MoveCount,
  type MoveFilter,
  type MoveRow,
  type TeamOperationCount,
  type TeamOperationFilter,
  type TeamOperationRow,
} from '../../db/queries/source-team-plans.ts'
import type { ReadName as OperationsOf } from '../../db/queries/source-settling.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { readOf } from '../end-read.ts'
import { lockPlanned, recordDecision } from '../plan/planned-read.ts'
import { getRead, type ReadName } from '../read-decisions.ts'

/** So many are named in the log of changes. */
const namedMax = 20

export type SourceTeamOperation = TeamOperationRow
export type SourceTeamMove = MoveRow

type Part = TeamOperationCount & {
  readonly examples: readonly { readonly anchor: string; readonly name: string | null }[]
}

export type TeamPlan = { readonly operations: readonly Part[]; readonly moves: readonly MoveCount[] }

/** What a read does with teams, in numbers and by the first names. */
export async function getTeamPlan(db: Queryable, name: OperationsOf, examplesMax: number): Promise<TeamPlan> {
  const operations: Part[] = []
  for (const count of await countTeamOperations(db, name)) {
    const { operation, state } = count
    const rows = await selectTeamOperations(db, name, { operation, state, after: undefined, rowsMax: examplesMax })
    const examples = rows.map((row) => ({ anchor: row.anchor, name: row.name }))
    operations.push({ ...count, examples })
  }
  return { operations, moves: await countMoves(db, name) }
}

/** `teams: create 3, update 1, members +40 −3` of what is planned, or was done. */
export function summariseTeams({ operations, moves }: TeamPlan): string {
  const isMeant = ({ state }: { readonly state: string }): boolean => state === 'planned' || state === 'done'
  const totals = new Map<string, number>()
  for (const { operation, count } of operations.filter(isMeant))
    if (operation !== 'none') totals.set(operation, (totals.get(operation) ?? 0) + count)
  const sum = (isAdded: boolean): number =>
    moves.filter((move) => isMeant(move) && move.isAdded === isAdded).reduce((total, { count }) => total + count, 0)
  const [added, removed] = [sum(true), sum(false)]
  const parts = [...totals].map(([operation, count]) => `${operation} ${count}`)
  const signed = [...(added > 0 ? [`+${added}`] : []), ...(removed > 0 ? [`−${removed}`] : [])]
  if (signed.length > 0) parts.push(`members ${signed.join(' ')}`)
  return parts.length === 0 ? '' : `teams: ${parts.join(', ')}`
}

/** In the order of anchors. Throws `sourceReadNotFound`. */
export async function listTeamOperations(
  db: Queryable,
  name: ReadName,
  { limit, after, ...filter }: PageOf & TeamOperationFilter,
): Promise<Page<TeamOperationRow>> {
  const rows = await selectTeamOperations(db, readOf(await getRead(db, name)), { ...filter, after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ anchor }) => anchor)
}

export async function countOwnTeamOperations(
  db: Queryable,
  name: ReadName,
  filter: TeamOperationFilter,
): Promise<number> {
  return countMatchingTeamOperations(db, readOf(await getRead(db, name)), filter)
}

/** Group by group. Throws `sourceReadNotFound`. */
export async function listMoves(
  db: Queryable,
  name: ReadName,
  { limit, after, ...filter }: PageOf & MoveFilter,
): Promise<Page<MoveRow>> {
  const place = after === undefined ? undefined : parsePlace(after)
  const rows = await selectMoves(db, readOf(await getRead(db, name)), { ...filter, after: place, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ anchor, member_key }) => JSON.stringify([anchor, member_key]))
}

function parsePlace(after: string): { readonly anchor: string; readonly key: string } {
  // We sealed it ourselves.
  const [anchor, key] = JSON.parse(after) as [string, string]
  return { anchor, key }
}

export async function countOwnMoves(db: Queryable, name: ReadName, filter: MoveFilter): Promise<number> {
  return countMatchingMoves(db, readOf(await getRead(db, name)), filter)
}

/** Leaves some teams, and who is in them, as they are until their groups change; how many. Throws `sourceReadNotFound`, `sourceReadState`. */
export function rejectTeamsFromPlan(
  database: Database,
  call: Call,
  name: ReadName,
  { anchors, reason }: { readonly anchors: readonly string[]; readonly reason?: string | undefined },
): Promise<number> {
  return transaction(database, async (tx) => {
    const read = await lockPlanned(tx, name)
    const rejected = await rejectTeams(tx, readOf(read), anchors)
    const data = { anchors: rejected.slice(0, namedMax), count: rejected.length, reason: reason ?? null }
    await recordDecision(tx, call, read, 'source.teams_rejected', data)
    return rejected.length
  })
}
