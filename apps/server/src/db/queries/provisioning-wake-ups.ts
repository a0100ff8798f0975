import type { Queryable } from '../pool.ts'
import { toBinaryArray, toTextArray, toUuidArray } from '../binary-array.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

export type WakeUp = { readonly objectId: string; readonly kind: ObjectKind; readonly at: Date | undefined }

/** When time alone changes what is wanted of these objects; undefined: it does not. */
export async function settleWakeUps(tx: Queryable, app: AppOf, wakeUps: readonly WakeUp[]): Promise<void> {
  if (wakeUps.length === 0) return
  await tx.query(settle, [
    app.organizationId,
    app.appId,
    toUuidArray(wakeUps.map(({ objectId }) => objectId)),
    toTextArray(wakeUps.map(({ kind }) => kind)),
    toBinaryArray(
      'timestamptz',
      wakeUps.map(({ at }) => at ?? null),
    ),
  ])
}

const settle = {
  text: `with m as materialized (select * from unnest($3::uuid[], $4::text[], $5::timestamptz[]) m (id, kind, at)),
    gone as (
      delete from wake_ups w using m
      where w.organization_id = $1 and w.app_id = $2 and w.object_id = m.id and m.at is null
    )
    insert into wake_ups (organization_id, app_id, object_id, kind, at)
    select $1, $2, id, kind, at from m where at is not null order by id
    on conflict (organization_id, app_id, object_id) do update set at = excluded.at where wake_ups.at <> excluded.at`,
}

/**
 * Queues objects of all apps whose time has come, earliest first, and forgets their wake-ups: both or neither. Leavers whose
 * account is due to be deleted come by this way too. Gives how many there were. A job of the instance.
 */
export async function queueDueWakeUps(
  db: Queryable,
  due: { readonly now: Date; readonly rowsMax: number },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(queue, [due.now, due.rowsMax])
  return rows[0]?.count ?? 0
}

const queue = {
  name: 'queue_due_wake_ups',
  text: `with due as (
      delete from wake_ups w where w.ctid = any (array(
        select d.ctid from wake_ups d where d.at <= $1 order by d.at limit $2 for update skip locked
      )) returning w.organization_id, w.app_id, w.object_id, w.kind
    ), queued as (
      insert into work_items (organization_id, app_id, object_id, kind, lane, stage, due_at, initiator)
      select organization_id, app_id, object_id, kind, 2, 'evaluate', $1, 'time' from due
      order by organization_id, app_id, object_id
      on conflict (organization_id, app_id, object_id) do update set generation = work_items.generation + 1,
        stage = 'evaluate', lane = least(work_items.lane, excluded.lane),
        due_at = least(work_items.due_at, excluded.due_at)
    )
    select count(*) as count from due`,
}
