import { insertAccessChange } from '../../db/queries/access-changes.ts'
import type { HealthRow } from '../../db/queries/app-health.ts'
import type { AppOf } from '../../db/queries/gate.ts'
import type { Queryable } from '../../db/pool.ts'

/** Writes down that the health of an app changed, or that it is ill for another reason. */
export async function recordTransition(
  tx: Queryable,
  { organizationId, appId, now }: AppOf & { readonly now: Date },
  { before, after }: { readonly before: HealthRow; readonly after: HealthRow },
): Promise<void> {
  const event = eventOf(before, after)
  if (event === undefined) return
  await insertAccessChange(tx, {
    organizationId,
    at: now,
    action: `app.${event}`,
    subjectId: appId,
    subjectVersion: 1,
    actor: 'system',
    requestId: undefined,
    data: {
      reason: after.reason ?? before.reason,
      since: (event === 'recovered' ? before.since : after.since).toISOString(),
      ...(after.nextProbeAt === null ? {} : { nextProbeAt: after.nextProbeAt.toISOString() }),
    },
  })
}

function eventOf(before: HealthRow, after: HealthRow): 'degraded' | 'quarantined' | 'recovered' | undefined {
  if (after.health === 'quarantined') {
    const isNew = before.health !== 'quarantined' && before.health !== 'probing'
    return isNew || before.reason !== after.reason ? 'quarantined' : undefined
  }
  if (after.health === before.health || after.health === 'probing') return undefined
  return after.health === 'healthy' ? 'recovered' : 'degraded'
}
