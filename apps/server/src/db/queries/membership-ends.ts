import type { Queryable } from '../pool.ts'
import type { ChangeOrigin } from './changes.ts'
import { insertHistory } from './ended-memberships.ts'
import type { MovedMember } from './memberships.ts'

/** In which zones these people live, as far as anybody said; teams live nowhere. */
export async function selectTimeZones(
  db: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; timeZone: string }>(
    {
      text: `select id, document::json ->> 'timezone' as "timeZone" from users
        where organization_id = $1 and id = any($2::uuid[]) and document::json ->> 'timezone' is not null`,
    },
    [organizationId, ids],
  )
  return new Map(rows.map(({ id, timeZone }) => [id, timeZone]))
}

/** Sets when a membership of a locked team ends; what it was before, undefined where there is no such member. */
export async function updateMembershipEnd(
  tx: Queryable,
  origin: ChangeOrigin,
  membership: { readonly teamId: string; readonly memberId: string; readonly endsAt: Date | null },
): Promise<{ readonly before: Date | null; readonly kind: 'user' | 'team' } | undefined> {
  const { teamId, memberId, endsAt } = membership
  const { rows } = await tx.query<{ before: Date | null; kind: 'user' | 'team' }>(
    {
      text: `with was as (
          select ends_at, member_kind from memberships where organization_id = $1 and team_id = $2 and member_id = $3 for update
        ), changed as (
          update memberships m set ends_at = $4 from was
          where m.organization_id = $1 and m.team_id = $2 and m.member_id = $3 and was.ends_at is distinct from $4
        ) select ends_at as before, member_kind as kind from was`,
    },
    [origin.organizationId, teamId, memberId, endsAt],
  )
  return rows[0]
}

/** Teams of all organizations in which a membership should be over. */
export async function selectTeamsWithEnded(
  db: Queryable,
  now: Date,
  rowsMax: number,
): Promise<readonly { readonly organizationId: string; readonly teamId: string }[]> {
  const { rows } = await db.query<{ organizationId: string; teamId: string }>(ended, [now, rowsMax])
  return rows
}

const ended = {
  name: 'teams_with_ended',
  text: `select distinct organization_id as "organizationId", team_id as "teamId" from memberships
    where ends_at <= $1 limit $2`,
}

/** Takes those out of a locked team whose time is over, so many at once. */
export async function removeEndedMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  team: { readonly id: string; readonly rowsMax: number },
): Promise<readonly MovedMember[]> {
  const { rows } = await tx.query<MovedMember>(removeEnded, [origin.organizationId, team.id, origin.now, team.rowsMax])
  return rows
}

const removeEnded = {
  name: 'remove_ended_members',
  text: `with due as (
      select member_id from memberships where organization_id = $1 and team_id = $2 and ends_at <= $3 limit $4
    ), removed as (
      delete from memberships m using due d
      where m.organization_id = $1 and m.team_id = $2 and m.member_id = d.member_id
      returning m.team_id, m.member_id, m.member_kind, m.valid_from, m.ends_at
    ), history as (
      ${insertHistory('removed', '$3')}
    ) select member_id, member_kind from removed`,
}
