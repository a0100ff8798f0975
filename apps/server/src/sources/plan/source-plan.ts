import type { Sealing } from '../../access/sealed-credentials.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import { updateApproved } from '../../db/queries/source-read-steps.ts'
import {
  countMatchingOperations,
  countOperations,
  rejectOperations,
  selectOperations,
  type OperationCount,
  type OperationFilter,
  type OperationRow,
} from '../../db/queries/source-operations.ts'
import type { ReadName as OperationsOf } from '../../db/queries/source-settling.ts'
import type { ReadRow } from '../../db/queries/source-reads.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { readOf } from '../end-read.ts'
import { getRead, type ReadName } from '../read-decisions.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import { openMapped, openOperation } from '../seal/seal-records.ts'
import { lockPlanned, recordDecision } from './planned-read.ts'
import { getTeamPlan, summariseTeams, type TeamPlan } from '../teams/team-plan.ts'

/** So many people are named behind each number. */
const examplesMax = 20

export type SourceOperation = OperationRow

type PlanPart = OperationCount & { readonly examples: readonly Pick<OperationRow, 'anchor' | 'name'>[] }

export type SourcePlan = {
  readonly read: ReadRow
  readonly parts: readonly PlanPart[]
  readonly teams: TeamPlan
  readonly summary: string
}

/** What a read would do, or did, in numbers and by the first names. Throws `sourceReadNotFound`. */
export async function getPlan(db: Queryable, name: ReadName): Promise<SourcePlan> {
  const read = await getRead(db, name)
  const of = operationsOf(read)
  const counts = await countOperations(db, of)
  const parts = await Promise.all(
    counts.map(async (count): Promise<PlanPart> => {
      const { operation, state } = count
      const page = { operation, state, after: undefined, rowsMax: examplesMax }
      return { ...count, examples: await selectOperations(db, of, page) }
    }),
  )
  const teams = await getTeamPlan(db, of, examplesMax)
  const summary = [summarise(counts), summariseTeams(teams)].filter((text) => text !== '').join('; ')
  return { read, parts, teams, summary: summary || 'nothing' }
}

/** `create 12, update 40, suspend 3` of what is planned, or was done. */
function summarise(counts: readonly OperationCount[]): string {
  const totals = new Map<string, number>()
  for (const { operation, state, count } of counts)
    if (operation !== 'none' && (state === 'planned' || state === 'done'))
      totals.set(operation, (totals.get(operation) ?? 0) + count)
  return [...totals].map(([operation, count]) => `${operation} ${count}`).join(', ')
}

function operationsOf(read: ReadRow): OperationsOf {
  return readOf(read)
}

/** In the order of anchors. Throws `sourceReadNotFound`. */
export async function listOperations(
  parts: Sealing,
  name: ReadName,
  page: PageOf & OperationFilter & { readonly now: Date },
): Promise<Page<OperationRow>> {
  const { database: db } = parts
  const read = await getRead(db, name)
  const site = { name: readOf(read), vault: await openRecordVault(parts, page.now) }
  const { limit, after, operation, state } = page
  const rows = await selectOperations(db, operationsOf(read), {
    operation,
    state,
    after: after === undefined ? undefined : parsePlace(after),
    rowsMax: limit + 1,
  })
  const opened = rows.map((row) => ({
    ...openOperation({ ...row, attributes: null }, site),
    mapped: openMapped(row, site),
  }))
  return toPage(opened, limit, ({ anchor, round }) => JSON.stringify([anchor, round]))
}

function parsePlace(after: string): { readonly anchor: string; readonly round: number } {
  // We sealed it ourselves.
  const [anchor, round] = JSON.parse(after) as [string, number]
  return { anchor, round }
}

export async function countOwnOperations(db: Queryable, name: ReadName, filter: OperationFilter): Promise<number> {
  return countMatchingOperations(db, operationsOf(await getRead(db, name)), filter)
}

type Rejection = { readonly anchors: readonly string[]; readonly reason?: string | undefined }

/**
 * Lets a read do what it planned, but for some whom it leaves as they are. Whom it cuts off was read by name by whoever applies it, so
 * the guard neither holds nor counts them. Throws `sourceReadNotFound`, `sourceReadState`.
 */
export async function applyPlan(
  database: Database,
  call: Call,
  name: ReadName,
  { anchors, reason }: Rejection,
): Promise<SourcePlan> {
  await transaction(database, async (tx) => {
    const read = await lockPlanned(tx, name)
    const rejected = await rejectOperations(tx, operationsOf(read), anchors)
    await updateApproved(tx, operationsOf(read), call.actor)
    await recordDecision(tx, call, read, 'source.plan_applied', { rejected: rejected.length, reason: reason ?? null })
  })
  return getPlan(database, name)
}

/** Leaves some people as they are until their records change. Throws as `applyPlan`. */
export async function rejectFromPlan(
  database: Database,
  call: Call,
  name: ReadName,
  { anchors, reason }: Rejection,
): Promise<SourcePlan> {
  await transaction(database, async (tx) => {
    const read = await lockPlanned(tx, name)
    const rejected = await rejectOperations(tx, operationsOf(read), anchors)
    const data = { anchors: rejected.slice(0, examplesMax), count: rejected.length, reason: reason ?? null }
    await recordDecision(tx, call, read, 'source.operations_rejected', data)
  })
  return getPlan(database, name)
}
