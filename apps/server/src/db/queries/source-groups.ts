import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { ReadName, SourceName } from './source-settling.ts'

/** A group that is to be judged. */
export type PendingGroup = {
  readonly anchor: string
  readonly raw: string
  readonly situation: string
  readonly is_deleted: boolean
  readonly absent_reads: number
  readonly is_followed: boolean
  /** A team was made of it once. */
  readonly has_team: boolean
  /** The team, as long as it is the source's. */
  readonly team_id: string | null
  readonly team_name: string | null
  readonly team_description: string | null
}

/** The next so many pending groups behind an anchor, in the order of anchors. */
export async function selectPendingGroups(
  tx: Queryable,
  name: SourceName,
  page: { readonly after: string; readonly rowsMax: number },
): Promise<readonly PendingGroup[]> {
  const { rows } = await tx.query<PendingGroup>(pending, [name.organizationId, name.sourceId, page.after, page.rowsMax])
  return rows
}

const pending = {
  name: 'source_pending_groups',
  text: `select g.anchor, g.raw, g.situation, g.is_deleted, g.absent_reads, g.is_followed, g.team_id is not null as has_team,
      t.id as team_id, t.display as team_name, t.description as team_description
    from source_groups g
    left join teams t on t.organization_id = $1 and t.id = g.team_id and t.connection_id = $2 and t.scim_id is not null
      and t.deleted_at is null
    where g.organization_id = $1 and g.source_id = $2 and g.is_pending and g.anchor > $3 order by g.anchor limit $4`,
}

/** Makes pending what may be another thing by now though the source said nothing: conflicts, and all groups under other rules. */
export async function wakeGroups(
  tx: Queryable,
  name: SourceName,
  { isEverything }: { readonly isEverything: boolean },
): Promise<void> {
  const text = `update source_groups set is_pending = true where organization_id = $1 and source_id = $2 and not is_pending
    and ($3 or situation in ('nameTaken', 'asked', 'escrowed') or (absent_reads > 0 and is_followed))`
  await tx.query({ text }, [name.organizationId, name.sourceId, isEverything])
}

/** What was made of a group. */
export type SettledGroup = {
  readonly anchor: string
  readonly situation: string
  readonly name: string | null
  readonly isFollowed: boolean
  readonly error: { readonly reason: string; readonly attribute: string; readonly detail: string } | undefined
}

/** Writes what was settled of groups. */
export async function updateSettledGroups(
  tx: Queryable,
  name: SourceName,
  { groups, now }: { readonly groups: readonly SettledGroup[]; readonly now: Date },
): Promise<void> {
  if (groups.length === 0) return
  const texts = (textOf: (group: SettledGroup) => string | null | undefined): Buffer =>
    toTextArray(groups.map((group) => textOf(group) ?? null))
  await tx.query(settle, [
    name.organizationId,
    name.sourceId,
    now,
    texts(({ anchor }) => anchor),
    texts(({ situation }) => situation),
    texts((group) => group.name),
    texts(({ isFollowed }) => String(isFollowed)),
    texts(({ error }) => error?.reason),
    texts(({ error }) => error?.attribute),
    texts(({ error }) => error?.detail),
  ])
}

const settle = {
  name: 'update_settled_groups',
  text: `with w as (
      select * from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
        w (anchor, situation, name, is_followed, error_reason, error_attribute, error_detail)
    )
    update source_groups g set situation = w.situation, name = coalesce(w.name, g.name), is_followed = w.is_followed::boolean,
      is_begun = w.is_followed::boolean and (g.is_begun or not g.is_followed), is_pending = false, error_reason = w.error_reason, error_attribute = w.error_attribute, error_detail = w.error_detail,
      updated_at = $3
    from w where g.organization_id = $1 and g.source_id = $2 and g.anchor = w.anchor`,
}

/** The next group behind an anchor that is followed from now on and has a team already. */
export async function selectBegunGroup(
  tx: Queryable,
  name: ReadName,
  after: string,
): Promise<{ readonly anchor: string; readonly team_id: string } | undefined> {
  const text = `select g.anchor, coalesce(g.team_id, o.team_id) as team_id from source_groups g
    left join source_team_operations o on o.organization_id = $1 and o.read_id = $3 and o.anchor = g.anchor
      and o.operation in ('link', 'update')
    where g.organization_id = $1 and g.source_id = $2 and g.is_begun and g.anchor > $4 and coalesce(g.team_id, o.team_id) is not null
    order by g.anchor limit 1`
  const values = [name.organizationId, name.sourceId, name.readId, after]
  const { rows } = await tx.query<{ anchor: string; team_id: string }>({ text }, values)
  return rows[0]
}

/** Everybody in their teams was compared with them, but for whom the next read compares. */
export async function endBegunGroups(tx: Queryable, name: SourceName): Promise<void> {
  const text = `update source_groups set is_begun = is_pending
    where organization_id = $1 and source_id = $2 and is_begun and not is_pending`
  await tx.query({ text }, [name.organizationId, name.sourceId])
}

/** What became of groups when their operations were carried out; a null leaves what was there, an empty text is nothing. */
export type AppliedGroup = {
  readonly anchor: string
  readonly situation: string | null
  /** Null: as before; empty: none any more. */
  readonly teamId: string | null
  /** It is judged again by the next read. */
  readonly isPending: boolean
}

export async function updateAppliedGroups(
  tx: Queryable,
  name: SourceName,
  groups: readonly AppliedGroup[],
): Promise<void> {
  if (groups.length === 0) return
  await tx.query(
    {
      text: `update source_groups g set situation = coalesce(w.situation, g.situation), is_pending = w.is_pending::boolean,
          team_id = case w.team_id when '' then null else coalesce(w.team_id::uuid, g.team_id) end
        from unnest($3::text[], $4::text[], $5::text[], $6::text[]) w (anchor, situation, team_id, is_pending)
        where g.organization_id = $1 and g.source_id = $2 and g.anchor = w.anchor`,
    },
    [
      name.organizationId,
      name.sourceId,
      toTextArray(groups.map(({ anchor }) => anchor)),
      toTextArray(groups.map(({ situation }) => situation)),
      toTextArray(groups.map(({ teamId }) => teamId)),
      toTextArray(groups.map(({ isPending }) => String(isPending))),
    ],
  )
}

/** The group is pending, and new where it has no team any more. */
export async function judgeGroupAnew(
  tx: Queryable,
  name: SourceName,
  group: { readonly anchor: string; readonly keepsTeam: boolean },
): Promise<void> {
  const text = `update source_groups set is_pending = true, team_id = case when $4 then team_id end,
      situation = case when $4 then situation else 'new' end, is_followed = is_followed and $4
    where organization_id = $1 and source_id = $2 and anchor = $3`
  await tx.query({ text }, [name.organizationId, name.sourceId, group.anchor, group.keepsTeam])
}

/** A live team of a name that a group would have. */
export type NamedTeam = {
  readonly id: string
  readonly name_key: string
  readonly connection_id: string | null
  /** Nobody manages it, and the source may. */
  readonly is_free: boolean
  /** Whoever is in it may do something here, which is for no source to say. */
  readonly gives_roles: boolean
}

export async function selectTeamsByName(
  tx: Queryable,
  organizationId: string,
  keys: readonly string[],
): Promise<readonly NamedTeam[]> {
  if (keys.length === 0) return []
  const { rows } = await tx.query<NamedTeam>(byName, [organizationId, toTextArray(keys)])
  return rows
}

const byName = {
  name: 'source_teams_by_name',
  text: `select t.id, t.display_name_key as name_key, t.connection_id,
      t.connection_id is null and t.group_id is null
        and coalesce(t.source, (select s.source from team_settings s where s.organization_id = $1), 'all') <> 'uiAndApi'
        and not exists (select from team_rules r where r.organization_id = $1 and r.team_id = t.id
          and coalesce(r.live_revision, r.pending_revision) is not null) as is_free,
      exists (select from role_mappings r where r.organization_id = $1 and r.team_id = t.id) as gives_roles
    from unnest($2::text[]) k (key) cross join lateral (
      select * from teams x where x.organization_id = $1 and x.kind = 'team' and x.display_name_key = k.key and x.deleted_at is null
      order by x.id limit 10) t`,
}

/** Groups that people list by name: of these records the names of theirs, instead of those before. */
export async function replaceListedGroups(
  tx: Queryable,
  name: SourceName,
  listed: {
    readonly now: Date
    readonly anchors: readonly string[]
    /** A row for each group that a record lists. */
    readonly rows: readonly { readonly anchor: string; readonly group: string; readonly raw: string }[]
  },
): Promise<void> {
  const { rows } = listed
  await tx.query(replaceListed, [
    name.organizationId,
    name.sourceId,
    listed.now,
    toTextArray(listed.anchors),
    toTextArray(rows.map(({ anchor }) => anchor)),
    toTextArray(rows.map(({ group }) => group)),
    toTextArray(rows.map(({ raw }) => raw)),
  ])
}

const replaceListed = {
  name: 'replace_listed_groups',
  text: `with listed as materialized (
      select * from unnest($5::text[], $6::text[], $7::text[]) l (anchor, group_anchor, raw)
    ), known as materialized (
      select m.ctid, a.anchor, m.group_anchor from unnest($4::text[]) a (anchor) cross join lateral (
        select ctid, group_anchor from source_group_members x
        where x.member_key = a.anchor and x.source_id = $2 and x.organization_id = $1 offset 0) m
    ), gone as (
      delete from source_group_members m where m.ctid = any (array(
        select k.ctid from known k where (k.anchor, k.group_anchor) not in (select l.anchor, l.group_anchor from listed l)))
      returning m.member_key, m.group_anchor
    ), come as (
      insert into source_group_members (organization_id, source_id, group_anchor, member_key)
      select $1, $2, l.group_anchor, l.anchor from listed l
      where (l.anchor, l.group_anchor) not in (select k.anchor, k.group_anchor from known k)
      on conflict do nothing returning member_key, group_anchor
    ), touched as (
      insert into source_member_work (organization_id, source_id, member_key)
      select $1, $2, member_key from (select member_key from gone union select member_key from come) t on conflict do nothing
    ), emptied as (
      update source_groups set is_pending = true
      where organization_id = $1 and source_id = $2 and anchor in (select group_anchor from gone) and not is_pending
    )
    insert into source_groups (organization_id, source_id, anchor, raw_hash, raw, updated_at)
    select distinct on (l.group_anchor) $1::uuid, $2::uuid, l.group_anchor, '', l.raw, $3::timestamptz from listed l
    join come c on c.member_key = l.anchor and c.group_anchor = l.group_anchor order by l.group_anchor
    on conflict (organization_id, source_id, anchor) do update set is_pending = true, is_deleted = false
      where source_groups.is_deleted`,
}

/** Groups that people list by name are gone when nobody lists them. */
export async function endUnlistedGroups(tx: Queryable, name: SourceName, now: Date): Promise<void> {
  const text = `update source_groups g set is_deleted = true, updated_at = $3
    where g.organization_id = $1 and g.source_id = $2 and g.is_pending and not g.is_deleted and not exists (
      select from source_group_members m where m.organization_id = $1 and m.source_id = $2 and m.group_anchor = g.anchor)`
  await tx.query({ text }, [name.organizationId, name.sourceId, now])
}

/**
 * Where memberships are links between entries, as in Active Directory, no group changes when a member is renamed: what the source
 * said of members by the old name holds of the new one. Of the organization `$1` and its source `$2`.
 */
export const hasLinks = `exists (select from sources s where s.organization_id = $1 and s.id = $2 and s.place ->> 'flavour' = 'activeDirectory')`

/** How groups name the people of these records; whoever is called something else than before is looked at again. */
export async function replaceMemberKeys(
  tx: Queryable,
  name: SourceName,
  keys: readonly { readonly anchor: string; readonly key: string }[],
): Promise<void> {
  if (keys.length === 0) return
  await tx.query(replaceKeys, [
    name.organizationId,
    name.sourceId,
    toTextArray(keys.map(({ anchor }) => anchor)),
    toTextArray(keys.map(({ key }) => key)),
  ])
}

const replaceKeys = {
  name: 'replace_member_keys',
  text: `with w as materialized (
      select n.anchor, n.key, k.member_key as before from unnest($3::text[], $4::text[]) n (anchor, key)
      left join lateral (select member_key from source_member_keys x
        where x.organization_id = $1 and x.source_id = $2 and x.anchor = n.anchor limit 1) k on true
      where k.member_key is distinct from n.key
    ), touched as (
      insert into source_member_work (organization_id, source_id, member_key)
      select distinct $1::uuid, $2::uuid, k.key from w cross join lateral (values (w.key), (w.before)) k (key)
      where w.before is not null and k.key is not null on conflict do nothing
    ), unlinked as (
      delete from source_group_members m using w
      where m.member_key = w.before and m.source_id = $2 and m.organization_id = $1 and ${hasLinks} and not exists (
        select from source_member_keys o
        where o.member_key = w.before and o.source_id = $2 and o.organization_id = $1 and o.anchor <> w.anchor)
      returning m.group_anchor, w.key
    ), linked as (
      insert into source_group_members (organization_id, source_id, group_anchor, member_key)
      select $1, $2, group_anchor, key from unlinked on conflict do nothing
    )
    insert into source_member_keys (organization_id, source_id, anchor, member_key) select $1, $2, anchor, key from w
    on conflict (organization_id, source_id, anchor) do update set member_key = excluded.member_key`,
}
