import { insertAccessChange } from '../../db/queries/access-changes.ts'
import { selectGateHold, selectHoldCauses, type GateHoldRow } from '../../db/queries/gate-holds.ts'
import type { AppOf, DestructiveClass } from '../../db/queries/gate.ts'
import { insertAppNotice } from '../../db/queries/notices.ts'
import type { Queryable } from '../../db/pool.ts'
import { formatTypeId } from '../../type-id.ts'
import { insertLogRows } from '../log/insert-log-rows.ts'
import type { LogRow } from '../log/log-row.ts'
import { reasons, type ReasonCode } from '../reasons.ts'

/** Who acts where the engine does so by itself. */
export const systemActor = 'system'

/** A new hold: its row of `changes`, from which audit, events and webhooks come, the log of the app, and a notice. */
export async function recordOpened(tx: Queryable, at: AppOf & { readonly now: Date }, holdId: string): Promise<void> {
  await recordHold(tx, { ...at, holdId, event: 'opened', actor: systemActor, requestId: undefined })
  const hold = await selectGateHold(tx, at.organizationId, holdId)
  if (hold === undefined) return
  await insertLogRows(tx, [toLogRow(at, hold)])
  await noticeHold(tx, { ...at, hold, occasion: '' })
}

const heldReasons = {
  disable: 'HeldDisables',
  delete: 'HeldDeletes',
  memberRemoval: 'HeldMemberRemovals',
  clear: 'HeldClears',
} as const satisfies Record<DestructiveClass, ReasonCode>

function toLogRow({ organizationId, appId, now }: AppOf & { readonly now: Date }, hold: GateHoldRow): LogRow {
  const reason = heldReasons[hold.class]
  const message = `${reasons[reason].meaning} ${hold.item_count} wait, ${hold.allowance} may pass, ${hold.used} had passed.`
  return {
    organizationId,
    at: now,
    appId,
    cycleId: null,
    objectKind: 'user',
    objectId: null,
    action: 'hold',
    status: 'warning',
    reason,
    httpStatus: null,
    durationMs: null,
    initiator: 'schedule',
    targetKey: null,
    detail: { message },
  }
}

/** Tells administrators of what waits for them; `occasion` tells reminders of one hold apart. */
export async function noticeHold(
  tx: Queryable,
  notice: {
    readonly organizationId: string
    readonly now: Date
    readonly hold: GateHoldRow
    readonly occasion: string
  },
): Promise<void> {
  const { organizationId, now, hold, occasion } = notice
  const [first] = await selectHoldCauses(tx, organizationId, { holdId: hold.id, rowsMax: 1 })
  await insertAppNotice(tx, {
    organizationId,
    appId: hold.app_id,
    kind: 'appWorkHeld',
    occasion: `${hold.id} ${occasion}`,
    data: {
      hold: formatTypeId('ghold', hold.id),
      class: hold.class,
      count: hold.held_count,
      allowance: hold.allowance,
      ...(first !== undefined && first.cause !== '' ? { cause: first.cause, causeCount: first.count } : {}),
      lapsesAt: hold.lapses_at.toISOString(),
    },
    at: now,
  })
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
