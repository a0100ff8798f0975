import type { Queryable } from '../pool.ts'
import type { SourceName } from './source-settling.ts'

/** A group of a source, as people look at it. */
export type GroupRow = {
  readonly anchor: string
  readonly name: string | null
  readonly situation: string
  /** The team, as long as it is the source's. */
  readonly teamId: string | null
  readonly isFollowed: boolean
  readonly isPending: boolean
  readonly isDeleted: boolean
  readonly absentReads: number
  readonly place: string | null
  readonly errorReason: string | null
  readonly errorAttribute: string | null
  readonly errorDetail: string | null
  readonly updatedAt: Date
}

export type GroupFilter = { readonly situation?: string | undefined; readonly search?: string | undefined }

const columns = `g.anchor, g.name, g.situation, t.id as "teamId", g.is_followed as "isFollowed", g.is_pending as "isPending",
  g.is_deleted as "isDeleted", g.absent_reads as "absentReads", g.place, g.error_reason as "errorReason",
  g.error_attribute as "errorAttribute", g.error_detail as "errorDetail", g.updated_at as "updatedAt"`
const own = `left join teams t on t.organization_id = $1 and t.id = g.team_id and t.connection_id = $2 and t.scim_id is not null`
const matching = `g.organization_id = $1 and g.source_id = $2 and ($3::text is null or g.situation = $3)
  and ($4::text is null or position(lower($4) in lower(g.name)) > 0)`

/** In the order of anchors. */
export async function selectGroups(
  db: Queryable,
  name: SourceName,
  page: GroupFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly GroupRow[]> {
  const text = `select ${columns} from source_groups g ${own} where ${matching} and ($5::text is null or g.anchor > $5)
    order by g.anchor limit $6`
  const { situation = null, search = null, after = null, rowsMax } = page
  const values = [name.organizationId, name.sourceId, situation, search, after, rowsMax]
  const { rows } = await db.query<GroupRow>({ text }, values)
  return rows
}

export async function countGroups(db: Queryable, name: SourceName, filter: GroupFilter): Promise<number> {
  const text = `select count(*) as count from source_groups g where ${matching}`
  const { situation, search } = filter
  const values = [name.organizationId, name.sourceId, situation ?? null, search ?? null]
  const { rows } = await db.query<{ count: number }>({ text }, values)
  return rows[0]?.count ?? 0
}

export type WholeGroupRow = GroupRow & { readonly raw: string; readonly members: number; readonly waiting: number }

export async function selectGroup(db: Queryable, name: SourceName, anchor: string): Promise<WholeGroupRow | undefined> {
  const text = `select ${columns}, g.raw, m.members, m.waiting from source_groups g ${own} cross join lateral (
      select count(*) as members, count(*) filter (where not exists (
          select from source_member_keys k join source_records r on r.organization_id = $1 and r.source_id = $2 and r.anchor = k.anchor
          where k.member_key = x.member_key and k.source_id = $2 and k.organization_id = $1 and r.user_id is not null)
        and not exists (
          select from source_records r
          where r.organization_id = $1 and r.source_id = $2 and r.anchor = x.member_key and r.user_id is not null)
        and not exists (
          select from source_groups y where y.member_key = x.member_key and y.source_id = $2 and y.organization_id = $1)) as waiting
      from source_group_members x where x.organization_id = $1 and x.source_id = $2 and x.group_anchor = g.anchor) m
    where g.organization_id = $1 and g.source_id = $2 and g.anchor = $3`
  const { rows } = await db.query<WholeGroupRow>({ text }, [name.organizationId, name.sourceId, anchor])
  return rows[0]
}
