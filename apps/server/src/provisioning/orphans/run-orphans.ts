import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import {
  countOrphanStates,
  endOrphan,
  failApprovedOrphans,
  findLinkOf,
  selectApprovedOrphans,
  type ApprovedOrphan,
  type OrphanEnd as OrphanEndOf,
} from '../../db/queries/plan-orphans.ts'
import { voidApplied } from '../../db/queries/reconciled-objects.ts'
import { enqueueWork } from '../../db/queries/provisioning-work.ts'
import { transaction } from '../../db/transaction.ts'
import { insertLogRows } from '../log/insert-log-rows.ts'
import type { LongWork } from '../long-work.ts'
import { nameOf } from '../reconcile/list-accounts.ts'
import { openReconciliation, type ReconcileParts, type Reconciliation } from '../reconcile/open-reconciliation.ts'
import { askPatiently } from '../reconcile/patient-list.ts'
import type { ReasonCode } from '../reasons.ts'
import type { Outcome, TargetObject } from '../targets/target.ts'
import { findSwitch, isKept } from './orphan-policy.ts'

const batchMax = 100
/** Behind all that people wait for. */
const orphanLane = 5

/**
 * Disables or deletes the accounts of a plan, one by one, each looked at again first: one that got somebody, another name, or is gone is
 * left alone. To do it twice is to do it once, so that it may be killed anywhere.
 */
export async function runOrphans(parts: ReconcileParts, work: LongWork): Promise<JsonObject> {
  const reconciliation = await openReconciliation(parts, work)
  const plan = { ...reconciliation.of, planId: reconciliation.planId ?? '' }
  try {
    for (let done = work.done; ;) {
      const orphans = await selectApprovedOrphans(parts.database, plan, batchMax)
      for (const orphan of orphans) {
        work.signal.throwIfAborted()
        await settleOrphan(reconciliation, plan, orphan)
        done += 1
        await work.advance(parts.database, { checkpoint: {}, done })
      }
      if (orphans.length < batchMax) break
    }
    return await countOrphanStates(parts.database, plan)
  } catch (error) {
    if (error instanceof AccessError) await failApprovedOrphans(parts.database, plan, error.message)
    throw error
  } finally {
    await reconciliation.pacer.close()
  }
}

type OrphanEnd = OrphanEndOf<ReasonCode>

type Plan = Reconciliation['of'] & { readonly planId: string }

async function settleOrphan(reconciliation: Reconciliation, plan: Plan, orphan: ApprovedOrphan): Promise<void> {
  const { parts } = reconciliation
  const { database, clock } = parts
  const startedMs = performance.now()
  const end =
    (await findLinkOf(database, plan, orphan.targetKey)) === undefined ? await act(reconciliation, orphan) : linked
  await transaction(database, async (tx) => {
    const now = clock()
    await endOrphan(tx, plan, orphan.targetKey, end)
    // Who got the account while it was being switched off gets it as it should be.
    const objectId = end.state === 'done' ? await findLinkOf(tx, plan, orphan.targetKey) : undefined
    if (objectId !== undefined) {
      await voidApplied(tx, plan, { objectIds: [objectId] })
      const objects = [{ objectId, kind: 'user', lane: orphanLane }] as const
      await enqueueWork(tx, plan, { objects, initiator: 'reconciliation', dueAt: now })
    }
    if (end.state === 'changed') return
    const isDone = end.state === 'done'
    await insertLogRows(tx, [
      {
        organizationId: plan.organizationId,
        at: now,
        appId: plan.appId,
        cycleId: null,
        objectKind: 'user',
        objectId: null,
        action: orphan.operation,
        status: isDone ? 'success' : 'failure',
        reason: isDone ? 'OrphanEnforced' : (end.reason ?? 'Vanished'),
        httpStatus: end.status,
        durationMs: Math.round(performance.now() - startedMs),
        initiator: 'reconciliation',
        targetKey: orphan.targetKey,
        detail: {
          ...(orphan.name !== null && { targetName: orphan.name }),
          ...(end.detail !== null && { message: end.detail }),
        },
      },
    ])
  })
}

const linked: OrphanEnd = {
  state: 'changed',
  status: null,
  reason: undefined,
  detail: 'It has become somebody’s account',
}
const renamed: OrphanEnd = { ...linked, detail: 'It has another name now' }

async function act(reconciliation: Reconciliation, orphan: ApprovedOrphan): Promise<OrphanEnd> {
  const { target, patience, orphans, kinds } = reconciliation
  const reconciled = kinds.find(({ kind }) => kind === 'user')
  if (reconciled === undefined || orphans?.operation !== orphan.operation || isKept(orphans, orphan))
    return { ...linked, detail: 'The settings or rules say otherwise now' }
  const { targetKey: key, operation } = orphan
  const found = await askPatiently(patience, () => target.get('user', key, patience.signal))
  if (found.kind === 'missing') return { ...done, status: found.status, detail: 'It was gone already' }
  if (found.kind !== 'done') return toEnd(found)
  const current: TargetObject = found.value
  if (nameOf(reconciled, current) !== orphan.name) return renamed
  if (operation === 'delete') {
    const removed = await askPatiently(patience, () => target.remove('user', key, patience.signal))
    return removed.kind === 'missing' ? { ...done, status: removed.status } : toEnd(removed)
  }
  if (findSwitch(reconciled.rules, current.resource) === true) return done
  const request = { key, before: null, after: orphans.off, current }
  return toEnd(await askPatiently(patience, () => target.update('user', request, patience.signal)))
}

const done: OrphanEnd = { state: 'done', status: null, reason: undefined, detail: null }

function toEnd(outcome: Outcome<unknown>): OrphanEnd {
  if (outcome.kind === 'done') return { ...done, status: outcome.status }
  return { state: 'failed', status: outcome.status, reason: outcome.reason, detail: outcome.detail }
}
