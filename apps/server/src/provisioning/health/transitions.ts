import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../../db/queries/access-changes.ts'
import type { HealthRow } from '../../db/queries/app-health.ts'
import type { AppOf } from '../../db/queries/gate.ts'
import { insertAppNotice } from '../../db/queries/notices.ts'
import type { Queryable } from '../../db/pool.ts'
import { insertLogRows } from '../log/insert-log-rows.ts'
import { reasons, type ReasonCode } from '../reasons.ts'
import { reasonWords } from '../reasons/reason-words.ts'

type At = AppOf & { readonly now: Date }

type Event = 'degraded' | 'quarantined' | 'recovered'

/**
 * Writes down that the health of an app changed, or that it is ill for another reason: for audit and webhooks, in the log of the
 * app, and as a notice where administrators should act. One notice an episode and reason.
 */
export async function recordTransition(
  tx: Queryable,
  at: At,
  { before, after }: { readonly before: HealthRow; readonly after: HealthRow },
): Promise<void> {
  const event = eventOf(before, after)
  if (event === undefined) return
  await insertAccessChange(tx, {
    organizationId: at.organizationId,
    at: at.now,
    action: `app.${event}`,
    subjectId: at.appId,
    subjectVersion: 1,
    actor: 'system',
    requestId: undefined,
    data: {
      reason: after.reason ?? before.reason,
      since: (event === 'recovered' ? before.since : after.since).toISOString(),
      ...(after.nextProbeAt === null ? {} : { nextProbeAt: after.nextProbeAt.toISOString() }),
    },
  })
  await logTransition(tx, at, event, event === 'recovered' ? before : after)
  if (event === 'quarantined') await noticeIllness(tx, at, after, '')
}

function eventOf(before: HealthRow, after: HealthRow): Event | undefined {
  if (after.health === 'quarantined') {
    const isNew = before.health !== 'quarantined' && before.health !== 'probing'
    return isNew || before.reason !== after.reason ? 'quarantined' : undefined
  }
  if (after.health === before.health || after.health === 'probing') return undefined
  return after.health === 'healthy' ? 'recovered' : 'degraded'
}

async function logTransition(tx: Queryable, at: At, event: Event, ill: HealthRow): Promise<void> {
  const words = reasonWords(ill.reason)
  const detail = ill.detail === null ? '' : ` ${ill.detail}`
  const messages = {
    degraded: `Many requests fail: ${words.meaning}`,
    quarantined: `Nothing is sent any more but probes: ${words.meaning}${detail}`,
    recovered: `It works again: everything goes on. Until now: ${words.meaning}`,
  }
  await insertLogRows(tx, [
    {
      organizationId: at.organizationId,
      at: at.now,
      appId: at.appId,
      cycleId: null,
      objectKind: 'user',
      objectId: null,
      action: 'health',
      status: event === 'recovered' ? 'success' : event === 'degraded' ? 'warning' : 'failure',
      reason: event === 'recovered' ? 'Verified' : toCode(ill.reason),
      httpStatus: null,
      durationMs: null,
      initiator: 'schedule',
      targetKey: null,
      detail: { message: messages[event] },
    },
  ])
}

function toCode(reason: string | null): ReasonCode {
  // What the breaker stores are codes of the table.
  return reason !== null && Object.hasOwn(reasons, reason) ? (reason as ReasonCode) : 'SameFailure'
}

/** Tells administrators that an app does not work; `again` tells notices of one episode apart. */
export async function noticeIllness(
  tx: Queryable,
  { organizationId, appId, now }: At,
  ill: Pick<HealthRow, 'reason' | 'detail' | 'since'>,
  again: string,
): Promise<void> {
  const sinceAt = ill.since.toISOString()
  await insertAppNotice(tx, {
    organizationId,
    appId,
    kind: 'appQuarantined',
    occasion: `${sinceAt} ${ill.reason ?? ''} ${again}`,
    data: illnessData(ill),
    at: now,
  })
}

export function illnessData(ill: Pick<HealthRow, 'reason' | 'detail' | 'since'>): JsonObject {
  const { meaning, remedy } = reasonWords(ill.reason)
  return { sinceAt: ill.since.toISOString(), reason: ill.reason, meaning, remedy, detail: ill.detail }
}
