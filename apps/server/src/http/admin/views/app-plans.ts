import type { RouteAnswer } from '@rollcall/admin-api'
import { summarize } from '../../../provisioning/plans/plan-object.ts'
import type { PlanMembers } from '../../../provisioning/plans/plan-members.ts'
import type { Plan, PlanOperation } from '../../../provisioning/plans/plan.ts'
import type { PlanOrphan } from '../../../provisioning/orphans/list-orphans.ts'
import { findReason } from '../../../provisioning/reasons/reason-words.ts'
import { formatTypeId } from '../../../type-id.ts'
import { formatObjectId } from '../object-ref.ts'
import { toExplanation } from './provisioning-log.ts'

type Operation = RouteAnswer<'listAppPlanOperations'>['data'][number]

export function viewPlan(plan: Plan): RouteAnswer<'getAppPlan'> {
  const { id, state, policy, baseRevision, revision, assign, unassign, createdBy, createdAt, expiresAt, runId } = plan
  const counts = toCounts(plan)
  const { unsearched: _, ...operations } = counts
  return {
    id: formatTypeId('plan', id),
    state,
    reconciliation: policy,
    summary: state === 'planning' ? 'Everybody is still being looked at' : summarize(counts),
    counts,
    search: viewSearch(plan),
    hasChanges: Object.values(operations).some((count) => count > 0),
    baseRevision,
    revision,
    assign: assign.map(formatObjectId),
    unassign: unassign.map(formatObjectId),
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    runId: formatTypeId('run', runId),
    endedBy: plan.endedBy,
    endedAt: plan.endedAt?.toISOString() ?? null,
  }
}

function viewSearch({ search }: Plan): RouteAnswer<'getAppPlan'>['search'] {
  // The run wrote it so.
  return search as RouteAnswer<'getAppPlan'>['search']
}

function toCounts({ counts }: Plan): Record<string, number> {
  const entries = Object.entries(counts).map(([name, count]): [string, number] => [name, Number(count)])
  return Object.fromEntries(entries)
}

export function viewPlanOperation(row: PlanOperation): Operation {
  const { objectId, kind, name, operation, state, targetKey, reason } = row
  const explanation = findReason(reason)
  return {
    object: { kind, id: formatObjectId({ kind, id: objectId }), name },
    operation,
    state,
    targetKey,
    // The planner wrote them so.
    modified: row.modified as Operation['modified'],
    reason,
    explanation: explanation === undefined ? null : toExplanation(explanation),
    isDestructive: row.destructiveClass !== null,
  }
}

export function viewPlanOrphan(row: PlanOrphan): RouteAnswer<'listAppPlanOrphans'>['data'][number] {
  const { targetKey, name, operation, state, detail, objectId, objectName, wasOurs } = row
  const object = objectId === null ? null : { id: formatTypeId('usr', objectId), name: objectName }
  const orphan = wasOurs ? 'ours' : object === null ? 'foreign' : 'matched'
  return { targetKey, name, orphan, object, operation, state, detail }
}

export function viewPlanMembers(row: PlanMembers): RouteAnswer<'listAppPlanMembers'>['data'][number] {
  const { teamId, name, targetKey, ...changes } = row
  return { team: { id: formatTypeId('team', teamId), name }, targetKey, ...viewMemberChanges(changes) }
}

export function viewMemberChanges(
  changes: Omit<PlanMembers, 'teamId' | 'name' | 'targetKey'>,
): NonNullable<RouteAnswer<'previewApp'>['members']> {
  const toShown = (members: PlanMembers['joins']) =>
    members.map(({ kind, id, name }) => ({ kind, id: id === null ? null : formatObjectId({ kind, id }), name }))
  return { ...changes, joins: toShown(changes.joins), leaves: toShown(changes.leaves) }
}
