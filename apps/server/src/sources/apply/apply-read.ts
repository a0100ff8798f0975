import { hasPendingRecords, selectReadStep, updateReadStep, type ReadStep } from '../../db/queries/source-read-steps.ts'
import {
  demoteDoubleLinks,
  holdOperations,
  markNeeded,
  selectPlannedCuts,
  selectPlannedOperations,
  wakeUndone,
  type OperationKind,
} from '../../db/queries/source-operations.ts'
import { transaction } from '../../db/transaction.ts'
import type { DirectoryContext, DirectoryParts } from '../../directory/directory-context.ts'
import { admitCuts, HeldError, recordHeld, takeTurn } from '../../directory/guard.ts'
import { countPlan } from '../plan/count-plan.ts'
import type { ReadWork } from '../read-work.ts'
import type { SettleSite } from '../settle/settle-batch.ts'
import { nameOf, settlePending } from '../settle/settle-read.ts'
import { openSettleSite } from '../settle/settle-site.ts'
import { applyTeams } from '../teams/apply-teams.ts'
import { applyBatch } from './apply-batch.ts'
import { openApplyContext } from './apply-context.ts'
import { publishGroups } from './publish-groups.ts'
import { operationOrder } from './operation-order.ts'

/** Operations in one transaction. */
const batchRows = 500
/** Rounds of planning what became possible or out of date by the one before; what is left then waits for the next read. */
const roundsMax = 5

/**
 * Carries out what a read planned, batch by batch, each person only as he was when it was planned. Who would be cut off beyond the
 * threshold of the guard is held by name, and the rest goes on. What is out of date is planned anew, and so is what only now can be: the
 * manager who has just arrived. May be killed at any time and goes on where it was. Throws ReadLost.
 */
export async function applyRead(parts: DirectoryParts, work: ReadWork): Promise<void> {
  const { database } = parts
  const name = nameOf(work)
  const read = await selectReadStep(database, name)
  if (read === undefined || read.revision === null || !mayApply(read)) return
  const { now, vault } = work
  const opened = await openSettleSite(database, name, { revision: read.revision, round: read.round, now, vault })
  const context = await openApplyContext(database, name, { read, registry: opened.registry, now })
  await transaction(database, async (tx) => {
    await work.keep(tx)
    await updateReadStep(tx, name, { state: 'applying' })
  })
  let { site } = opened
  for (;;) {
    // What a person approved by name was counted by that person; what came up since was not.
    const isApproved = site.round === 0 && read.approved_by !== null
    await applyRound(parts, work, { site, context: { ...context, isApproved } })
    if (site.round + 1 >= roundsMax || !(await hasPendingRecords(database, name))) break
    site = await planNextRound(parts, work, site)
  }
  const isApproved = read.approved_by !== null
  await publishGroups(database, work)
  await applyTeams(parts, work, { teams: site.teams, context: { ...context, isApproved }, round: site.round })
  await transaction(database, async (tx) => {
    await work.keep(tx)
    await wakeUndone(tx, name, ['held', 'failed'])
    await updateReadStep(tx, name, { counts: await countPlan(tx, name) })
  })
}

function mayApply({ state, requires_approval, approved_by }: ReadStep): boolean {
  return state === 'applying' || (state === 'planned' && (!requires_approval || approved_by !== null))
}

type Round = { readonly site: SettleSite; readonly context: DirectoryContext }

async function applyRound(parts: DirectoryParts, work: ReadWork, round: Round): Promise<void> {
  await holdExcess(parts, work, round)
  await findNeeded(parts, work, round)
  for (const operation of operationOrder) {
    // Managers before their people, so that these are written once.
    if (operation === 'create') await applyKind(parts, work, round, { operation, isNeeded: true })
    await applyKind(parts, work, round, { operation })
  }
}

type Kind = { readonly operation: OperationKind; readonly isNeeded?: boolean }

async function applyKind(parts: DirectoryParts, work: ReadWork, round: Round, kind: Kind): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;)
    after = await applyPage(parts, work, round, { ...kind, after })
}

async function findNeeded(parts: DirectoryParts, work: ReadWork, { site }: Round): Promise<void> {
  if (site.rules.references.length === 0) return
  await transaction(parts.database, async (tx) => {
    await work.keep(tx)
    await markNeeded(tx, site.name, site.round)
  })
}

/** The anchor of the last of them; undefined when that was all of the kind. */
async function applyPage(
  parts: DirectoryParts,
  work: ReadWork,
  { site, context }: Round,
  page: Kind & { readonly after: string },
): Promise<string | undefined> {
  work.signal.throwIfAborted()
  return transaction(parts.database, async (tx) => {
    await work.keep(tx)
    const operations = await selectPlannedOperations(tx, site.name, { ...page, round: site.round, rowsMax: batchRows })
    await applyBatch(parts, { ...context, tx }, site, operations)
    return operations.length < batchRows ? undefined : operations.at(-1)?.anchor
  })
}

/** Counts whom all of this would cut off before anybody is; too many are held, all of them and by name. */
async function holdExcess(parts: DirectoryParts, work: ReadWork, { site, context }: Round): Promise<void> {
  await transaction(parts.database, async (tx) => {
    await work.keep(tx)
    const cuts = await selectPlannedCuts(tx, site.name, site.round)
    if (cuts.length === 0) return
    const turn = await takeTurn(tx, context)
    const changes = cuts.map(({ operation: action, user_id: id }) => {
      return { action, subjectKind: 'user', subjectId: id, memberId: id } as const
    })
    try {
      await admitCuts(tx, context, turn, { count: cuts.length, changes })
    } catch (error) {
      if (!(error instanceof HeldError)) throw error
      const holdId = await recordHeld(tx, parts, context, error)
      await holdOperations(tx, site.name, { round: site.round, holdId, anchors: cuts.map(({ anchor }) => anchor) })
    }
  })
}

async function planNextRound(parts: DirectoryParts, work: ReadWork, site: SettleSite): Promise<SettleSite> {
  const next = { ...site, round: site.round + 1 }
  await transaction(parts.database, async (tx) => {
    await work.keep(tx)
    await updateReadStep(tx, next.name, { round: next.round })
  })
  await settlePending(parts.database, work, next)
  await transaction(parts.database, async (tx) => {
    await work.keep(tx)
    await demoteDoubleLinks(tx, next.name, next.round)
  })
  return next
}
