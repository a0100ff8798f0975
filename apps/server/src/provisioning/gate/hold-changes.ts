import { insertAccessChange } from '../../db/queries/access-changes.ts'
import { selectGateHold } from '../../db/queries/gate-holds.ts'
import type { AppOf } from '../../db/queries/gate.ts'
import type { Queryable } from '../../db/pool.ts'
import { formatTypeId } from '../../type-id.ts'

/** Who acts where the engine does so by itself. */
const engineActor = 'system'

/** The row of `changes` of a new hold, from which audit, events and webhooks come. */
export function recordOpened(tx: Queryable, at: AppOf & { readonly now: Date }, holdId: string): Promise<void> {
  return recordHold(tx, { ...at, holdId, event: 'opened', actor: engineActor, requestId: undefined })
}

export async function recordHold(
  tx: Queryable,
  request: {
    readonly organizationId: string
    readonly now: Date
    readonly holdId: string
    readonly event: 'opened' | 'approved' | 'rejected' | 'lapsed'
    readonly actor: string
    readonly requestId: string | undefined
    /** How many of its items the decision was about; without it all. */
    readonly count?: number
  },
): Promise<void> {
  const { organizationId, now, holdId, event, actor, requestId } = request
  const hold = await selectGateHold(tx, organizationId, holdId)
  if (hold === undefined) return
  await insertAccessChange(tx, {
    organizationId,
    at: now,
    action: `gate_hold.${event}`,
    subjectId: holdId,
    subjectVersion: hold.version,
    actor,
    requestId,
    data: {
      app: formatTypeId('app', hold.app_id),
      class: hold.class,
      count: request.count ?? hold.item_count,
      allowance: hold.allowance,
      used: hold.used,
    },
  })
}
