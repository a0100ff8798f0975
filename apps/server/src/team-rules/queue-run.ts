import type { Call } from '../access/call.ts'
import type { Queryable } from '../db/pool.ts'
import { insertRun, type RunRow } from '../db/queries/runs.ts'
import type { TeamOf } from '../db/queries/team-rules.ts'
import { createId } from '../type-id.ts'

export const teamRuleKind = 'team.rule'
export const teamRulePreviewKind = 'team.rule_preview'

/** Queues a run over everybody: `count` a revision first, or `apply` one that decides already. */
export function queueEvaluation(
  tx: Queryable,
  call: Pick<Call, 'actor' | 'now' | 'requestId'>,
  work: TeamOf & { readonly revision: number; readonly phase: 'count' | 'apply' },
): Promise<RunRow> {
  const { organizationId, teamId, revision, phase } = work
  return insertRun(tx, {
    organizationId,
    id: createId(),
    kind: teamRuleKind,
    permission: 'teams:manage',
    input: { teamId, revision, phase },
    createdBy: call.actor,
    requestId: call.requestId,
    createdAt: call.now,
    dueAt: call.now,
  })
}
