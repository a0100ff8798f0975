import { toPattern } from '../filter-sql/compare.ts'
import type { Queryable } from '../pool.ts'

/** A group of the identity provider that teams may follow. */
export type ExternalGroup = {
  readonly id: string
  readonly number: number
  readonly name: string
  readonly externalId: string | null
  readonly scimId: string
  readonly connectionId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `g.id, g.number, g.display as name, g.external_id as "externalId", g.scim_id as "scimId",
  g.connection_id as "connectionId", g.created_at as "createdAt", g.updated_at as "updatedAt"`
const live = `g.organization_id = $1 and g.kind = 'group' and g.deleted_at is null`

/** By number, those after `after`; `text` is part of the name, folded. */
export async function selectExternalGroups(
  db: Queryable,
  organizationId: string,
  page: {
    readonly text: string | undefined
    readonly after: number | undefined
    readonly offset: number
    readonly rowsMax: number
  },
): Promise<readonly ExternalGroup[]> {
  const values = [
    organizationId,
    page.text === undefined ? null : toPattern('co', page.text),
    page.after ?? null,
    page.rowsMax,
    page.offset,
  ]
  const { rows } = await db.query<ExternalGroup>(select, values)
  return rows
}

const select = {
  text: `select ${columns} from teams g
    where ${live} and ($2::text is null or g.display_name_key like $2) and ($3::bigint is null or g.number > $3)
    order by g.number limit $4 offset $5`,
}

export async function countExternalGroups(
  db: Queryable,
  organizationId: string,
  text: string | undefined,
): Promise<number> {
  const statement = `select count(*) as count from teams g where ${live} and ($2::text is null or g.display_name_key like $2)`
  const { rows } = await db.query<{ count: number }>({ text: statement }, [
    organizationId,
    text === undefined ? null : toPattern('co', text),
  ])
  return rows[0]?.count ?? 0
}

export async function selectExternalGroup(
  db: Queryable,
  organizationId: string,
  by: { readonly id: string } | { readonly number: number },
): Promise<ExternalGroup | undefined> {
  const { rows } =
    'id' in by
      ? await db.query<ExternalGroup>({ text: `select ${columns} from teams g where ${live} and g.id = $2` }, [
          organizationId,
          by.id,
        ])
      : await db.query<ExternalGroup>({ text: `select ${columns} from teams g where ${live} and g.number = $2` }, [
          organizationId,
          by.number,
        ])
  return rows[0]
}

export type GroupMember = {
  readonly userId: string
  readonly name: string | null
  readonly userName: string | null
  readonly email: string | null
}

/** The people whom the identity provider put into the group, as far as they are there, by our ids. */
export async function selectGroupMembers(
  db: Queryable,
  organizationId: string,
  page: { readonly groupId: string; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly GroupMember[]> {
  const values = [organizationId, page.groupId, page.after ?? null, page.rowsMax]
  const { rows } = await db.query<GroupMember>(members, values)
  return rows
}

const members = {
  text: `select u.id as "userId", u.display as name, u.document::json ->> 'userName' as "userName",
      coalesce((select e ->> 'value' from json_array_elements(u.document::json -> 'emails') e
        where (e ->> 'primary')::boolean limit 1), u.document::json -> 'emails' -> 0 ->> 'value') as email
    from memberships m join users u on u.organization_id = m.organization_id and u.id = m.member_id
    where m.organization_id = $1 and m.team_id = $2 and m.member_kind = 'user' and is_present(u.state)
      and ($3::uuid is null or m.member_id > $3)
    order by m.member_id limit $4`,
}

export async function countGroupMembers(db: Queryable, organizationId: string, groupId: string): Promise<number> {
  const text = `select count(*) as count from memberships m
    join users u on u.organization_id = m.organization_id and u.id = m.member_id
    where m.organization_id = $1 and m.team_id = $2 and m.member_kind = 'user' and is_present(u.state)`
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, groupId])
  return rows[0]?.count ?? 0
}
