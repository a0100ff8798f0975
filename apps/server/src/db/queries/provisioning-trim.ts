import type { Queryable } from '../pool.ts'

/** Of all organizations links whose account went before a time, so many at once; gives how many. A job of the instance. */
export async function deleteDeadLinks(db: Queryable, before: Date, rowsMax: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(deadLinks, [before, rowsMax])
  return rows[0]?.count ?? 0
}

const deadLinks = {
  text: `with gone as (
      delete from links where ctid = any (array(
        select l.ctid from links l
        where l.state = 'dead' and coalesce(l.applied_at, l.failed_at, '-infinity') < $1 and l.in_flight_at is null
          and not exists (select from work_items w
            where w.organization_id = l.organization_id and w.app_id = l.app_id and w.object_id = l.object_id)
        limit $2 for update skip locked))
      returning organization_id, app_id, object_id
    ), shadows as (
      delete from link_shadows s using gone g
      where s.organization_id = g.organization_id and s.app_id = g.app_id and s.object_id = g.object_id
    )
    select count(*) as count from gone`,
}

/**
 * Of all organizations the values that nobody needs to reserve any more: the account that has the value was made before that
 * time, so every search shows it, or its object is gone. A job of the instance.
 */
export async function deleteSettledReservations(db: Queryable, madeBefore: Date): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from reserved_values r
        where not exists (select from work_items w
            where w.organization_id = r.organization_id and w.app_id = r.app_id and w.object_id = r.object_id)
          and not exists (select from links l
            where l.organization_id = r.organization_id and l.app_id = r.app_id and l.object_id = r.object_id
              and (l.state = 'unlinked' or l.in_flight_at is not null or l.applied_at >= $1))`,
    },
    [madeBefore],
  )
  return rowCount
}
