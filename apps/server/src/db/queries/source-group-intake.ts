import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import { hasLinks } from './source-groups.ts'
import type { ReadOf } from './source-reads.ts'

/** A group as a page of a read shows it. */
export type GivenGroup = {
  readonly anchor: string
  readonly hash: string
  readonly raw: string
  /** Of all its members. */
  readonly membersHash: string
  /** How other groups name it; null: none can. */
  readonly memberKey: string | null
  readonly place: string
}

export type ComparedGroup = {
  /** Counts from 1, in the order that was given. */
  readonly position: number
  readonly hasOtherMembers: boolean
}

/** Those groups that are not what was known; all are noted as seen where the read shows everything. */
export async function compareGroups(
  tx: Queryable,
  read: ReadOf,
  { groups, isFull }: { readonly groups: readonly GivenGroup[]; readonly isFull: boolean },
): Promise<readonly ComparedGroup[]> {
  if (groups.length === 0) return []
  const { rows } = await tx.query<ComparedGroup>(compare, [
    read.organizationId,
    read.sourceId,
    read.readId,
    toTextArray(groups.map(({ anchor }) => anchor)),
    toTextArray(groups.map(({ hash }) => hash)),
    toTextArray(groups.map(({ membersHash }) => membersHash)),
    isFull,
  ])
  return rows
}

// By the index, one by one, as records are: before the first statistics a join would read all that the source ever said.
const compare = {
  name: 'compare_source_groups',
  text: `with given as (
      select * from unnest($4::text[], $5::text[], $6::text[]) with ordinality g (anchor, hash, members_hash, n)
    ), seen as (
      insert into source_seen_groups (organization_id, source_id, read_id, anchor)
      select $1::uuid, $2::uuid, $3::uuid, anchor from given where $7::boolean on conflict do nothing
    )
    select * from (
      select g.n::integer as position, coalesce(t.raw_hash, r.raw_hash) is distinct from g.hash or r.is_deleted is true as is_changed,
        coalesce(t.members_hash, r.members_hash) is distinct from g.members_hash as "hasOtherMembers"
      from given g
      left join lateral (select raw_hash, members_hash from source_staged_groups
        where organization_id = $1 and read_id = $3 and anchor = g.anchor limit 1) t on true
      left join lateral (select raw_hash, members_hash, is_deleted from source_groups
        where organization_id = $1 and source_id = $2 and anchor = g.anchor limit 1) r on true) c
    where c.is_changed or c."hasOtherMembers"`,
}

/** Groups that the read showed in what was bad: whichever they are, they are not gone. */
export async function seeGroups(tx: Queryable, read: ReadOf, anchors: readonly string[]): Promise<void> {
  if (anchors.length === 0) return
  await tx.query(
    {
      text: `insert into source_seen_groups (organization_id, source_id, read_id, anchor)
        select $1, $2, $3, anchor from unnest($4::text[]) anchor on conflict do nothing`,
    },
    [read.organizationId, read.sourceId, read.readId, toTextArray(anchors)],
  )
}

/** Each group once; what the same read said of it before is forgotten, its members with it. */
export async function stageGroups(tx: Queryable, read: ReadOf, groups: readonly GivenGroup[]): Promise<void> {
  if (groups.length === 0) return
  const texts = (textOf: (group: GivenGroup) => string | null): Buffer => toTextArray(groups.map(textOf))
  const of = [read.organizationId, read.sourceId, read.readId]
  await tx.query(stage, [
    ...of,
    texts(({ anchor }) => anchor),
    texts(({ hash }) => hash),
    texts(({ raw }) => raw),
    texts(({ membersHash }) => membersHash),
    texts(({ memberKey }) => memberKey),
    texts(({ place }) => place),
  ])
}

const onStagedAgain = `on conflict (organization_id, read_id, anchor) do update set raw_hash = excluded.raw_hash, raw = excluded.raw,
      members_hash = excluded.members_hash, member_key = excluded.member_key, place = excluded.place`

const stage = {
  name: 'stage_source_groups',
  text: `insert into source_staged_groups (organization_id, source_id, read_id, anchor, raw_hash, raw, members_hash, member_key, place)
    select $1, $2, $3, * from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) ${onStagedAgain}`,
}

/** The source itself says that they are gone. */
export async function stageGoneGroups(
  tx: Queryable,
  read: ReadOf,
  gone: readonly { readonly anchor: string; readonly place: string }[],
): Promise<void> {
  if (gone.length === 0) return
  await tx.query(
    {
      text: `insert into source_staged_groups (organization_id, source_id, read_id, anchor, place)
        select $1, $2, $3, * from unnest($4::text[], $5::text[]) ${onStagedAgain}`,
    },
    [
      read.organizationId,
      read.sourceId,
      read.readId,
      toTextArray(gone.map(({ anchor }) => anchor)),
      toTextArray(gone.map(({ place }) => place)),
    ],
  )
}

/** Forgets how the read found the members of a group before. */
export async function unstageMembers(tx: Queryable, read: ReadOf, groupAnchor: string): Promise<void> {
  const text = 'delete from source_staged_members where organization_id = $1 and read_id = $2 and group_anchor = $3'
  await tx.query({ text }, [read.organizationId, read.readId, groupAnchor])
}

/** A piece of the members of a group, in the order of their bytes. */
export type MemberPiece = {
  readonly groupAnchor: string
  readonly keys: readonly string[]
  /** What the piece covers: behind this key, to that one; null: from the beginning, to the end. */
  readonly after: string | null
  readonly until: string | null
}

/** Stages who has come and who has gone within a piece; who is there as before costs no row. */
export async function stageMembers(tx: Queryable, read: ReadOf, piece: MemberPiece): Promise<void> {
  await tx.query(stagePiece, [
    read.organizationId,
    read.sourceId,
    read.readId,
    piece.groupAnchor,
    toTextArray(piece.keys),
    piece.after,
    piece.until,
  ])
}

const stagePiece = {
  name: 'stage_source_members',
  text: `with given as materialized (select unnest($5::text[]) collate "C" as key), known as materialized (
      select member_key from source_group_members
      where organization_id = $1 and source_id = $2 and group_anchor = $4
        and ($6::text is null or member_key > $6) and ($7::text is null or member_key <= $7)
    )
    insert into source_staged_members (organization_id, source_id, read_id, group_anchor, member_key, is_added)
    select $1::uuid, $2::uuid, $3::uuid, $4::text, key, true from given where key not in (select member_key from known)
    union all
    select $1, $2, $3, $4, member_key, false from known where member_key not in (select key from given)`,
}

/**
 * Makes some of what was staged what the source says of groups; how many there were. Whoever is in one that goes,
 * comes back or is called something else is looked at again, for the groups that it is in.
 */
export async function acceptGroups(
  tx: Queryable,
  read: ReadOf,
  { now, rowsMax }: { readonly now: Date; readonly rowsMax: number },
): Promise<number> {
  const values = [read.organizationId, read.sourceId, read.readId, rowsMax, now]
  const { rows } = await tx.query<{ count: number }>(accept, values)
  return rows[0]?.count ?? 0
}

const accept = {
  text: `with taken as (
      delete from source_staged_groups where ctid = any (array(
        select ctid from source_staged_groups where organization_id = $1 and read_id = $3 order by anchor limit $4))
      returning anchor, raw_hash, raw, members_hash, member_key, place),
    before as materialized (
      select t.raw_hash, t.member_key as key, g.member_key as before, g.is_deleted from taken t
      cross join lateral (select member_key, is_deleted from source_groups
        where organization_id = $1 and source_id = $2 and anchor = t.anchor limit 1) g),
    touched as (
      insert into source_member_work (organization_id, source_id, member_key)
      select distinct $1::uuid, $2::uuid, k.key from before b cross join lateral (values (b.key), (b.before)) k (key)
      where k.key is not null and (b.raw_hash is null or b.is_deleted is true or b.before is distinct from b.key)
      on conflict do nothing),
    unlinked as (
      delete from source_group_members m using before b
      where b.key <> b.before and m.member_key = b.before and m.source_id = $2 and m.organization_id = $1 and ${hasLinks}
      returning m.group_anchor, b.key),
    linked as (
      insert into source_group_members (organization_id, source_id, group_anchor, member_key)
      select $1, $2, group_anchor, key from unlinked on conflict do nothing),
    written as (
      insert into source_groups (organization_id, source_id, anchor, raw_hash, raw, members_hash, member_key, place, updated_at)
      select $1, $2, anchor, raw_hash, raw, members_hash, member_key, place, $5 from taken where raw_hash is not null
      on conflict (organization_id, source_id, anchor) do update set raw_hash = excluded.raw_hash, raw = excluded.raw,
        members_hash = excluded.members_hash, member_key = excluded.member_key, place = excluded.place, is_pending = true,
        is_deleted = false, absent_reads = 0, updated_at = excluded.updated_at),
    gone as (
      update source_groups set is_deleted = true, is_pending = true, updated_at = $5
      where organization_id = $1 and source_id = $2 and not is_deleted
        and anchor = any (array(select anchor from taken where raw_hash is null)))
    select count(*) as count from taken`,
}

/** The same of their members, each of whom is looked at again. */
export async function acceptMembers(tx: Queryable, read: ReadOf, rowsMax: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(acceptMoves, [
    read.organizationId,
    read.sourceId,
    read.readId,
    rowsMax,
  ])
  return rows[0]?.count ?? 0
}

const acceptMoves = {
  text: `with taken as materialized (
      delete from source_staged_members where ctid = any (array(
        select ctid from source_staged_members where organization_id = $1 and read_id = $3
        order by group_anchor, member_key limit $4))
      returning group_anchor, member_key, is_added),
    added as (
      insert into source_group_members (organization_id, source_id, group_anchor, member_key)
      select $1, $2, group_anchor, member_key from taken where is_added on conflict do nothing),
    removed as (
      delete from source_group_members m using taken t cross join lateral (
        select x.ctid from source_group_members x
        where x.organization_id = $1 and x.source_id = $2 and x.group_anchor = t.group_anchor and x.member_key = t.member_key limit 1) x
      where m.ctid = x.ctid and not t.is_added),
    touched as (
      insert into source_member_work (organization_id, source_id, member_key)
      select distinct $1::uuid, $2::uuid, member_key from taken on conflict do nothing)
    select count(*) as count from taken`,
}

// More than any rules wait for.
const absencesMax = 10

/** After a complete read: one absence more for each group that it did not show, none for those that it did; how many are absent. */
export async function countGroupAbsences(tx: Queryable, read: ReadOf, now: Date): Promise<number> {
  const { rows } = await tx.query<{ absent: number }>({ text: absences }, [
    read.organizationId,
    read.sourceId,
    read.readId,
    now,
  ])
  return rows[0]?.absent ?? 0
}

const absences = `with groups as (
      select g.anchor, g.absent_reads, g.is_deleted, s.anchor is not null as is_seen from source_groups g
      left join source_seen_groups s on s.organization_id = $1 and s.read_id = $3 and s.anchor = g.anchor
      where g.organization_id = $1 and g.source_id = $2),
    counted as (
      update source_groups set absent_reads = absent_reads + 1, is_pending = true, updated_at = $4
      where organization_id = $1 and source_id = $2 and anchor = any (array(
        select anchor from groups where not is_seen and not is_deleted and absent_reads < ${absencesMax}))),
    back as (
      update source_groups set absent_reads = 0, is_pending = true, updated_at = $4
      where organization_id = $1 and source_id = $2
        and anchor = any (array(select anchor from groups where is_seen and absent_reads > 0)))
    select count(*) filter (where not is_seen and not is_deleted) as absent from groups`
