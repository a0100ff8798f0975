import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import {
  approveItems,
  closeHold,
  evaluateItemsAgain,
  ignoreItems,
  lapseHold,
  lockOpenHold,
  rejectRemovals,
  releaseReversed,
  selectHeldKind,
  selectOpenHolds,
  type HoldDecision,
  type HoldSelection,
} from '../../db/queries/gate-decisions.ts'
import {
  selectGateHold,
  selectGateHoldCount,
  selectGateHolds,
  selectHoldCauses,
  selectHoldItemCount,
  selectHoldItems,
  type GateHoldFilter,
  type GateHoldItemFilter,
  type GateHoldItemRow,
  type GateHoldRow,
} from '../../db/queries/gate-holds.ts'
import { keepLeaving } from '../../db/queries/provisioning-members.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { noticeHold, recordHold, systemActor } from './hold-changes.ts'

/** Destructive work of one class of an app that waits for a person. */
export type GateHold = GateHoldRow & { readonly causes: readonly { readonly cause: string; readonly count: number }[] }

export type GateHoldSummary = GateHoldRow

export type GateHoldItem = GateHoldItemRow

/** So many causes are told apart. */
const causesMax = 20
/** So many open holds are settled in a turn. */
const holdsPerTurn = 1_000

/** Newest first. */
export async function listGateHolds(
  db: Queryable,
  organizationId: string,
  page: PageOf & GateHoldFilter,
): Promise<Page<GateHoldRow>> {
  const { appId, state, after, limit } = page
  const rows = await selectGateHolds(db, organizationId, { appId, state, after, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.id)
}

export function countGateHolds(db: Queryable, organizationId: string, filter: GateHoldFilter): Promise<number> {
  return selectGateHoldCount(db, organizationId, filter)
}

/** Throws `gateHoldNotFound`. */
export async function getGateHold(db: Queryable, organizationId: string, holdId: string): Promise<GateHold> {
  const hold = await selectGateHold(db, organizationId, holdId)
  if (hold === undefined) throw new AccessError('gateHoldNotFound', 'There is no such hold')
  const causes = await selectHoldCauses(db, organizationId, { holdId, rowsMax: causesMax })
  return { ...hold, causes }
}

/** By name, in the order of our ids. Throws `gateHoldNotFound`. */
export async function listHoldItems(
  db: Queryable,
  organizationId: string,
  page: PageOf & GateHoldItemFilter,
): Promise<Page<GateHoldItem>> {
  const { holdId, state, cause, after, limit } = page
  await requireHold(db, organizationId, holdId)
  const rows = await selectHoldItems(db, organizationId, { holdId, state, cause, after, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.object_id)
}

export function countHoldItems(db: Queryable, organizationId: string, filter: GateHoldItemFilter): Promise<number> {
  return selectHoldItemCount(db, organizationId, filter)
}

export type HoldAct = {
  readonly organizationId: string
  readonly holdId: string
  readonly selection: HoldSelection
  /** `ignore`: nothing is sent for these any more, and of teams nobody is removed who was to be; `evaluate`: the cause was undone, they are judged anew. */
  readonly act: 'approve' | 'ignore' | 'evaluate'
}

/**
 * Approves or rejects what a hold holds: all, those of one cause, or those that are named. What has left it meanwhile is passed
 * over. Throws `gateHoldNotFound`, `gateHoldDecided`, and `nothingHeld` where the selection holds nobody.
 */
export async function decideHeld(database: Database, call: Call, act: HoldAct): Promise<GateHold> {
  const { organizationId, holdId, selection } = act
  return transaction(database, async (tx) => {
    const open = await lockOpenHold(tx, organizationId, holdId)
    if (open === undefined) {
      const { state } = await getGateHold(tx, organizationId, holdId)
      throw new AccessError('gateHoldDecided', `Nothing waits in this hold any more: it is ${state}`)
    }
    const decision = { organizationId, holdId, ...open, ...selection, decidedBy: call.actor, now: call.now }
    const count = await carryOut[act.act](tx, decision)
    if (count === 0) throw new AccessError('nothingHeld', 'Nothing in this hold waits that the selection names')
    await closeHold(tx, { organizationId, holdId, now: call.now })
    const event = act.act === 'approve' ? 'approved' : 'rejected'
    await recordHold(tx, { ...decision, event, actor: call.actor, requestId: call.requestId, count })
    return getGateHold(tx, organizationId, holdId)
  })
}

const carryOut = { approve: approveItems, ignore: ignoreHeld, evaluate: evaluateItemsAgain }

/** Accounts are left alone from now on; of teams only whoever was to leave, and they go on otherwise. */
async function ignoreHeld(tx: Transaction, decision: HoldDecision): Promise<number> {
  const held = await selectHeldKind(tx, decision)
  if (held?.class !== 'memberRemoval') return ignoreItems(tx, decision)
  const teamIds = await rejectRemovals(tx, decision)
  for (const teamId of teamIds) await keepLeaving(tx, { ...decision, teamId }, held.nesting)
  return teamIds.length
}

async function requireHold(db: Queryable, organizationId: string, holdId: string): Promise<void> {
  if ((await selectGateHold(db, organizationId, holdId)) === undefined)
    throw new AccessError('gateHoldNotFound', 'There is no such hold')
}

/**
 * Keeps open holds true, for all organizations: what is not destructive any more leaves by itself, and what nobody decided on
 * in time is judged anew.
 */
export async function settleGateHolds(database: Database, now: Date): Promise<void> {
  for (const { organizationId, holdId, lapsesAt } of await selectOpenHolds(database, holdsPerTurn))
    await transaction(database, async (tx) => {
      const open = await lockOpenHold(tx, organizationId, holdId)
      if (open === undefined) return
      const hold = { organizationId, holdId, ...open, now }
      await releaseReversed(tx, hold)
      if ((await closeHold(tx, hold)) || lapsesAt > now) return
      const count = await lapseHold(tx, hold)
      await recordHold(tx, { ...hold, event: 'lapsed', actor: systemActor, requestId: undefined, count })
    })
}

const dayMs = 86_400_000

/** Tells administrators once a day of what still waits for them. */
export async function remindOfGateHolds(database: Database, now: Date): Promise<void> {
  for (const { organizationId, holdId } of await selectOpenHolds(database, holdsPerTurn)) {
    const hold = await selectGateHold(database, organizationId, holdId)
    if (hold === undefined) continue
    const days = Math.floor((now.getTime() - hold.opened_at.getTime()) / dayMs)
    if (days > 0) await noticeHold(database, { organizationId, now, hold, occasion: `day ${days}` })
  }
}
