import type { Queryable } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'

/** Which memberships: those that ended at that instant, of a person, of a team, or of one in the other. */
export type EndedMemberships = { readonly at: Date; readonly memberId: string | null; readonly teamId: string | null }

/**
 * Brings back memberships that ended then, where team and member are still there; says how many. A team that is named as
 * the member comes back only to teams that nobody manages.
 */
export async function restoreMembershipRows(
  tx: Queryable,
  origin: ChangeOrigin,
  ended: EndedMemberships & { readonly via: string },
): Promise<number> {
  const values = [...originValues(origin), ended.at, ended.memberId, ended.teamId, ended.via]
  const { rows } = await tx.query<{ count: number }>(restore, values)
  return rows[0]?.count ?? 0
}

const restore = {
  name: 'restore_memberships',
  text: `with ended as (
      select h.team_id, h.member_id, h.member_kind, h.ends_at, t.connection_id is null as is_manual from membership_history h
      -- Teams that follow a group get their people from it.
      join teams t on t.organization_id = h.organization_id and t.id = h.team_id and t.deleted_at is null and t.group_id is null
      where h.organization_id = $1 and h.valid_to = $6 and ($7::uuid is null or h.member_id = $7)
        and ($8::uuid is null or h.team_id = $8)
        -- What would have ended meanwhile has.
        and (h.ends_at is null or h.ends_at > $3)
        and ($7::uuid is null or h.member_kind = 'user' or t.connection_id is null)
        and (h.member_kind = 'team' or exists (
          select from users u where u.organization_id = $1 and u.id = h.member_id and u.scim_id is not null))
    ), added as (
      insert into memberships (organization_id, team_id, member_id, member_kind, valid_from, is_manual, ends_at)
      select $1, team_id, member_id, member_kind, $3, is_manual, ends_at from ended on conflict do nothing returning team_id, member_id
    ), changed as (
      update teams t set version = t.version + 1, updated_at = $3
      where t.organization_id = $1 and t.id in (select team_id from added) returning t.id, t.version
    ), following as (
      update teams f set reconcile_due = $3 where f.organization_id = $1 and f.group_id in (select team_id from added)
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'team.members_changed', 'team', c.id, c.version, $2, $4, $5, 0,
        jsonb_build_object('via', $9::text, 'members',
          as_member_changes(array(select a.member_id from added a where a.team_id = c.id), '{}'))
      from changed c
    )
    select count(*) as count from added`,
}
