import { markApplied, markOutdated, selectPlanned, type PlannedOperation } from '../../db/queries/planned-operations.ts'
import { endVanished, freeVanished, linkFound, voidApplied, voidMembers } from '../../db/queries/reconciled-objects.ts'
import { enqueueWork } from '../../db/queries/provisioning-work.ts'
import { lockTurns, revokeTurns } from '../../db/queries/work-leases.ts'
import type { PlanRow } from '../../db/queries/app-plans.ts'
import type { Transaction } from '../../db/transaction.ts'
import { insertLogRows } from '../log/insert-log-rows.ts'
import type { LogRow } from '../log/log-row.ts'

const batchMax = 1_000
/** Behind all that people wait for. */
const reconciliationLane = 5

/**
 * Carries out what a reconciliation's plan says, in the caller's transaction: links are changed here, and workers send. Of
 * objects that changed meanwhile nothing is done. Gives how many were carried out.
 */
export async function applyFound(tx: Transaction, plan: PlanRow, now: Date): Promise<number> {
  await markOutdated(tx, plan)
  let count = 0
  for (let after: string | undefined; ;) {
    const operations = await selectPlanned(tx, plan, { after, rowsMax: batchMax })
    // A worker that has read a link before would write it back as it was.
    await lockTurns(
      tx,
      plan,
      operations.map(({ objectId }) => objectId),
    )
    const done = await carryOut(tx, plan, operations)
    await revokeTurns(tx, plan, [...done])
    const ours = operations.filter(({ objectId }) => done.has(objectId))
    await markApplied(tx, plan, { operations, done: [...done] })
    await insertLogRows(
      tx,
      ours.flatMap((operation) => toLogRow(plan, operation, now)),
    )
    await enqueueWork(tx, plan, {
      objects: ours.map(({ objectId, kind }) => ({ objectId, kind, lane: reconciliationLane })),
      initiator: 'reconciliation',
      dueAt: now,
    })
    count += ours.length
    if (operations.length < batchMax) return count
    after = operations.at(-1)?.objectId
  }
}

async function carryOut(
  tx: Transaction,
  plan: PlanRow,
  operations: readonly PlannedOperation[],
): Promise<ReadonlySet<string>> {
  const idsOf = (...names: readonly PlannedOperation['operation'][]) => ({
    objectIds: operations.filter(({ operation }) => names.includes(operation)).map(({ objectId }) => objectId),
  })
  const adopted = operations.flatMap(({ operation, objectId, kind, targetKey }) =>
    operation === 'adopt' && targetKey !== null ? [{ objectId, kind, targetKey }] : [],
  )
  const teams = operations.filter(({ kind, operation }) => kind === 'team' && operation === 'update')
  await voidMembers(
    tx,
    plan,
    teams.map(({ objectId }) => objectId),
  )
  return new Set([
    ...(await voidApplied(tx, plan, idsOf('update', 'enable', 'disable'))),
    ...(await freeVanished(tx, plan, idsOf('create'))),
    ...(await endVanished(tx, plan, idsOf('unlink'))),
    ...(await linkFound(tx, plan, adopted)),
  ])
}

/** What is done here and not by sending. */
const logged = {
  adopt: { action: 'adopt', status: 'success', reason: 'Adopted' },
  unlink: { action: 'unlink', status: 'success', reason: 'Vanished' },
} as const

function toLogRow(plan: PlanRow, operation: PlannedOperation, now: Date): readonly LogRow[] {
  if (operation.operation !== 'adopt' && operation.operation !== 'unlink') return []
  return [
    {
      ...logged[operation.operation],
      organizationId: plan.organizationId,
      at: now,
      appId: plan.appId,
      cycleId: null,
      objectKind: operation.kind,
      objectId: operation.objectId,
      httpStatus: null,
      durationMs: null,
      initiator: 'reconciliation',
      targetKey: operation.targetKey,
      detail: operation.name === null ? {} : { sourceName: operation.name },
    },
  ]
}
