import { sql, type Fragment } from '../filter-sql/fragment.ts'
import type { Queryable } from '../pool.ts'

/** A total as an expression: what was folded, and what came since. */
export function totalOf(organizationId: string, kind: 'users' | 'teams'): Fragment {
  return sql`(coalesce((select t.total from directory_totals t where t.organization_id = ${organizationId}::uuid and t.kind = ${kind}), 0)
    + coalesce((select sum(d.total) from directory_deltas d where d.organization_id = ${organizationId}::uuid and d.kind = ${kind}), 0))::bigint`
}

/** How many people's accounts are in use, as the caller's transaction sees it. */
export async function countActivePeople(db: Queryable, organizationId: string): Promise<number> {
  const { rows } = await db.query<{ active: number }>(readActive, [organizationId])
  return rows[0]?.active ?? 0
}

const readActive = {
  name: 'count_active_people',
  text: `select (coalesce((select active from directory_totals where organization_id = $1 and kind = 'users'), 0)
    + coalesce((select sum(active) from directory_deltas where organization_id = $1 and kind = 'users'), 0))::bigint as active`,
}

/**
 * Moves the deltas into the totals, so that reading a total costs the same however often the directory changed.
 * Safe at any time and in several processes at once: readers see a delta in one place or in the other.
 */
export async function foldTotals(db: Queryable): Promise<void> {
  await db.query(fold)
}

const fold = {
  name: 'fold_totals',
  text: `with gone as (
      delete from directory_deltas d using organizations o where o.id = d.organization_id
      returning d.organization_id, d.kind, d.total, d.active
    )
    insert into directory_totals as t (organization_id, kind, total, active)
    select organization_id, kind, sum(total), sum(active) from gone group by organization_id, kind order by 1, 2
    on conflict (organization_id, kind) do update set total = t.total + excluded.total, active = t.active + excluded.active`,
}

/** Counts anew what the totals say, after rows came in by other ways: an import, a restore. Returns what was counted. */
export async function recountTotals(
  db: Queryable,
  organizationId: string,
): Promise<{ readonly users: number; readonly activeUsers: number; readonly teams: number }> {
  const { rows } = await db.query<{ kind: string; total: number; active: number }>(recount, [organizationId])
  const users = rows.find(({ kind }) => kind === 'users')
  const teams = rows.find(({ kind }) => kind === 'teams')
  return { users: users?.total ?? 0, activeUsers: users?.active ?? 0, teams: teams?.total ?? 0 }
}

const recount = {
  text: `with gone as (delete from directory_deltas where organization_id = $1)
    insert into directory_totals (organization_id, kind, total, active)
      select $1::uuid, 'users', count(*), count(*) filter (where state in ('pending', 'active')) from users
        where organization_id = $1 and scim_id is not null
      union all
      select $1::uuid, 'teams', count(*), 0 from teams where organization_id = $1 and scim_id is not null
    on conflict (organization_id, kind) do update set total = excluded.total, active = excluded.active
    returning kind, total, active`,
}
