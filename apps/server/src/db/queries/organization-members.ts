import type { Queryable } from '../pool.ts'
import { changeColumns, type ChangeOrigin } from './changes.ts'

/** Somebody who belongs to the organization. */
export type OrganizationMember = {
  readonly userId: string
  readonly name: string | null
  readonly userName: string | null
  readonly state: 'pending' | 'active' | 'suspended' | 'deprovisioned'
  /** By themselves, and not only as long as a mapped team has them. */
  readonly isDirect: boolean
  readonly teamsCount: number
  readonly joinedAt: Date
}

/** The mapped teams that have somebody, a row of `organization_members`. */
function mappedTeamsOf(row: string): string {
  return `from memberships s join teams t on t.organization_id = s.organization_id and t.id = s.team_id
    where s.organization_id = ${row}.organization_id and s.member_id = ${row}.user_id and t.group_id is not null`
}

/** By our ids, those after `after`. */
export async function selectOrganizationMembers(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number; readonly state: string | undefined },
): Promise<readonly OrganizationMember[]> {
  const values = [organizationId, page.after ?? null, page.rowsMax, page.state ?? null]
  const { rows } = await db.query<OrganizationMember>(select, values)
  return rows
}

const select = {
  text: `select m.user_id as "userId", u.display as name, u.document::json ->> 'userName' as "userName", u.state,
      m.is_direct as "isDirect", m.joined_at as "joinedAt",
      (select count(*) ${mappedTeamsOf('m')}) as "teamsCount"
    from organization_members m join users u on u.organization_id = m.organization_id and u.id = m.user_id
    where m.organization_id = $1 and ($2::uuid is null or m.user_id > $2) and ($4::text is null or u.state = $4)
    order by m.user_id limit $3`,
}

export async function countOrganizationMembers(
  db: Queryable,
  organizationId: string,
  state: string | undefined,
): Promise<number> {
  const text = `select count(*) as count from organization_members m
    join users u on u.organization_id = m.organization_id and u.id = m.user_id
    where m.organization_id = $1 and ($2::text is null or u.state = $2)`
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, state ?? null])
  return rows[0]?.count ?? 0
}

/** How many seats are free; undefined: as many as come. Whoever asks has the turn until the transaction ends. */
export async function takeSeats(tx: Queryable, organizationId: string): Promise<number | undefined> {
  const { rows } = await tx.query<{ free: number | null }>({ text: 'select free_seats($1) as free' }, [organizationId])
  return rows[0]?.free ?? undefined
}

/** How somebody belongs now; undefined: not at all. */
export async function selectMembership(
  tx: Queryable,
  organizationId: string,
  userId: string,
): Promise<{ readonly isDirect: boolean; readonly isInTeam: boolean } | undefined> {
  const { rows } = await tx.query<{ isDirect: boolean; isInTeam: boolean }>(find, [organizationId, userId])
  return rows[0]
}

const find = {
  text: `select m.is_direct as "isDirect", exists (select ${mappedTeamsOf('m')}) as "isInTeam"
    from organization_members m where m.organization_id = $1 and m.user_id = $2 for update of m`,
}

/** Somebody belongs by themselves from now on, or only through teams. */
export async function upsertMember(
  tx: Queryable,
  origin: ChangeOrigin,
  member: { readonly userId: string; readonly isDirect: boolean },
): Promise<void> {
  const text = `insert into organization_members (organization_id, user_id, is_direct, joined_at) values ($1, $2, $3, $4)
    on conflict (organization_id, user_id) do update set is_direct = $3`
  await tx.query({ text }, [origin.organizationId, member.userId, member.isDirect, origin.now])
}

export async function deleteMember(tx: Queryable, organizationId: string, userId: string): Promise<void> {
  const text = 'delete from organization_members where organization_id = $1 and user_id = $2'
  await tx.query({ text }, [organizationId, userId])
}

/** Records who joined or left the organization by a person's act, or how its settings for teams changed. */
export async function insertOrganizationChange(
  tx: Queryable,
  origin: ChangeOrigin,
  change: { readonly action: `organization.${string}`; readonly data: object },
): Promise<void> {
  const { organizationId, now, connectionId, actor, requestId } = origin
  const values = [organizationId, now, change.action, connectionId, actor, requestId, JSON.stringify(change.data)]
  await tx.query(insert, values)
}

const insert = {
  text: `insert into changes (${changeColumns})
    select $1, $2, $3, 'organization', $1, version, $4, $5, $6, 0, $7::jsonb from organizations where id = $1`,
}

/** Organizations in which somebody stays a member whom no mapped team has any more, or whose data was purged. */
export async function selectOrganizationsWithStale(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ organization_id: string }>({
    text: `select distinct o.organization_id from organization_members o where ${stale}`,
  })
  return rows.map((row) => row.organization_id)
}

const stale = `(not o.is_direct and not exists (select ${mappedTeamsOf('o')}))
    or exists (select from users u
      where u.organization_id = o.organization_id and u.id = o.user_id and u.purged_at is not null)`

/** Takes them out. Locked first and judged after that, since whoever maps them holds their rows while he does. */
export async function deleteStaleMembers(tx: Queryable, organizationId: string): Promise<readonly string[]> {
  const { rows: found } = await tx.query<{ user_id: string }>(
    {
      text: `select o.user_id from organization_members o where o.organization_id = $1 and (${stale})
        order by o.user_id for update`,
    },
    [organizationId],
  )
  const ids = found.map((row) => row.user_id)
  const { rows } = await tx.query<{ user_id: string }>(
    {
      text: `delete from organization_members o
        where o.organization_id = $1 and o.user_id = any($2::uuid[]) and (${stale}) returning o.user_id`,
    },
    [organizationId, ids],
  )
  return rows.map((row) => row.user_id)
}
