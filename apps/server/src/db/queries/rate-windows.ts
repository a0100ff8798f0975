import type { Queryable } from '../pool.ts'

/** What is counted, and how much of it may happen within a window that begins with its first. */
export type RateWindow = {
  readonly organizationId: string
  readonly name: string
  readonly windowMs: number
  readonly max: number
}

/**
 * Takes so many out of the window, all or none, in one statement: processes that come at once agree on the last one.
 * Undefined when they were taken, else when the window began that has no room for them.
 */
export async function takeFromWindow(
  db: Queryable,
  window: RateWindow,
  want: { readonly amount: number; readonly now: Date },
): Promise<Date | undefined> {
  const { organizationId, name, windowMs, max } = window
  const endedBefore = new Date(want.now.getTime() - windowMs)
  const values = [organizationId, name, want.now, want.amount, endedBefore, max]
  const { rows } = await db.query<{ taken: boolean; started_at: Date }>(take, values)
  const row = rows[0]
  return row === undefined || row.taken ? undefined : row.started_at
}

const take = {
  name: 'rate_window_take',
  text: `with taken as (
      insert into rate_windows as w (organization_id, name, started_at, used) values ($1, $2, $3, $4)
      on conflict (organization_id, name) do update set
        started_at = case when w.started_at <= $5 then $3 else w.started_at end,
        used = case when w.started_at <= $5 then 0 else w.used end + $4
      where case when w.started_at <= $5 then 0 else w.used end + $4 <= $6
      returning started_at
    )
    select true as taken, started_at from taken
    union all
    select false, started_at from rate_windows
    where organization_id = $1 and name = $2 and not exists (select from taken)`,
}

/** Gives back what was taken for something that then did not happen; a window that is over keeps nothing. */
export async function giveBackToWindow(
  db: Queryable,
  window: Pick<RateWindow, 'organizationId' | 'name'>,
  amount: number,
): Promise<void> {
  await db.query(giveBack, [window.organizationId, window.name, amount])
}

const giveBack = {
  name: 'rate_window_give_back',
  text: 'update rate_windows set used = greatest(used - $3, 0) where organization_id = $1 and name = $2',
}

/** How many of these people and groups, by SCIM ids, are not in the team yet. */
export async function countNewMembers(
  db: Queryable,
  team: { readonly organizationId: string; readonly scimId: string },
  members: readonly string[],
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(newMembers, [team.organizationId, team.scimId, members])
  return rows[0]?.count ?? 0
}

const newMembers = {
  name: 'rate_new_members',
  text: `select count(*) as count from users u
    where u.organization_id = $1 and u.scim_id = any($3::uuid[]) and not exists (
      select from memberships m join teams t on t.organization_id = m.organization_id and t.id = m.team_id
      where m.organization_id = $1 and m.member_id = u.id and t.scim_id = $2)`,
}

/** Windows that are over, of all organizations: a job of the instance. */
export async function deleteWindowsBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from rate_windows where started_at < $1' }, [before])
  return rowCount
}
