import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import { changeColumns, type ChangeOrigin } from './changes.ts'
import { insertHistory } from './ended-memberships.ts'
import type { ReadName, SourceName } from './source-settling.ts'

/** How the members of a source's groups are found. */
export type MemberSite = {
  readonly name: ReadName
  /** Groups name people by other keys than the anchors of their records. */
  readonly isKeyed: boolean
  /** Who is in a group in a group is in both. */
  readonly isNested: boolean
}

// One statement may go through all members of all groups.
const statementTimeoutMs = 10 * 60_000

function valuesOf({ name }: MemberSite): readonly unknown[] {
  return [name.organizationId, name.sourceId, name.readId]
}

/** Plans who of these members comes into teams and who leaves them; what is planned already stays. */
export async function planMoves(tx: Queryable, site: MemberSite, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await tx.query(plan, [...valuesOf(site), toTextArray(keys), site.isKeyed, site.isNested])
}

// Look-ups by whole keys everywhere: without statistics, which a first read has none of, joins would read all of a source for each page.
const groupsOf = (key: string): string => `lateral (
        select group_anchor from source_group_members x
        where x.member_key = ${key} and x.source_id = $2 and x.organization_id = $1 offset 0)`
const groupOf = (anchor: string): string => `lateral (
        select anchor, member_key, team_id, is_followed, is_deleted from source_groups x
        where x.organization_id = $1 and x.source_id = $2 and x.anchor = ${anchor} limit 1)`
const people = `select k.key, r.user_id, r.anchor, r.is_deleted from keys k
      left join lateral (
        select anchor from source_member_keys x
        where $5 and x.member_key = k.key and x.source_id = $2 and x.organization_id = $1 offset 0) c on true
      cross join lateral (
        select user_id, anchor, is_deleted from source_records x
        where x.organization_id = $1 and x.source_id = $2 and x.anchor = case when $5 then c.anchor else k.key end limit 1) r`
const isComing = `exists (select from source_operations o where o.organization_id = $1 and o.read_id = $3
        and o.round = any ('{0,1,2,3,4}') and o.anchor = p.anchor and o.operation in ('create', 'link', 'reactivate')
        and o.state in ('planned', 'done'))`

const plan = {
  name: 'plan_source_team_moves',
  query_timeout: statementTimeoutMs,
  text: `with recursive keys as materialized (select unnest($4::text[]) collate "C" as key), people as materialized (${people}),
    up (key, anchor) as (
      select k.key, m.group_anchor from keys k cross join ${groupsOf('k.key')} m
      union
      select u.key, m.group_anchor from up u cross join ${groupOf('u.anchor')} g cross join ${groupsOf('g.member_key')} m
      where $6 and not g.is_deleted
    ), wanted as materialized (
      select u.key, u.anchor, coalesce(g.team_id, o.team_id) as team_id from up u cross join ${groupOf('u.anchor')} g
      left join lateral (select team_id from source_team_operations x
        where x.organization_id = $1 and x.read_id = $3 and x.anchor = u.anchor limit 1) o on true
      where g.is_followed
    ), coming as (
      select w.anchor, p.key, true as is_added, p.user_id from people p join wanted w on w.key = p.key
      left join lateral (select scim_id from users x where x.organization_id = $1 and x.id = p.user_id limit 1) a on true
      left join lateral (select member_id from memberships x
        where x.organization_id = $1 and x.team_id = w.team_id and x.member_id = p.user_id limit 1) m on true
      where not p.is_deleted and m.member_id is null and (a.scim_id is not null or ${isComing})
    ), leaving as (
      select g.anchor, case when p.is_deleted then p.user_id::text else p.key end as key, false as is_added, p.user_id from people p
      cross join lateral (select team_id from memberships x
        where x.organization_id = $1 and x.member_id = p.user_id and x.member_kind = 'user' offset 0) m
      cross join lateral (select anchor from source_groups x
        where x.organization_id = $1 and x.team_id = m.team_id and x.source_id = $2 and x.is_followed limit 1) g
      where p.is_deleted or (p.key, g.anchor) not in (select key, anchor from wanted)
    )
    insert into source_team_moves (organization_id, read_id, source_id, anchor, member_key, is_added, user_id)
    select $1, $3, $2, anchor, key, is_added, user_id from (select * from coming union all select * from leaving) moves
    on conflict do nothing`,
}

/** Who is in a team that follows a group from now on, and not in the group, leaves it. */
export async function planWholeTeam(
  tx: Queryable,
  site: MemberSite,
  link: { readonly anchor: string; readonly teamId: string },
): Promise<void> {
  const text = `with recursive below (anchor) as (
      select $6::text collate "C"
      union
      select g.anchor from below b
      join source_group_members m on m.organization_id = $1 and m.source_id = $2 and m.group_anchor = b.anchor
      join source_groups g on g.member_key = m.member_key and g.source_id = $2 and g.organization_id = $1 where $5
    ), keys as (
      select distinct m.member_key as key from below b
      join source_group_members m on m.organization_id = $1 and m.source_id = $2 and m.group_anchor = b.anchor
    ), people as (${people.replaceAll('$5', '$4')})
    insert into source_team_moves (organization_id, read_id, source_id, anchor, member_key, is_added, user_id)
    select $1, $3, $2, $6, m.member_id::text, false, m.member_id from memberships m
    where m.organization_id = $1 and m.team_id = $7 and m.member_kind = 'user'
      and m.member_id not in (select user_id from people where user_id is not null and not is_deleted)
    on conflict do nothing`
  const values = [...valuesOf(site), site.isKeyed, site.isNested, link.anchor, link.teamId]
  await tx.query({ query_timeout: statementTimeoutMs, text }, values)
}

/** A planned move, as far as it can be carried out. */
export type PlannedMove = {
  readonly anchor: string
  readonly member_key: string
  readonly is_added: boolean
  readonly team_id: string | null
  readonly user_id: string | null
}

/** The next so many, team by team. */
export async function selectPlannedMoves(
  tx: Queryable,
  site: MemberSite,
  page: { readonly after: { readonly anchor: string; readonly key: string }; readonly rowsMax: number },
): Promise<readonly PlannedMove[]> {
  const { rows } = await tx.query<PlannedMove>(planned, [
    ...valuesOf(site),
    page.after.anchor,
    site.isKeyed,
    page.after.key,
    page.rowsMax,
  ])
  return rows
}

const planned = {
  name: 'planned_source_team_moves',
  text: `select v.anchor, v.member_key, v.is_added, g.team_id, coalesce(v.user_id, p.user_id) as user_id
    from source_team_moves v
    left join ${groupOf('v.anchor')} g on true
    left join lateral (
      with keys as (select v.member_key as key) select q.user_id from (${people}) q
      where v.user_id is null and q.user_id is not null and not q.is_deleted limit 1) p on true
    where v.organization_id = $1 and v.read_id = $3 and v.state = 'planned' and (v.anchor, v.member_key) > ($4, $6)
    order by v.anchor, v.member_key limit $7`,
}

/** Of these teams those that the source has, locked until the end of the transaction: changes of one team take turns. */
export async function lockSourceTeams(
  tx: Queryable,
  name: SourceName,
  teamIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const text = `select id from teams where organization_id = $1 and connection_id = $2 and id = any($3::uuid[]) and scim_id is not null
    and deleted_at is null order by id for no key update`
  const { rows } = await tx.query<{ id: string }>({ text }, [name.organizationId, name.sourceId, teamIds])
  return new Set(rows.map(({ id }) => id))
}

export type MemberMove = { readonly teamId: string; readonly userId: string; readonly isAdded: boolean }

/** Moves people into locked teams and out of them: rows of those who move, a version and a change for each team of which anybody did. */
export async function movePeopleOfTeams(
  tx: Queryable,
  origin: ChangeOrigin,
  { moves, isCounted }: { readonly moves: readonly MemberMove[]; readonly isCounted: boolean },
): Promise<void> {
  if (moves.length === 0) return
  const { organizationId, connectionId, now, actor, requestId } = origin
  await tx.query(move, [
    organizationId,
    connectionId,
    now,
    actor,
    requestId,
    isCounted,
    toTextArray(moves.map(({ teamId }) => teamId)),
    toTextArray(moves.map(({ userId }) => userId)),
    toTextArray(moves.map(({ isAdded }) => String(isAdded))),
  ])
}

const move = {
  name: 'move_people_of_source_teams',
  text: `with pairs as materialized (
      select team_id::uuid, user_id::uuid, is_added::boolean from unnest($7::text[], $8::text[], $9::text[]) p (team_id, user_id, is_added)
    ), found as materialized (
      select id from users where organization_id = $1 and scim_id is not null
        and id = any (array(select distinct user_id from pairs where is_added)) order by id for key share
    ), added as (
      insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
      select $1, p.team_id, p.user_id, 'user', $3 from pairs p where p.is_added and p.user_id in (select id from found)
      on conflict do nothing returning team_id, member_id
    ), removed as (
      delete from memberships m using pairs p cross join lateral (
        select r.ctid as row from memberships r
        where r.organization_id = $1 and r.team_id = p.team_id and r.member_id = p.user_id offset 0) x
      where not p.is_added and m.ctid = x.row and m.organization_id = $1
      returning m.team_id, m.member_id, m.member_kind, m.valid_from, m.ends_at
    ), history as (
      ${insertHistory('removed', '$3')}
    ), moved as (
      select team_id, coalesce(array_agg(member_id) filter (where is_in), '{}') as joined,
        coalesce(array_agg(member_id) filter (where not is_in), '{}') as gone
      from (select team_id, member_id, true as is_in from added union all select team_id, member_id, false from removed) m
      group by team_id
    ), touched as (
      update teams t set version = t.version + 1, updated_at = $3 from moved m
      where t.organization_id = $1 and t.id = m.team_id returning t.id, t.version, m.joined, m.gone
    )
    insert into changes (${changeColumns})
    select $1, $3, 'team.members_changed', 'team', id, version, $2, $4, $5, case when $6 then cardinality(gone) else 0 end,
      jsonb_build_object('via', 'source', 'members', as_member_changes(joined, gone))
    from touched`,
}

export type MoveState = 'done' | 'failed' | 'waiting'

export async function updateMoves(
  tx: Queryable,
  name: ReadName,
  moves: readonly (Pick<PlannedMove, 'anchor' | 'member_key' | 'user_id'> & { readonly state: MoveState })[],
): Promise<void> {
  if (moves.length === 0) return
  await tx.query(finish, [
    name.organizationId,
    name.readId,
    toTextArray(moves.map(({ anchor }) => anchor)),
    toTextArray(moves.map(({ member_key }) => member_key)),
    toTextArray(moves.map(({ user_id }) => user_id)),
    toTextArray(moves.map(({ state }) => state)),
  ])
}

const finish = {
  name: 'finish_source_team_moves',
  text: `update source_team_moves v set state = w.state, user_id = w.user_id::uuid
    from unnest($3::text[], $4::text[], $5::text[], $6::text[]) w (anchor, member_key, user_id, state) cross join lateral (
      select x.ctid from source_team_moves x
      where x.organization_id = $1 and x.read_id = $2 and x.anchor = w.anchor and x.member_key = w.member_key limit 1) x
    where v.ctid = x.ctid`,
}

/** Who would leave a team and has an account that works. */
export async function selectPlannedLeavers(
  tx: Queryable,
  name: ReadName,
): Promise<readonly { readonly team_id: string; readonly user_id: string }[]> {
  const text = `select g.team_id, v.user_id from source_team_moves v
    join source_groups g on g.organization_id = $1 and g.source_id = $2 and g.anchor = v.anchor and g.team_id is not null
    join users u on u.organization_id = $1 and u.id = v.user_id and u.state in ('pending', 'active')
    where v.organization_id = $1 and v.read_id = $3 and v.state = 'planned' and not v.is_added`
  const { rows } = await tx.query<{ team_id: string; user_id: string }>({ text }, [
    name.organizationId,
    name.sourceId,
    name.readId,
  ])
  return rows
}

/** Holds everybody who would leave. */
export async function holdMoves(tx: Queryable, name: ReadName, holdId: string): Promise<void> {
  const text = `update source_team_moves set state = 'held', hold_id = $3
    where organization_id = $1 and read_id = $2 and state = 'planned' and not is_added`
  await tx.query({ text }, [name.organizationId, name.readId, holdId])
}

/** Whoever was added by hand, or for a while, to a team that a group takes over is there by the group from now on. */
export async function claimMembers(tx: Queryable, organizationId: string, teamId: string): Promise<void> {
  const text = `update memberships set is_manual = false, ends_at = null
    where organization_id = $1 and team_id = $2 and member_kind = 'user' and (is_manual or ends_at is not null)`
  await tx.query({ text }, [organizationId, teamId])
}
