import type { Queryable } from '../pool.ts'
import type { AppOf } from './provisioning-work.ts'

/** An app that somebody was provisioned by. */
export type RuledAppRow = AppOf & { readonly revision: number; readonly hasTeams: boolean }

/** The apps of all organizations that have live rules, whatever their state. For the restore of a whole instance. */
export async function selectRuledApps(db: Queryable): Promise<readonly RuledAppRow[]> {
  const { rows } = await db.query<RuledAppRow>({
    text: `select a.organization_id as "organizationId", a.id as "appId", a.live_revision as revision,
        coalesce(r.document #>> '{teams,isEnabled}' = 'true', false) as "hasTeams"
      from apps a join app_rules r
        on r.organization_id = a.organization_id and r.app_id = a.id and r.revision = a.live_revision
      order by a.organization_id, a.id`,
  })
  return rows
}

/**
 * Whatever an instance that is no more had in its hands may have been sent, up to now: accounts whose turn it held are
 * looked for before they are made, and written once more when nothing of it can come any more.
 */
export async function doubtTurns(db: Queryable, now: Date): Promise<void> {
  await db.query(
    {
      text: `update links l set in_flight_at = $1, applied_hash = null,
          in_flight_action = coalesce(l.in_flight_action, case when l.state in ('linked', 'disabled') then 'update' else 'create' end)
        where l.state <> 'ignored' and (l.in_flight_at is not null or exists (
          select from work_items w where w.organization_id = l.organization_id and w.app_id = l.app_id
            and w.object_id = l.object_id and w.stage = 'export' and w.lease_owner is not null))`,
    },
    [now],
  )
  await db.query({
    text: `update work_items set lease_owner = null, lease_until = null, lease_epoch = lease_epoch + 1
      where lease_owner is not null`,
  })
}

/** Positions begin anew above the last one of the backup: no reader may be ahead of that, or it would miss what comes. */
export async function lowerOutboxCursors(db: Queryable): Promise<void> {
  await db.query({
    text: `update outbox_cursors set position = last.position
      from (select coalesce(max(position), 0) as position from changes) last where outbox_cursors.position > last.position`,
  })
}
