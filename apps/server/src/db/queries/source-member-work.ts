import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { ReadName, SourceName } from './source-settling.ts'
import type { MemberSite } from './source-team-moves.ts'

// Some groups have very many members.
const statementTimeoutMs = 10 * 60_000

/** Whoever is in these groups themselves is looked at; groups in them stand for nobody here. */
export async function touchMembersOf(tx: Queryable, name: SourceName, anchors: readonly string[]): Promise<void> {
  if (anchors.length === 0) return
  await tx.query(touchMembers, [name.organizationId, name.sourceId, toTextArray(anchors)])
}

const touchMembers = {
  name: 'touch_members_of_groups',
  query_timeout: statementTimeoutMs,
  text: `insert into source_member_work (organization_id, source_id, member_key)
    select distinct $1::uuid, $2::uuid, m.member_key from unnest($3::text[]) a (anchor) cross join lateral (
      select member_key from source_group_members x
      where x.organization_id = $1 and x.source_id = $2 and x.group_anchor = a.anchor offset 0) m
    left join lateral (
      select anchor from source_groups x
      where x.member_key = m.member_key and x.source_id = $2 and x.organization_id = $1 limit 1) g on true
    where g.anchor is null on conflict do nothing`,
}

/** Groups behind an anchor; only those that are followed from now on, where that is said. */
export async function selectGroupAnchors(
  tx: Queryable,
  name: SourceName,
  page: { readonly isBegun: boolean; readonly after: string; readonly rowsMax: number },
): Promise<readonly string[]> {
  const text = `select anchor from source_groups
    where organization_id = $1 and source_id = $2 and (is_begun or not $3) and anchor > $4 order by anchor limit $5`
  const values = [name.organizationId, name.sourceId, page.isBegun, page.after, page.rowsMax]
  const { rows } = await tx.query<{ anchor: string }>({ text }, values)
  return rows.map(({ anchor }) => anchor)
}

export type OperationPlace = { readonly round: number; readonly anchor: string }

/** Whoever arrives, or comes back, by the next operations of this read is looked at: his teams waited for him. */
export async function touchArrivals(
  tx: Queryable,
  site: MemberSite,
  page: { readonly after: OperationPlace; readonly rowsMax: number },
): Promise<{ readonly keys: readonly string[]; readonly last: OperationPlace | undefined }> {
  const { name } = site
  const values = [
    name.organizationId,
    name.sourceId,
    name.readId,
    site.isKeyed,
    page.after.round,
    page.after.anchor,
    page.rowsMax,
  ]
  const { rows } = await tx.query<{ keys: readonly string[] | null; round: number | null; anchor: string | null }>(
    arrivals,
    values,
  )
  const { keys = null, round = null, anchor = null } = rows[0] ?? {}
  return { keys: keys ?? [], last: round === null || anchor === null ? undefined : { round, anchor } }
}

const arrivals = {
  name: 'touch_source_arrivals',
  query_timeout: statementTimeoutMs,
  text: `with page as materialized (
      select round, anchor, operation, state from source_operations
      where organization_id = $1 and read_id = $3 and (round, anchor) > ($5::smallint, $6::text) order by round, anchor limit $7
    ), named as materialized (
      select distinct k.key from page o cross join lateral (
        select member_key as key from source_member_keys x
        where $4 and x.organization_id = $1 and x.source_id = $2 and x.anchor = o.anchor
        union all select o.anchor where not $4) k
      cross join lateral (
        select from source_group_members x where x.member_key = k.key and x.source_id = $2 and x.organization_id = $1 limit 1) m
      where o.operation in ('create', 'link', 'reactivate') and o.state in ('planned', 'done')
    ), touched as (
      insert into source_member_work (organization_id, source_id, member_key) select $1, $2, key from named on conflict do nothing
    ), last as (select round, anchor from page order by round desc, anchor desc limit 1)
    select (select array_agg(key) from named) as keys, (select round from last) as round, (select anchor from last) as anchor`,
}

/** Groups among those who are looked at, behind a key: their own anchors. */
export async function selectTouchedGroups(
  tx: Queryable,
  name: SourceName,
  page: { readonly after: string; readonly rowsMax: number },
): Promise<readonly { readonly key: string; readonly anchor: string }[]> {
  const values = [name.organizationId, name.sourceId, page.after, page.rowsMax]
  const { rows } = await tx.query<{ key: string; anchor: string }>(touchedGroups, values)
  return rows
}

const touchedGroups = {
  name: 'touched_source_groups',
  text: `select g.member_key as key, g.anchor from source_groups g cross join lateral (
      select from source_member_work w
      where w.organization_id = $1 and w.source_id = $2 and w.member_key = g.member_key limit 1) w
    where g.organization_id = $1 and g.source_id = $2 and g.member_key > $3 order by g.member_key limit $4`,
}

/** Groups that are members of these. */
export async function selectGroupsWithin(
  tx: Queryable,
  name: SourceName,
  anchors: readonly string[],
): Promise<readonly string[]> {
  const values = [name.organizationId, name.sourceId, toTextArray(anchors)]
  const { rows } = await tx.query<{ anchor: string }>(within, values)
  return rows.map(({ anchor }) => anchor)
}

const within = {
  name: 'source_groups_within',
  query_timeout: statementTimeoutMs,
  text: `select distinct g.anchor from unnest($3::text[]) a (anchor) cross join lateral (
      select member_key from source_group_members x
      where x.organization_id = $1 and x.source_id = $2 and x.group_anchor = a.anchor offset 0) m
    cross join lateral (
      select anchor from source_groups x
      where x.member_key = m.member_key and x.source_id = $2 and x.organization_id = $1 limit 1) g`,
}

/** Whoever is in these groups is looked at instead of them. */
export async function endTouchedGroups(tx: Queryable, name: SourceName, keys: readonly string[]): Promise<void> {
  const text = `delete from source_member_work where organization_id = $1 and source_id = $2 and member_key = any ($3::text[])`
  await tx.query({ text }, [name.organizationId, name.sourceId, toTextArray(keys)])
}

/** Members who are looked at, behind one of them, in the order of their keys. */
export async function selectMemberWork(
  tx: Queryable,
  name: SourceName,
  page: { readonly after: string; readonly rowsMax: number },
): Promise<readonly string[]> {
  const values = [name.organizationId, name.sourceId, page.after, page.rowsMax]
  const { rows } = await tx.query<{ key: string }>(workBehind, values)
  return rows.map(({ key }) => key)
}

const workBehind = {
  name: 'source_member_work_behind',
  text: `select member_key as key from source_member_work where organization_id = $1 and source_id = $2 and member_key > $3
    order by member_key limit $4`,
}

/** Of whom everything was done nobody has to look any more; who was held or failed is looked at by the next read again. */
export async function clearMemberWork(tx: Queryable, name: ReadName, rowsMax: number): Promise<number> {
  // A hashed set: asking for each of them would read all moves of the read as often.
  const text = `delete from source_member_work where ctid = any (array(
      select w.ctid from source_member_work w where w.organization_id = $1 and w.source_id = $2 and w.member_key not in (
        select v.member_key from source_team_moves v
        where v.organization_id = $1 and v.read_id = $3 and v.state in ('planned', 'held', 'failed'))
      limit $4))`
  const { rowCount } = await tx.query({ query_timeout: statementTimeoutMs, text }, [
    name.organizationId,
    name.sourceId,
    name.readId,
    rowsMax,
  ])
  return rowCount
}
