import type { Queryable } from '../pool.ts'

/** People who left and still have their account in an app. */
export type WaitingLeavers = {
  readonly organizationId: string
  readonly appId: string
  readonly version: number
  readonly count: number
  readonly since: Date
}

/** Whoever left has no account any more after this; longer, and administrators hear of it. */
export const leaverPatienceMs = 60_000

/**
 * The work items `w` of apps `a` on which leavers have waited, from `s.since` on, which is not after an instant. Lane 0 is that of
 * leavers. What waits for a decision has a notice of its own.
 */
export const waitingLeavers = (instant: string): string => `from work_items w
  join apps a on a.organization_id = w.organization_id and a.id = w.app_id and a.state in ('active', 'paused')
  left join links l on l.organization_id = w.organization_id and l.app_id = w.app_id and l.object_id = w.object_id
  cross join lateral (select least(w.due_at, l.first_failed_at) as since) s
  where w.lane = 0 and w.kind = 'user' and w.stage in ('evaluate', 'gate', 'export', 'escrow') and s.since <= ${instant}`

const waiting = waitingLeavers('$1')

/** The apps of all organizations where somebody has waited since an instant, and of whom nobody was told yet. */
export async function selectWaitingLeavers(db: Queryable, since: Date): Promise<readonly WaitingLeavers[]> {
  const { rows } = await db.query<WaitingLeavers>(
    {
      text: `select w.organization_id as "organizationId", w.app_id as "appId", a.version, count(*) as count, min(s.since) as since
        ${waiting} and not exists (
          select from notices n where n.organization_id = w.organization_id and n.app_id = w.app_id
            and n.kind = 'appLeaversWaiting' and n.acknowledged_at is null)
        group by w.organization_id, w.app_id, a.version`,
    },
    [since],
  )
  return rows
}

/** Where nobody waits any more nobody has to look: what comes up later is told anew. */
export async function settleLeaverNotices(
  db: Queryable,
  { since, now, by }: { readonly since: Date; readonly now: Date; readonly by: string },
): Promise<void> {
  await db.query(
    {
      text: `update notices n set acknowledged_at = $2, acknowledged_by = $3
        where n.kind = 'appLeaversWaiting' and n.acknowledged_at is null
          and not exists (select ${waiting} and w.organization_id = n.organization_id and w.app_id = n.app_id)`,
    },
    [since, now, by],
  )
}
