import type { Queryable } from '../pool.ts'
import type { ChangeOrigin } from './changes.ts'
import type { TeamSource } from './team-ownership.ts'
import type { MovedMember } from './memberships.ts'
import { restoreMembershipRows } from './restored-memberships.ts'
import type { TeamValues } from './teams.ts'

/** What of a local team people may change. */
export type LocalTeamValues = Pick<
  TeamValues,
  'display' | 'displayNameKey' | 'document' | 'search' | 'searchText' | 'handle'
> & { readonly description: string | null; readonly source: TeamSource | null }

function valuesOf(team: LocalTeamValues): readonly unknown[] {
  const { display, displayNameKey, document, search, searchText, handle, description, source } = team
  return [display, displayNameKey, document, search, searchText, handle, description, source]
}

/** False when the handle is taken. */
export async function insertLocalTeam(
  tx: Queryable,
  origin: ChangeOrigin,
  team: LocalTeamValues & { readonly id: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(insert, [origin.organizationId, team.id, origin.now, ...valuesOf(team)])
  return rowCount > 0
}

const insert = {
  text: `insert into teams (organization_id, id, created_at, updated_at, version, display, display_name_key, document, search,
      search_text, handle, description, source)
    values ($1, $2, $3, $3, 1, $4, $5, $6, $7::jsonb, $8, $9, $10, $11)
    on conflict (organization_id, handle) where deleted_at is null and handle is not null do nothing`,
}

/** Stores what people changed of a locked team; throws on a handle that is taken. */
export async function updateLocalTeam(
  tx: Queryable,
  origin: ChangeOrigin,
  team: LocalTeamValues & { readonly id: string },
): Promise<void> {
  await tx.query(update, [origin.organizationId, team.id, origin.now, ...valuesOf(team)])
}

const update = {
  text: `update teams set display = $4, display_name_key = $5, document = $6, search = $7::jsonb, search_text = $8, handle = $9,
      description = $10, source = $11, version = version + 1, updated_at = $3
    where organization_id = $1 and id = $2`,
}

/** The JSON text of a team as it is answered over SCIM. */
export async function selectDocument(tx: Queryable, organizationId: string, id: string): Promise<string> {
  const text = 'select document from teams where organization_id = $1 and id = $2'
  const { rows } = await tx.query<{ document: string }>({ text }, [organizationId, id])
  return rows[0]?.document ?? '{}'
}

/** Which of these members exist in the organization, by our ids. */
export type FoundMember = { readonly id: string; readonly kind: 'user' | 'team' }

/** Locked against deletion until the end of the transaction. */
export async function lockMembers(
  tx: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly FoundMember[]> {
  const { rows } = await tx.query<FoundMember>(lock, [organizationId, ids])
  return rows
}

const lock = {
  text: `with people as (
      select id, 'user' as kind from users where organization_id = $1 and id = any($2::uuid[]) and scim_id is not null for key share
    ), below as (
      select id, 'team' as kind from teams
      where organization_id = $1 and id = any($2::uuid[]) and kind = 'team' and deleted_at is null and group_id is null for key share
    )
    select * from people union all select * from below`,
}

/** The teams above a team, itself among them: none of them may become its member. */
export async function selectTeamsAbove(
  tx: Queryable,
  organizationId: string,
  teamId: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(above, [organizationId, teamId])
  return new Set(rows.map(({ id }) => id))
}

const above = {
  text: `with recursive above (id) as (
      select $2::uuid union select m.team_id from above join memberships m on m.organization_id = $1 and m.member_id = above.id
    ) select id from above`,
}

/** Adds members to a locked team, as a person asked; who is in it already is passed over. `ends`: when, by member. */
export async function addManualMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  team: {
    readonly id: string
    readonly members: readonly FoundMember[]
    readonly ends: ReadonlyMap<string, Date>
  },
): Promise<readonly MovedMember[]> {
  const ids = team.members.map(({ id }) => id)
  const kinds = team.members.map(({ kind }) => kind)
  const ends = ids.map((id) => team.ends.get(id) ?? null)
  const { rows } = await tx.query<MovedMember>(add, [origin.organizationId, team.id, origin.now, ids, kinds, ends])
  return rows
}

const add = {
  text: `with added as (
      insert into memberships (organization_id, team_id, member_id, member_kind, valid_from, is_manual, ends_at)
      select $1, $2, n.id, n.kind, $3, true, n.ends_at from unnest($4::uuid[], $5::text[], $6::timestamptz[]) n (id, kind, ends_at)
      on conflict do nothing returning member_id, member_kind
    ), nested as (
      update teams t set is_nested = true from added a
      where a.member_kind = 'team' and t.organization_id = $1 and t.id = a.member_id and not t.is_nested
    )
    select member_id, member_kind from added`,
}

/** A deleted team that may come back; locked. */
export async function lockDeletedTeam(
  tx: Queryable,
  organizationId: string,
  id: string,
): Promise<{ readonly handle: string; readonly deletedAt: Date } | undefined> {
  const text = `select handle, deleted_at as "deletedAt" from teams
    where organization_id = $1 and id = $2 and kind = 'team' and deleted_at is not null for update`
  const { rows } = await tx.query<{ handle: string; deletedAt: Date }>({ text }, [organizationId, id])
  return rows[0]
}

/**
 * Brings a locked deleted team back, managed by nobody, with those who were in it when it was deleted and still have an
 * account, and in the teams above it that nobody manages.
 */
export async function restoreTeamRow(
  tx: Queryable,
  origin: ChangeOrigin,
  team: { readonly id: string; readonly deletedAt: Date; readonly ownHandle: string; readonly via: string },
): Promise<readonly string[]> {
  const { organizationId, now } = origin
  await tx.query(revive, [organizationId, team.id, now, team.ownHandle])
  const { rows } = await tx.query<{ id: string }>(refill, [organizationId, team.id, now, team.deletedAt])
  await restoreMembershipRows(tx, origin, { at: team.deletedAt, memberId: team.id, teamId: null, via: team.via })
  return rows.map(({ id }) => id)
}

const revive = {
  text: `update teams t set deleted_at = null, connection_id = null, external_id = null, group_id = null, sync_state = null,
      version = version + 1, updated_at = $3,
      handle = case when t.handle is null or exists (select from teams o
        where o.organization_id = $1 and o.handle = t.handle and o.deleted_at is null) then $4 else t.handle end
    where organization_id = $1 and id = $2`,
}
const refill = {
  text: `insert into memberships (organization_id, team_id, member_id, member_kind, valid_from, is_manual, ends_at)
    select $1, $2, h.member_id, h.member_kind, $3, true, h.ends_at from membership_history h
    left join users u on h.member_kind = 'user' and u.organization_id = $1 and u.id = h.member_id
    left join teams t on h.member_kind = 'team' and t.organization_id = $1 and t.id = h.member_id
    where h.organization_id = $1 and h.team_id = $2 and h.valid_to = $4 and (h.ends_at is null or h.ends_at > $3)
      and (u.scim_id is not null or (t.id is not null and t.deleted_at is null and t.group_id is null))
    on conflict do nothing returning member_id as id`,
}
