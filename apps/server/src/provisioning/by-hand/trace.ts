import { createId } from '../../type-id.ts'
import { never } from '../export/turn.ts'
import { reasons, type Reason, type ReasonCode } from '../reasons.ts'
import type { LogAction, LogDetail, LogStatus } from '../log/log-row.ts'
import type { ObjectRef } from '../object.ts'
import { reasonOfRest } from '../trace/preview.ts'
import { redactTrace } from '../trace/redact-trace.ts'
import type { Left } from './hand.ts'
import { detailOf, type Observation } from './observation.ts'

/** What became of one object that was provisioned by hand; it may be shown as it is. */
export type NewTrace = {
  readonly id: string
  readonly object: ObjectRef
  readonly at: Date
  /** Null: nothing was to be done. */
  readonly action: LogAction | null
  readonly status: LogStatus
  readonly reason: ReasonCode
  readonly explanation: Reason
  readonly detail: LogDetail
  /** When it goes on by itself; null: it is done, or waits for somebody. */
  readonly dueAt: Date | null
}

const heldReasons: ReadonlyMap<string | null, ReasonCode> = new Map([
  ['disable', 'HeldDisables'],
  ['delete', 'HeldDeletes'],
  ['memberRemoval', 'HeldMemberRemovals'],
  ['clear', 'HeldClears'],
])

export function toTrace(observation: Observation, { at, left }: { readonly at: Date; readonly left: Left }): NewTrace {
  const { standing, entries } = observation
  const last = entries.at(-1)
  const held = left.kind === 'work' && left.stage === 'held' ? heldReasons.get(left.destructiveClass) : undefined
  const reason = held ?? last?.reason ?? reasonOfLeft(observation, left)
  const { modified } = last?.detail ?? {}
  const name = standing.evaluated.name
  const detail: LogDetail = {
    ...(name !== undefined && { sourceName: name }),
    ...detailOf(observation),
    ...(modified !== undefined && { modified }),
  }
  return {
    id: createId(),
    object: standing.object,
    at,
    action: last?.action ?? null,
    status: held === undefined ? (last?.status ?? 'skipped') : 'warning',
    reason,
    explanation: reasons[reason],
    detail: redactTrace(detail, standing.evaluated),
    dueAt: left.kind !== 'work' || left.stage === 'held' || left.dueAt >= never ? null : left.dueAt,
  }
}

function reasonOfLeft({ standing }: Observation, left: Left): ReasonCode {
  if (left.kind === 'elsewhere') return 'DoneElsewhere'
  return left.kind === 'work' ? 'Queued' : reasonOfRest(standing)
}
