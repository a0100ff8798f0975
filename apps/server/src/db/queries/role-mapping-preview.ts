import type { Queryable } from '../pool.ts'
import type { RoleMappingMode } from './role-mappings.ts'

/** Somebody whose roles would change, or who would have none and could not sign in. */
export type PreviewRow = {
  readonly userId: string
  readonly userName: string
  readonly display: string | null
  readonly state: string
  readonly gains: readonly string[]
  readonly loses: readonly string[]
  readonly keeps: readonly string[]
  /** Has roles now and would have none. */
  readonly losesAll: boolean
  /** Comes from a connection and matches no mapping while mappings alone give roles: no role, no sign-in. */
  readonly isShutOut: boolean
}

export type PreviewCounts = {
  readonly people: number
  readonly losingAll: number
  readonly shutOut: number
  /** People who can act and have one of the roles that were asked about. */
  readonly able: number
}

/** Mappings as they would be. */
export type ProposedMapping = {
  readonly groupName: string | null
  readonly teamId: string | null
  readonly roleId: string
}

/** What these mappings in this mode would change, those who would lose everything first; at most `peopleMax` by name. */
export async function selectPreview(
  db: Queryable,
  organizationId: string,
  proposal: {
    readonly mode: RoleMappingMode
    readonly mappings: readonly ProposedMapping[]
    readonly ableRoleIds: readonly string[]
    readonly peopleMax: number
  },
): Promise<{ readonly people: readonly PreviewRow[]; readonly counts: PreviewCounts }> {
  const { mode, mappings, ableRoleIds, peopleMax } = proposal
  const values = [organizationId, mode, JSON.stringify(mappings), ableRoleIds, peopleMax]
  const { rows } = await db.query<PreviewRow & PreviewCounts>({ text: preview }, values)
  const [first] = rows
  const counts = first ?? { people: 0, losingAll: 0, shutOut: 0, able: 0 }
  return { counts, people: rows.filter((row) => row.userId !== null) }
}

// One pass over people who have roles, would have some, or could be shut out. The last row type holds the counts alone.
const preview = `with proposed as (
    select * from json_to_recordset($3::json) p ("groupName" text collate "C", "teamId" uuid, "roleId" uuid)
  ), mapped as (
    select distinct m.member_id as user_id, p."roleId" as role_id
    from proposed p
    join teams t on t.organization_id = $1
      and (t.id = p."teamId" or (t.display = p."groupName" and t.connection_id is not null and t.scim_id is not null
        and not exists (select from sources s where s.organization_id = $1 and s.id = t.connection_id)))
    join memberships m on m.organization_id = $1 and m.team_id = t.id and m.member_kind = 'user'
    where $2::text <> 'off'
  ), standing as (
    select u.id, not is_local(u.connection_id) as is_managed, u.state, u.display, u.document,
      array(select distinct a.role_id from role_assignments a join organizations o on o.id = $1
        where a.organization_id = $1 and a.subject_id = u.id
          and role_counts(o.role_mapping_mode, a.source, u.connection_id)) as now,
      array(select a.role_id from role_assignments a
        where a.organization_id = $1 and a.subject_id = u.id and role_counts($2, a.source, u.connection_id) and a.source <> 'mapping'
        union select m.role_id from mapped m where m.user_id = u.id) as later,
      exists (select from mapped m where m.user_id = u.id) as matches
    from users u
    where u.organization_id = $1 and u.state in ('pending', 'active')
  ), judged as (
    select s.*, array(select unnest(s.later) except select unnest(s.now)) as gains,
      array(select unnest(s.now) except select unnest(s.later)) as loses,
      array(select unnest(s.now) intersect select unnest(s.later)) as keeps,
      cardinality(s.now) > 0 and cardinality(s.later) = 0 as loses_all,
      $2 = 'only' and s.is_managed and not s.matches as is_shut_out
    from standing s
  ), concerned as (
    select * from judged where is_shut_out or cardinality(gains) > 0 or cardinality(loses) > 0
  ), counts as (
    select (select count(*) from concerned) as people, (select count(*) from concerned where loses_all) as losing_all,
      (select count(*) from concerned where is_shut_out) as shut_out,
      (select count(*) from judged where later && $4::uuid[]) as able
  )
  select c.id as "userId", c.document::json ->> 'userName' as "userName", c.display, c.state, c.gains, c.loses, c.keeps,
    c.loses_all as "losesAll", c.is_shut_out as "isShutOut",
    n.people, n.losing_all as "losingAll", n.shut_out as "shutOut", n.able
  from counts n left join lateral (
    select * from concerned order by loses_all desc, is_shut_out desc, cardinality(loses) > 0 desc, id limit $5
  ) c on true
  order by c.loses_all desc, c.is_shut_out desc, cardinality(c.loses) > 0 desc, c.id`
