import type { BoundElementFilter } from '@rollcall/scim'
import { sql, toStatement } from '../filter-sql/fragment.ts'
import { memberCondition, membersOf, type MembershipScope } from '../filter-sql/membership.ts'
import type { Queryable } from '../pool.ts'
import { changeColumns, type ChangeOrigin } from './changes.ts'
import { insertHistory } from './ended-memberships.ts'
import { rowColumns, type ResourceRow } from './rows.ts'

/** What became of a change of members that was tried in one round trip. */
export type MembersOutcome = {
  /** The team after the change. */
  readonly row: ResourceRow
  readonly isChanged: boolean
  /** Named, but nobody here; then nothing was changed. */
  readonly missing: readonly string[]
  /** False: the change would cut off more people than the allowance has, and nothing was changed. */
  readonly isAllowed: boolean
}

type OutcomeRow = ResourceRow & {
  readonly is_changed: boolean
  readonly missing: readonly string[] | null
  readonly is_allowed: boolean
}

type OneStep = {
  /** The `id` of the team over SCIM. */
  readonly teamId: string
  readonly ifVersion: number | null
  /** Ids over SCIM, in lower case. */
  readonly values: readonly string[]
  readonly via: string
}

/** Adds members in one round trip; undefined when no such team of that version may be written by the connection. */
export async function addMembersAtOnce(
  db: Queryable,
  origin: ChangeOrigin,
  step: OneStep,
): Promise<MembersOutcome | undefined> {
  const { rows } = await db.query<OutcomeRow>(addAtOnce, stepParameters(origin, step))
  return toOutcome(rows[0])
}

/** Removes members in one round trip; undefined like {@link addMembersAtOnce}. Who is no member is passed over. */
export async function removeMembersAtOnce(
  db: Queryable,
  origin: ChangeOrigin,
  step: OneStep & { readonly allowance: { readonly cutsMax: number; readonly since: Date } | undefined },
): Promise<MembersOutcome | undefined> {
  const { allowance } = step
  const values = [...stepParameters(origin, step), allowance?.cutsMax ?? null, allowance?.since ?? null]
  const { rows } = await db.query<OutcomeRow>(removeAtOnce, values)
  return toOutcome(rows[0])
}

function stepParameters(origin: ChangeOrigin, step: OneStep): unknown[] {
  const { organizationId, connectionId, now, actor, requestId } = origin
  return [organizationId, step.teamId, connectionId, step.values, step.ifVersion, now, actor, requestId, step.via]
}

function toOutcome(row: OutcomeRow | undefined): MembersOutcome | undefined {
  if (row === undefined) return undefined
  return { row, isChanged: row.is_changed, missing: row.missing ?? [], isAllowed: row.is_allowed }
}

// The lock makes changes of one team take turns; it is no key lock, so it does not hinder adding the team to another.
// What teams follow is left to the general way, which takes them along.
const team = `select * from teams
  where organization_id = $1 and scim_id = $2 and ($5::bigint is null or version = $5)
    and (connection_id is null or connection_id = $3) and not is_mapped`

const outcome = `select t.id, t.scim_id, coalesce(c.version, t.version) as version, t.created_at, coalesce(c.updated_at, t.updated_at) as updated_at,
    t.document, case when coalesce(c.connection_id, t.connection_id) = $3 then t.external_id end as external_id, c.id is not null as is_changed`

// Locked against deletion until we are done: a person is in no team whose account has gone.
const found = `found_users as (
    select id, 'user' as kind, scim_id from users where organization_id = $1 and scim_id = any($4::uuid[]) and scim_id is not null for key share
  ), found_teams as (
    select id, 'team' as kind, scim_id from teams
    where organization_id = $1 and scim_id = any($4::uuid[]) and scim_id is not null and scim_id <> $2 for key share
  ), found as (
    select * from found_users union all select * from found_teams
  ), missing as (
    select v.value from unnest($4::uuid[]) v (value) where not exists (select from found f where f.scim_id = v.value)
  )`

const named = `select id from users where organization_id = $1 and scim_id = any($4::uuid[]) and scim_id is not null
    union all
    select id from teams where organization_id = $1 and scim_id = any($4::uuid[]) and scim_id is not null`

/**
 * The membership of one member, by its key: `offset 0` keeps the planner from reading all members of the team instead,
 * which it would think cheaper, as it does not know how many are named.
 */
function rowOf(team: string, member: string): string {
  return `lateral (
    select r.ctid as row, r.member_id, r.member_kind from memberships r
    where r.organization_id = $1 and r.team_id = ${team} and r.member_id = ${member} offset 0) x`
}

const addAtOnce = {
  name: 'add_members',
  text: `with team as (${team} for no key update), ${found}, added as (
      insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
      select $1, t.id, f.id, f.kind, $6 from team t, found f where not exists (select from missing)
      on conflict do nothing returning member_id, member_kind
    ), nested as (
      update teams n set is_nested = true from added a
      where a.member_kind = 'team' and n.organization_id = $1 and n.id = a.member_id and not n.is_nested
    ), changed as (
      update teams c set version = c.version + 1, updated_at = $6, connection_id = $3 from team t
      where c.organization_id = $1 and c.id = t.id and exists (select from added)
      returning c.id, c.version, c.updated_at, c.connection_id
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $6, 'team.members_changed', 'team', id, version, $3, $7, $8, 0,
        jsonb_build_object('via', $9::text, 'members',
          jsonb_build_object('added', (select jsonb_agg(member_id) from added), 'removed', '[]'::jsonb))
      from changed
    )
    ${outcome}, (select array_agg(value::text) from missing) as missing, true as is_allowed
    from team t left join changed c on true`,
}

// The cuts are counted, and the connection's turn awaited, before the team is locked: everybody takes the locks in this order.
const removeAtOnce = {
  name: 'remove_members',
  text: `with cuts as materialized (
      select case when $10::integer is null then 0 else count_cuts($1, $3, $11) end as used
    ), named as (${named}), team as (
      select t.* from cuts, lateral (${team} and cuts.used >= 0 for no key update) t
    ), going as (
      select t.id as team_id, x.member_id, x.member_kind, x.row from team t, named i, ${rowOf('t.id', 'i.id')}
    ), verdict as (
      select $10::integer is null or (select used from cuts) + count(*) filter (where member_kind = 'user') <= $10
        or count(*) filter (where member_kind = 'user') = 0 as is_allowed
      from going
    ), removed as (
      delete from memberships m using going g, verdict v
      where v.is_allowed and m.ctid = g.row and m.organization_id = $1 and m.team_id = g.team_id and m.member_id = g.member_id
      returning m.team_id, m.member_id, m.member_kind, m.valid_from, m.ends_at
    ), history as (
      ${insertHistory('removed', '$6')}
    ), changed as (
      update teams c set version = c.version + 1, updated_at = $6, connection_id = $3 from team t
      where c.organization_id = $1 and c.id = t.id and exists (select from removed)
      returning c.id, c.version, c.updated_at, c.connection_id
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $6, 'team.members_changed', 'team', id, version, $3, $7, $8,
        (select count(*) from removed where member_kind = 'user'),
        jsonb_build_object('via', $9::text, 'members',
          jsonb_build_object('added', '[]'::jsonb, 'removed', (select jsonb_agg(member_id) from removed)))
      from changed
    )
    ${outcome}, null::text[] as missing, v.is_allowed
    from team t cross join verdict v left join changed c on true`,
}

/** A member as the statements below report it. */
export type MovedMember = { readonly member_id: string; readonly member_kind: 'user' | 'team' }

export type Moved = {
  readonly added: readonly MovedMember[]
  readonly removed: readonly MovedMember[]
  readonly missing: readonly string[]
}

/** A team that the caller has locked. */
export type LockedTeam = { readonly id: string; readonly scimId: string }

/** Adds and removes named members of a locked team. With anybody missing, nothing is done. */
export async function moveMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  team: LockedTeam,
  named: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<Moved> {
  const added = named.add.length === 0 ? noMoves : await addMembers(tx, origin, team, named.add)
  if (named.remove.length === 0 || added.missing.length > 0) return { ...added, removed: [] }
  const { organizationId, now } = origin
  const { rows } = await tx.query<MovedMember>(removeNamed, [organizationId, team.id, now, named.remove])
  return { ...added, removed: rows }
}

const noMoves = { added: [], missing: [] }

async function addMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  team: LockedTeam,
  values: readonly string[],
): Promise<Pick<Moved, 'added' | 'missing'>> {
  const parameters = [origin.organizationId, team.scimId, team.id, values, origin.now]
  const { rows } = await tx.query<{ members: readonly MovedMember[] | null; missing: readonly string[] | null }>(
    addNamed,
    parameters,
  )
  return { added: rows[0]?.members ?? [], missing: rows[0]?.missing ?? [] }
}

const addNamed = {
  name: 'add_named_members',
  text: `with ${found}, added as (
      insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
      select $1, $3, f.id, f.kind, $5 from found f where not exists (select from missing)
      on conflict do nothing returning member_id, member_kind
    ), nested as (
      update teams n set is_nested = true from added a
      where a.member_kind = 'team' and n.organization_id = $1 and n.id = a.member_id and not n.is_nested
    )
    select (select json_agg(a) from added a) as members, (select array_agg(value::text) from missing) as missing`,
}

const ended = `history as (
    ${insertHistory('removed', '$3')}
  ) select member_id, member_kind from removed`

const removeNamed = {
  name: 'remove_named_members',
  text: `with named as (${named}), removed as (
      delete from memberships m using named i, ${rowOf('$2', 'i.id')}
      where m.ctid = x.row and m.organization_id = $1 and m.team_id = $2 and m.member_id = i.id
      returning m.team_id, m.member_id, m.member_kind, m.valid_from, m.ends_at
    ), ${ended}`,
}

/** Removes members of a locked team by our ids. */
export async function removeMemberRows(
  tx: Queryable,
  origin: ChangeOrigin,
  teamId: string,
  memberIds: readonly string[],
): Promise<readonly MovedMember[]> {
  const { organizationId, now } = origin
  const { rows } = await tx.query<MovedMember>(removeRows, [organizationId, teamId, now, memberIds])
  return rows
}

const removeRows = {
  name: 'remove_member_rows',
  text: `with removed as (
      delete from memberships m where m.organization_id = $1 and m.team_id = $2 and m.member_id = any($4::uuid[])
      returning m.team_id, m.member_id, m.member_kind, m.valid_from, m.ends_at
    ), ${ended}`,
}

/** Makes the named the only members of a locked team; people who are hidden stay. With anybody missing, nothing is done. */
export async function replaceMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  team: LockedTeam,
  replacement: { readonly values: readonly string[]; readonly hidesSuspendedMembers: boolean },
): Promise<Moved> {
  const { values } = replacement
  const { added, missing } = values.length === 0 ? noMoves : await addMembers(tx, origin, team, values)
  if (missing.length > 0) return { added, missing, removed: [] }
  const parameters = [origin.organizationId, team.id, origin.now, values, replacement.hidesSuspendedMembers]
  const { rows } = await tx.query<MovedMember>(removeOthers, parameters)
  return { added, missing, removed: rows }
}

const removeOthers = {
  name: 'remove_other_members',
  text: `with kept as (
      select id from users where organization_id = $1 and scim_id = any($4::uuid[]) and scim_id is not null
      union all
      select id from teams where organization_id = $1 and scim_id = any($4::uuid[]) and scim_id is not null
    ), removed as (
      delete from memberships m where m.organization_id = $1 and m.team_id = $2 and m.member_id not in (select id from kept)
        and not ($5 and exists (
          select from users u where u.organization_id = $1 and u.id = m.member_id and u.state = 'suspended'))
      returning m.team_id, m.member_id, m.member_kind, m.valid_from, m.ends_at
    ), ${ended}`,
}

/** Removes the members of a locked team that a value filter finds. */
export async function removeMatchingMembers(
  tx: Queryable,
  origin: ChangeOrigin,
  team: LockedTeam,
  match: { readonly filter: BoundElementFilter; readonly scope: MembershipScope },
): Promise<Moved> {
  const { organizationId, now } = origin
  const members = membersOf(sql`${organizationId}::uuid`, sql`${team.id}::uuid`, match.scope)
  const { text, values } = toStatement(sql`with removed as (
      delete from memberships d where d.organization_id = ${organizationId}::uuid and d.team_id = ${team.id}::uuid
        and d.member_id in (select m.member_id ${members} and ${memberCondition(match.filter)})
      returning d.member_id, d.member_kind, d.valid_from, d.ends_at
    ), history as (
      insert into membership_history (organization_id, team_id, member_id, member_kind, valid_from, valid_to, ends_at)
      select ${organizationId}::uuid, ${team.id}::uuid, member_id, member_kind, valid_from, ${now}::timestamptz, ends_at
      from removed where valid_from < ${now}::timestamptz on conflict do nothing
    ) select member_id, member_kind from removed`)
  const { rows } = await tx.query<MovedMember>({ text }, values)
  return { added: [], missing: [], removed: rows }
}

/** The team as it is after the changes of this transaction. */
export async function selectTeamRow(
  tx: Queryable,
  origin: ChangeOrigin,
  teamId: string,
): Promise<ResourceRow | undefined> {
  const { rows } = await tx.query<ResourceRow>(teamRow, [origin.organizationId, teamId, origin.connectionId])
  return rows[0]
}

const teamRow = {
  name: 'team_row',
  text: `select ${rowColumns} from teams p where p.organization_id = $1 and p.id = $2`,
}
