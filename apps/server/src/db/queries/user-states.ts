import type { Queryable } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'
import { insertHistory } from './ended-memberships.ts'

/** False when nobody pending has that account id. */
export async function updateActivated(
  db: Queryable,
  origin: ChangeOrigin,
  command: { readonly id: string; readonly data: string },
): Promise<boolean> {
  const values = [...originValues(origin), command.id, command.data]
  const { rows } = await db.query<{ id: string }>(activate, values)
  return rows.length > 0
}

const activate = {
  name: 'activate_user',
  text: `with changed as (
      update users set state = 'active', resumes_as = 'active', state_changed_at = $3
      where organization_id = $1 and id = $6 and state = 'pending' returning id, version
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.activated', 'user', id, version, $2, $4, $5, 0, $7::json from changed
    )
    select id from changed`,
}

/**
 * Everybody who waits for an invitation is active, or will be when the suspension is lifted: nobody is invited any more.
 * Returns how many became active.
 */
export async function activateEverybody(db: Queryable, origin: ChangeOrigin, data: string): Promise<number> {
  await db.query(
    {
      text: `update users set resumes_as = 'active'
        where organization_id = $1 and state = 'suspended' and resumes_as = 'pending'`,
    },
    [origin.organizationId],
  )
  const { rows } = await db.query<{ count: number }>(
    {
      text: `with waiting as (
          select u.id from user_states s join users u on u.organization_id = s.organization_id and u.id = s.user_id
          where s.organization_id = $1 and s.state = 'pending' order by u.id for update of u
        ), changed as (
          update users u set state = 'active', resumes_as = 'active', state_changed_at = $3 from waiting w
          where u.organization_id = $1 and u.id = w.id and u.state = 'pending' returning u.id, u.version
        ), logged as (
          insert into changes (${changeColumns})
          select $1, $3, 'user.activated', 'user', id, version, $2, $4, $5, 0, $6::json from changed
        )
        select count(*) as count from changed`,
    },
    [...originValues(origin), data],
  )
  return rows[0]?.count ?? 0
}

/** Ends the resource of an account that the caller has locked: memberships go to history, the account stays. */
export async function deprovisionUser(
  tx: Queryable,
  origin: ChangeOrigin,
  command: {
    readonly id: string
    readonly wasActive: boolean
    readonly cutCount: 0 | 1
    readonly revokesKeys: boolean
    readonly data: string
    readonly membershipVia: string
  },
): Promise<void> {
  await tx.query(deprovision, [
    ...originValues(origin),
    command.id,
    command.wasActive ? -1 : 0,
    command.cutCount,
    command.revokesKeys,
    command.data,
    command.membershipVia,
  ])
}

const deprovision = {
  name: 'deprovision_user',
  text: `with gone as (
      update users set scim_id = null, external_id_key = null, state = 'deprovisioned', version = version + 1, updated_at = $3, state_changed_at = $3,
        resumes_as = case when state in ('pending', 'active') then state else resumes_as end
      where organization_id = $1 and id = $6 returning id, version
    ), counted as (
      insert into directory_deltas (organization_id, kind, total, active) select $1, 'users', -1, $7 from gone
    ), revoked as (
      update keys set revoked_at = $3 where $9 and organization_id = $1 and user_id = $6 and revoked_at is null
    ), ended as (
      delete from memberships where organization_id = $1 and member_id = $6
      returning team_id, member_id, member_kind, valid_from, ends_at
    ), history as (
      ${insertHistory('ended', '$3')}
    ), left_teams as (
      update teams t set version = t.version + 1, updated_at = $3 from ended e
      where t.organization_id = $1 and t.id = e.team_id returning t.id, t.version
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.deleted', 'user', id, version, $2, $4, $5, $8, $10::jsonb from gone
    )
    insert into changes (${changeColumns})
    select $1, $3, 'team.members_changed', 'team', id, version, $2, $4, $5, 0,
      jsonb_build_object('via', $11::text, 'members', as_member_changes('{}', array[$6::uuid]))
    from left_teams`,
}

/** Marks a new account as built in: no source adopts it, nobody suspends or deletes it. */
export async function updateBuiltIn(tx: Queryable, organizationId: string, id: string): Promise<void> {
  await tx.query({ text: 'update users set is_built_in = true where organization_id = $1 and id = $2' }, [
    organizationId,
    id,
  ])
}
