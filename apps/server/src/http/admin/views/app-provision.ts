import type { RouteAnswer } from '@rollcall/admin-api'
import type { Trace } from '../../../provisioning/by-hand/traces.ts'
import { formatTypeId } from '../../../type-id.ts'
import { formatObjectId } from '../object-ref.ts'
import { toExplanation } from './provisioning-log.ts'

export function viewTrace(trace: Trace): RouteAnswer<'listProvisioningTraces'>['data'][number] {
  const { id, at, object, runId, action, status, reason, explanation, detail } = trace
  return {
    id: formatTypeId('ptrc', id),
    at: at.toISOString(),
    object: { kind: object.kind, id: formatObjectId(object), name: detail.sourceName ?? null },
    runId: runId === null ? null : formatTypeId('run', runId),
    action,
    status,
    reason,
    explanation: explanation === undefined ? null : toExplanation(explanation),
    modified: (detail.modified ?? []).map((each) => ({ ...each })),
    steps: (detail.steps ?? []).map((each) => ({ ...each })),
    exchanges: (detail.exchanges ?? []).map((each) => ({ ...each })),
  }
}
