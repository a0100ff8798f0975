import type { Queryable } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'

type Release = {
  readonly id: string
  readonly via: string
}

/**
 * Takes an account from the connection that owned it: without its externalId, in the state it has. `scimId`: the resource
 * gets another id, so that the former identity provider finds nobody. `loginKey`: what the next one finds it by.
 * False when the connection does not own it.
 */
export async function releaseUserRow(
  tx: Queryable,
  origin: ChangeOrigin,
  release: Release & { readonly scimId: string | undefined; readonly loginKey: string | null },
): Promise<boolean> {
  const { id, scimId, via, loginKey } = release
  const values = [...originValues(origin), id, scimId ?? null, via, loginKey]
  const { rows } = await tx.query<{ id: string }>(releaseUser, values)
  return rows.length > 0
}

const releaseUser = {
  name: 'release_user',
  text: `with changed as (
      update users set connection_id = null, external_id = null, external_id_key = null, scim_id = coalesce($7::uuid, scim_id),
        login = null, login_key = $9, version = version + 1, updated_at = $3
      where organization_id = $1 and id = $6 and connection_id = $2 and scim_id is not null returning id, version
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.released', 'user', id, version, $2, $4, $5, 0, jsonb_build_object('via', $8::text) from changed
    )
    select id from changed`,
}

type Claim = {
  readonly id: string
  readonly scimId: string | null
  readonly externalId: string | null
  readonly isExternalIdUnique: boolean
  /** Under styles with logins the one that the account has from now on; undefined: it is made with the next write. */
  readonly login?: { readonly login: string | null; readonly loginKey: string | null } | undefined
  readonly via: string
}

/** `taken`: another account has the externalId at the connection, or the login; `missing`: there is nobody free to be claimed. */
export type ClaimOutcome = 'claimed' | 'taken' | 'missing'

/** Gives an account that nobody owns to a connection, with the externalId that the identity provider knows it by. */
export async function claimUserRow(tx: Queryable, origin: ChangeOrigin, claim: Claim): Promise<ClaimOutcome> {
  const { id, scimId, externalId, isExternalIdUnique, via, login } = claim
  const logins = [login?.login ?? null, login?.loginKey ?? null]
  const values = [...originValues(origin), id, scimId, externalId, isExternalIdUnique, via, ...logins]
  const { rows } = await tx.query<{ outcome: ClaimOutcome }>(claimUser, values)
  return rows[0]?.outcome ?? 'missing'
}

const claimUser = {
  name: 'claim_user',
  text: `with taken as (
      select id from users where organization_id = $1 and connection_id = $2 and external_id = $8 and scim_id is not null
        and id <> $6
      union all
      select id from users where organization_id = $1 and login_key = $12 and login is not null and scim_id is not null
        and id <> $6 and $11::text is not null
      limit 1
    ), changed as (
      update users set login = coalesce($11, login), login_key = coalesce($12, login_key), connection_id = $2, external_id = $8, external_id_key = case when $9 then $8 end,
        scim_id = coalesce($7::uuid, scim_id), version = version + 1, updated_at = $3
      where organization_id = $1 and id = $6 and scim_id is not null and (connection_id is null or connection_id = $2)
        and not exists (select from taken)
      returning id, version
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.claimed', 'user', id, version, $2, $4, $5, 0, jsonb_build_object('via', $10::text) from changed
    )
    select case when exists (select from changed) then 'claimed' when exists (select from taken) then 'taken' else 'missing' end
      as outcome`,
}

/** Gives a team back to a connection; with `scimId` also one that was deleted. False when it is owned or has another id. */
export async function claimTeamRow(
  tx: Queryable,
  origin: ChangeOrigin,
  claim: Omit<Claim, 'isExternalIdUnique'> & {
    readonly connectionId: string | null
    readonly isNameUnique: boolean
  },
): Promise<boolean> {
  const values = [
    ...originValues({ ...origin, connectionId: claim.connectionId }),
    claim.id,
    claim.scimId,
    claim.externalId,
  ]
  const { rows } = await tx.query<{ id: string }>(claimTeam, [...values, claim.via, claim.isNameUnique])
  return rows.length > 0
}

const claimTeam = {
  name: 'claim_team',
  text: `with before as (
      select id, scim_id is null as was_gone, exists (
          select from teams o where o.organization_id = $1 and o.handle = t.handle and o.deleted_at is null and o.id <> t.id
        ) as is_handle_taken
      from teams t where organization_id = $1 and id = $6 for update
    ), changed as (
      update teams t set connection_id = $2, external_id = $8, scim_id = coalesce(t.scim_id, $7::uuid), version = t.version + 1,
        updated_at = $3, deleted_at = null, name_unique_key = case when $10 then t.display_name_key end,
        handle = case when b.is_handle_taken then t.handle || '-' || right(t.id::text, 12) else t.handle end
      from before b
      where t.organization_id = $1 and t.id = b.id and (t.connection_id is null or t.connection_id = $2 or b.was_gone)
        and not (b.was_gone and exists (
          select from teams o where o.organization_id = $1 and o.scim_id is not null and o.id <> t.id
            and o.display_name_key = t.display_name_key))
      returning t.id, t.version, b.was_gone
    ), counted as (
      insert into directory_deltas (organization_id, kind, total) select $1, 'teams', 1 from changed where was_gone
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, case when was_gone then 'team.restored' else 'team.claimed' end, 'team', id, version, $2, $4, $5, 0,
        jsonb_build_object('via', $9::text)
      from changed
    )
    select id from changed`,
}
