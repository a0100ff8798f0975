import { toPattern } from '../filter-sql/compare.ts'
import type { Queryable } from '../pool.ts'
import type { TeamSource } from './team-ownership.ts'

/** A team as people see it. */
export type TeamView = {
  readonly id: string
  readonly number: number
  readonly name: string
  readonly nameKey: string
  readonly handle: string
  readonly description: string | null
  readonly connectionId: string | null
  readonly connectionName: string | null
  readonly scimId: string | null
  readonly externalId: string | null
  readonly groupId: string | null
  readonly groupName: string | null
  /** Of the rule that decides who is in it, or will. */
  readonly ruleRevision: number | null
  readonly syncState: 'inSync' | 'insufficientLicenses' | 'outOfSync' | null
  readonly syncMissing: number
  readonly syncError: string | null
  readonly reconciledAt: Date | null
  readonly ownSource: TeamSource | null
  readonly source: TeamSource
  /** Undefined where nobody asked: counting takes as long as the team is large. */
  readonly peopleCount?: number
  readonly teamsCount?: number
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deletedAt: Date | null
}

const columns = `t.id, t.number, t.display as name, t.display_name_key as "nameKey", t.handle, t.description,
  t.connection_id as "connectionId", c.name as "connectionName", t.scim_id as "scimId", t.external_id as "externalId",
  t.group_id as "groupId", g.display as "groupName", t.sync_state as "syncState", t.sync_missing as "syncMissing",
  t.sync_error as "syncError", t.reconciled_at as "reconciledAt", t.source as "ownSource",
  coalesce(t.source, s.source, 'all') as source,
  (select coalesce(r.live_revision, r.pending_revision) from team_rules r
    where r.organization_id = t.organization_id and r.team_id = t.id) as "ruleRevision", t.version, t.created_at as "createdAt", t.updated_at as "updatedAt",
  t.deleted_at as "deletedAt"`
const joins = `left join connections c on c.organization_id = t.organization_id and c.id = t.connection_id
  left join teams g on g.organization_id = t.organization_id and g.id = t.group_id
  left join team_settings s on s.organization_id = t.organization_id`
// Suspended people are in the team, but no view shows them (AC-G24).
const counts = `(select count(*) from memberships m where m.organization_id = t.organization_id and m.team_id = t.id
    and m.member_kind = 'user' and not exists (select from user_states u
      where u.organization_id = m.organization_id and u.state = 'suspended' and u.user_id = m.member_id)) as "peopleCount",
  (select count(*) from memberships m where m.organization_id = t.organization_id and m.team_id = t.id
    and m.member_kind = 'team') as "teamsCount"`

export type TeamFilter = {
  /** Part of the name or the handle, folded. */
  readonly text?: string | undefined
  readonly isManaged?: boolean | undefined
  readonly isMapped?: boolean | undefined
  readonly isDeleted: boolean
}

const filter = `t.organization_id = $1 and t.kind = 'team' and (t.deleted_at is not null) = $2
  and ($3::text is null or t.display_name_key like $3 or t.handle like $3)
  and ($4::boolean is null or (t.connection_id is not null) = $4)
  and ($5::boolean is null or (t.group_id is not null) = $5)`

function filterValues(organizationId: string, { isDeleted, text, isManaged, isMapped }: TeamFilter): unknown[] {
  const pattern = text === undefined ? null : toPattern('co', text)
  return [organizationId, isDeleted, pattern, isManaged ?? null, isMapped ?? null]
}

/** In the order of their names. */
export async function selectTeamViews(
  db: Queryable,
  organizationId: string,
  query: TeamFilter & {
    readonly after: { readonly nameKey: string; readonly id: string } | undefined
    readonly rowsMax: number
    readonly wantsCounts: boolean
  },
): Promise<readonly TeamView[]> {
  const { after, rowsMax, wantsCounts } = query
  const values = [...filterValues(organizationId, query), after?.nameKey ?? null, after?.id ?? null, rowsMax]
  const { rows } = await db.query<TeamView>(wantsCounts ? lists.withCounts : lists.plain, values)
  return rows
}

const page = `from (select * from teams t where ${filter}
    and ($6::text is null or (t.display_name_key, t.id) > ($6, $7::uuid))
    order by t.display_name_key, t.id limit $8) t ${joins} order by t.display_name_key, t.id`
const lists = {
  plain: { name: 'team_views', text: `select ${columns} ${page}` },
  withCounts: { name: 'team_views_counts', text: `select ${columns}, ${counts} ${page}` },
}

export async function countTeamViews(db: Queryable, organizationId: string, query: TeamFilter): Promise<number> {
  const text = `select count(*) as count from teams t where ${filter}`
  const { rows } = await db.query<{ count: number }>({ text }, filterValues(organizationId, query))
  return rows[0]?.count ?? 0
}

/** By its id or its handle; the deleted ones by id alone. */
export async function selectTeamView(
  db: Queryable,
  organizationId: string,
  by: { readonly id: string } | { readonly handle: string },
): Promise<TeamView | undefined> {
  const { rows } =
    'id' in by
      ? await db.query<TeamView>(one.byId, [organizationId, by.id])
      : await db.query<TeamView>(one.byHandle, [organizationId, by.handle])
  return rows[0]
}

const oneOf = `select ${columns}, ${counts} from teams t ${joins} where t.organization_id = $1 and t.kind = 'team'`
const one = {
  byId: { name: 'team_view', text: `${oneOf} and t.id = $2` },
  byHandle: { name: 'team_view_by_handle', text: `${oneOf} and t.handle = $2 and t.deleted_at is null` },
}

/** A member as people see it. */
export type MemberView = {
  readonly id: string
  readonly kind: 'user' | 'team'
  readonly name: string | null
  readonly userName: string | null
  readonly state: 'pending' | 'active' | 'suspended' | 'deprovisioned' | null
  readonly isDirect: boolean
  readonly isManual: boolean
  readonly since: Date
  /** Of the membership in the team itself, as it is now. */
  readonly until: Date | null
}

/** Direct members, or all people in the team and in the teams below it, by our ids. */
export async function selectMemberViews(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly teamId: string
    readonly reach: 'direct' | 'indirect' | 'all'
    /** Who was in it then; undefined: who is now. */
    readonly asOf: Date | undefined
    readonly showsSuspended: boolean
    readonly after: string | undefined
    readonly rowsMax: number
  },
): Promise<readonly MemberView[]> {
  const { organizationId, teamId, asOf, showsSuspended, after, rowsMax, reach } = query
  const hides = !showsSuspended && asOf === undefined
  const values: unknown[] = [organizationId, teamId, asOf ?? null, hides, after ?? null, rowsMax]
  if (reach !== 'direct') values.push(reach === 'indirect')
  const { rows } = await db.query<MemberView>(reach === 'direct' ? directMembers : allMembers, values)
  return rows
}

const memberColumns = `x.member_id as id, x.member_kind as kind, coalesce(u.display, t.display) as name,
  u.document::json ->> 'userName' as "userName", u.state, x.is_manual as "isManual", x.valid_from as since,
  (select e.ends_at from memberships e where $3::timestamptz is null
    and e.organization_id = $1 and e.team_id = $2 and e.member_id = x.member_id) as until`
const memberJoins = `left join users u on x.member_kind = 'user' and u.organization_id = $1 and u.id = x.member_id
  left join teams t on x.member_kind = 'team' and t.organization_id = $1 and t.id = x.member_id`
const memberPage = `not ($4 and u.state is not distinct from 'suspended') and ($5::uuid is null or x.member_id > $5)`

const directMembers = {
  name: 'member_views',
  text: `select ${memberColumns}, true as "isDirect" from members_at($1, $2, $3) x ${memberJoins}
    where ${memberPage} order by x.member_id limit $6`,
}
const allMembers = {
  name: 'member_views_all',
  text: `with recursive below (id) as (
      select $2::uuid union select d.member_id from below, members_at($1, below.id, $3) d where d.member_kind = 'team'
    ), ships as (
      select d.*, below.id = $2 as is_direct from below, members_at($1, below.id, $3) d where d.member_kind = 'user'
    ), x as (
      select distinct on (member_id) * from ships order by member_id, is_direct desc, valid_from
    )
    select ${memberColumns}, x.is_direct as "isDirect" from x ${memberJoins}
    where ${memberPage} and not ($7 and x.is_direct) order by x.member_id limit $6`,
}
