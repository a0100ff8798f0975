import {
  countPlanOperations,
  upsertPlanOperations,
  type NewPlanOperation,
} from '../../db/queries/app-plan-operations.ts'
import { updatePlan } from '../../db/queries/app-plans.ts'
import { insertFoundMembers, selectFound, type FoundRow } from '../../db/queries/reconciled-objects.ts'
import { transaction } from '../../db/transaction.ts'
import type { JsonObject } from '@rollcall/scim'
import { planOrphans } from '../orphans/plan-orphans.ts'
import { judgeMembers, memberNamesMax } from '../plans/plan-members.ts'
import type { Difference } from './compare-account.ts'
import { noticeWaitingPlan } from './notice-plan.ts'
import type { Reconciliation } from './open-reconciliation.ts'

/** What is written in one transaction. */
const batchMax = 1_000

export type FoundPlan = { readonly planId: string; readonly policy: 'adopt' | 'enforce' }

/** Writes down what the policy would do, batch by batch; nothing is done before somebody applies it. */
export async function planFound(reconciliation: Reconciliation, { planId, policy }: FoundPlan): Promise<JsonObject> {
  const { parts, of, numbers } = reconciliation
  const { organizationId } = of
  const { teams } = reconciliation.rules
  const isAuthoritative = teams?.members.isAuthoritative === true
  for (let after: string | undefined; ;) {
    reconciliation.patience.signal.throwIfAborted()
    const found = await selectFound(parts.database, of, { policy, after, rowsMax: batchMax })
    const operations = found.map((row) => toOperation(reconciliation, row))
    await upsertPlanOperations(parts.database, { organizationId, planId }, operations)
    await insertFoundMembers(parts.database, of, {
      planId,
      teamIds: found.filter(({ kind }) => kind === 'team').map(({ objectId }) => objectId),
      isAuthoritative,
      namesMax: memberNamesMax,
    })
    if (found.length < batchMax) break
    after = found.at(-1)?.objectId
  }
  const counted = await countPlanOperations(parts.database, { organizationId, planId })
  const members = await judgeMembers(parts.database, { ...of, planId, numbers, now: parts.clock() })
  const orphans = policy === 'enforce' ? await planOrphansOf(reconciliation, planId) : {}
  const counts = {
    ...Object.fromEntries(counted.map(({ operation, count }) => [operation, count])),
    ...members,
    ...orphans,
  }
  await transaction(parts.database, async (tx) => {
    await updatePlan(tx, of, { id: planId, from: 'planning', state: 'ready', counts })
    await noticeWaitingPlan(tx, { ...of, planId, now: parts.clock() })
  })
  return counts
}

function planOrphansOf(reconciliation: Reconciliation, planId: string): Promise<JsonObject> | JsonObject {
  const { parts, of, numbers, orphans: policy, patience } = reconciliation
  if (policy === undefined) return {}
  const at = { now: parts.clock(), signal: patience.signal }
  return planOrphans(parts.database, { of, planId, policy, numbers }, at)
}

type Decided = Pick<NewPlanOperation, 'operation' | 'reason'>

function toOperation(reconciliation: Reconciliation, row: FoundRow): NewPlanOperation {
  const { objectId, kind, name, targetKey, objectVersion, appliedHash, linkState } = row
  return {
    ...decide(reconciliation, row),
    objectId,
    kind,
    state: 'planned',
    name,
    targetKey,
    modified: toModified(row),
    destructiveClass: null,
    facts: null,
    objectVersion,
    // What is sent is what was sent before, and not compared again.
    desiredHash: appliedHash ?? Buffer.alloc(0),
    appliedHash,
    linkState,
    matchKey: null,
    isInScope: row.isInScope,
  }
}

function decide({ kinds }: Reconciliation, row: FoundRow): Decided {
  const rules = kinds.find(({ kind }) => kind === row.kind)?.rules
  // Where the rules ask first, this plan is what is asked.
  if (row.class === 'orphan')
    return rules?.adoption === 'refuse'
      ? { operation: 'conflict', reason: 'AdoptionRefused' }
      : { operation: 'adopt', reason: 'Adopted' }
  if (row.class === 'drift') return { operation: toMending(row), reason: 'Drifted' }
  const isWanted = row.isInScope && row.linkState === 'linked'
  const policy = rules?.onVanished ?? 'hold'
  if (!isWanted || policy === 'unlink') return { operation: 'unlink', reason: 'Vanished' }
  return policy === 'hold'
    ? { operation: 'conflict', reason: 'VanishedHeld' }
    : { operation: 'create', reason: 'Vanished' }
}

function toMending(row: FoundRow): 'update' | 'enable' | 'disable' {
  const active = listDifferences(row).find(({ attribute }) => attribute === 'active')
  if (active === undefined) return 'update'
  const isOn = active.expected === true || JSON.stringify(active.expected).toLowerCase() === '"true"'
  return isOn ? 'enable' : 'disable'
}

function toModified(row: FoundRow): NewPlanOperation['modified'] {
  return JSON.stringify(
    listDifferences(row).map(({ attribute, found, expected }) => ({ name: attribute, before: found, after: expected })),
  )
}

function listDifferences({ differences }: FoundRow): readonly Difference[] {
  // A run wrote them.
  return (differences ?? []) as readonly Difference[]
}
