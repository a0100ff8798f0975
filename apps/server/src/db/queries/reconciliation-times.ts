import type { Queryable } from '../pool.ts'

/** An app that is reconciled by itself. */
export type ScheduledApp = {
  readonly organizationId: string
  readonly appId: string
  readonly every: 'weekly' | 'monthly'
  /** Null: no time was set yet. */
  readonly dueAt: Date | null
}

/**
 * Apps of all organizations whose time has come, or is further away than their schedule says; so many at once. Only those that
 * work.
 */
export async function selectScheduledApps(
  db: Queryable,
  page: { readonly now: Date; readonly weekMs: number; readonly monthMs: number; readonly rowsMax: number },
): Promise<readonly ScheduledApp[]> {
  const { rows } = await db.query<ScheduledApp>(
    {
      text: `select a.organization_id as "organizationId", a.id as "appId", s.every, t.due_at as "dueAt"
        from apps a
        cross join lateral (select a.settings -> 'reconciliation' ->> 'every' as every) s
        left join app_reconciliation_times t on t.organization_id = a.organization_id and t.app_id = a.id
        where a.state = 'active' and a.live_revision is not null and s.every in ('weekly', 'monthly')
          and (t.due_at is null or t.due_at <= $1
            or t.due_at > $1 + case s.every when 'weekly' then $2::double precision else $3::double precision end * interval '1 millisecond')
        order by t.due_at nulls first limit $4`,
    },
    [page.now, page.weekMs, page.monthMs, page.rowsMax],
  )
  return rows
}

export async function upsertReconciliationTime(
  tx: Queryable,
  { organizationId, appId, dueAt }: { readonly organizationId: string; readonly appId: string; readonly dueAt: Date },
): Promise<void> {
  await tx.query(
    {
      text: `insert into app_reconciliation_times (organization_id, app_id, due_at) values ($1, $2, $3)
        on conflict (organization_id, app_id) do update set due_at = excluded.due_at`,
    },
    [organizationId, appId, dueAt],
  )
}

/** When the app is reconciled by itself next; undefined: not by itself, or no time was set yet. */
export async function selectReconciliationTime(
  db: Queryable,
  { organizationId, appId }: { readonly organizationId: string; readonly appId: string },
): Promise<Date | undefined> {
  const { rows } = await db.query<{ dueAt: Date }>(
    {
      text: `select due_at as "dueAt" from app_reconciliation_times t where organization_id = $1 and app_id = $2 and exists (
        select from apps a where a.organization_id = $1 and a.id = $2
          and a.settings -> 'reconciliation' ->> 'every' in ('weekly', 'monthly'))`,
    },
    [organizationId, appId],
  )
  return rows[0]?.dueAt
}
