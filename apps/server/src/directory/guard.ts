import { ScimError, scimError } from '@rollcall/scim'
import { countCuts, countLostAccounts } from '../db/queries/changes.ts'
import { insertHeldChanges, insertHoldChange, openHold, type HeldChange } from '../db/queries/holds.ts'
import { countActivePeople } from '../db/queries/totals.ts'
import type { Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'

/** A change that cuts off too many people: rolled back, then recorded as held (DESIGN §5, 9). */
export class HeldError extends ScimError {
  readonly changes: readonly HeldChange[]
  readonly threshold: number

  constructor(threshold: number, changes: readonly HeldChange[]) {
    super('tooManyRequests', 'This change cuts off so many people that it waits for approval; nothing was changed')
    this.changes = changes
    this.threshold = threshold
  }
}

/** So many cuts are allowed without looking at the size of the organization; undefined: nobody counts. */
export type Allowance = { readonly cutsMax: number; readonly since: Date }

export function allowanceOf(context: DirectoryContext): Allowance | undefined {
  const { guard } = context.settings
  if (!guard.enabled || context.isApproved === true) return undefined
  return { cutsMax: guard.countMin, since: new Date(context.now.getTime() - guard.windowMinutes * 60_000) }
}

/** The turn of a connection among those that cut: held until the end of the transaction. */
export type Turn = { readonly allowance: Allowance; readonly used: number }

/** Waits for the connection's turn; before any row is locked, so that everybody takes the locks in one order. */
export async function takeTurn(tx: Queryable, context: DirectoryContext): Promise<Turn | undefined> {
  const allowance = allowanceOf(context)
  if (allowance === undefined) return undefined
  return { allowance, used: await countCuts(tx, context, allowance.since) }
}

/** Throws HeldError when `count` more people are too many; `changes` is what would happen. */
export async function admitCuts(
  tx: Queryable,
  context: DirectoryContext,
  turn: Turn | undefined,
  cut: { readonly count: number; readonly changes: readonly HeldChange[] },
): Promise<void> {
  if (turn === undefined || cut.count === 0) return
  const { allowance, used } = turn
  if (used + cut.count <= allowance.cutsMax) return
  const { guard } = context.settings
  const active = await countActivePeople(tx, context.organizationId)
  // Measured against the people that there were before the window's own cuts.
  const people = active + (await countLostAccounts(tx, context, allowance.since))
  if (people < guard.peopleMin) return
  const threshold = Math.max(guard.countMin, Math.floor((people * guard.percent) / 100))
  if (used + cut.count > threshold) throw new HeldError(threshold, cut.changes)
}

/** What the change adds to the cuts of the connection; approved ones were counted by a person. */
export function cutCountOf(context: DirectoryContext, count: number): number {
  return context.isApproved === true ? 0 : count
}

/** Runs a write that may be held: in the caller's transaction, else in one of its own, which records the hold when it fails. */
export async function guarded<Result>(
  parts: DirectoryParts,
  context: DirectoryContext,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  if (context.tx !== undefined) return work(context.tx)
  return recordingHolds(parts, context, () => transaction(parts.database, work))
}

/** The hold is recorded after the rollback, in a transaction of its own, and the client is told its name. */
export async function recordingHolds<Result>(
  parts: DirectoryParts,
  context: DirectoryContext,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof HeldError)) throw error
    throw await recordHold(parts, context, error)
  }
}

async function recordHold(parts: DirectoryParts, context: DirectoryContext, held: HeldError): Promise<ScimError> {
  const id = await transaction(parts.database, (tx) => recordHeld(tx, parts, context, held))
  const { windowMinutes } = context.settings.guard
  return scimError(
    'tooManyRequests',
    `Hold ${formatTypeId('hold', id)}: this connection would cut off more than ${held.threshold} people within ${windowMinutes} minutes. ` +
      'Nothing was changed; the change waits until somebody approves or discards it.',
    { headers: { 'retry-after': String(windowMinutes * 60) } },
  )
}

/** Records a hold in the caller's transaction, in which nothing of what is held was done; its id. */
export async function recordHeld(
  tx: Transaction,
  parts: DirectoryParts,
  context: DirectoryContext,
  held: Pick<HeldError, 'threshold' | 'changes'>,
): Promise<string> {
  const hold = await openHold(tx, context, { id: parts.newId(), threshold: held.threshold })
  await insertHeldChanges(tx, context, hold.id, held.changes)
  if (hold.isNew) await insertHoldChange(tx, context, { id: hold.id, version: 1, event: 'opened' })
  return hold.id
}
