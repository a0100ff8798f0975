import { toUuidArray } from '../binary-array.ts'
import type { Queryable, Statement } from '../pool.ts'
import type { PersonState } from './people.ts'

/** A person with all that rules may ask for. */
export type SourcePersonRow = {
  readonly id: string
  readonly version: number
  readonly state: PersonState
  readonly is_purged: boolean
  readonly is_built_in: boolean
  readonly external_id: string | null
  readonly login: string | null
  readonly display: string | null
  readonly document: string
  readonly is_assigned: boolean
  readonly assigned_team_ids: readonly string[] | null
  readonly manager_reference: string | null
  readonly manager_id: string | null
  readonly manager_version: number | null
  readonly manager_state: PersonState | null
  readonly manager_is_built_in: boolean | null
  readonly manager_external_id: string | null
  readonly manager_login: string | null
  readonly manager_display: string | null
  readonly manager_document: string | null
  /** [id, name] pairs. */
  readonly teams: readonly (readonly [string, string])[] | null
}

export type SourceTeamRow = {
  readonly id: string
  readonly version: number
  readonly is_deleted: boolean
  readonly is_purged: boolean
  readonly external_id: string | null
  readonly handle: string | null
  readonly description: string | null
  readonly display: string
  readonly document: string
  readonly is_assigned: boolean
}

/** How assignments reach people: not asked, by name only, in assigned teams too, or also in teams within these. */
export type AssignmentReach = 'none' | 'named' | 'direct' | 'nested'

export type ManagerReach = 'none' | 'reference' | 'whole'

export type SourceQuery = {
  readonly organizationId: string
  readonly appId: string
  readonly assignment: AssignmentReach
  /** Not at all; who it is; or with all of his attributes. */
  readonly manager: ManagerReach
  readonly readsTeams: boolean
}

/** These objects, or the next so many behind one and up to another (null: the end). */
export type SourceSelection =
  | { readonly ids: readonly string[] }
  | { readonly after: string; readonly upTo: string | null; readonly rowsMax: number }

/** People in the order of their ids, each with assignment and manager: one statement, however many. */
export async function selectSourcePeople(
  db: Queryable,
  query: SourceQuery,
  selection: SourceSelection,
): Promise<readonly SourcePersonRow[]> {
  const statement = findStatement(query, 'ids' in selection)
  const { rows } = await db.query<SourcePersonRow>(statement, toValues(query, selection))
  return rows
}

/** Teams of our own in the order of their ids; groups that teams only follow are none. */
export async function selectSourceTeams(
  db: Queryable,
  query: Pick<SourceQuery, 'organizationId' | 'appId'>,
  selection: SourceSelection,
): Promise<readonly SourceTeamRow[]> {
  const statement = 'ids' in selection ? teamsByIds : teamsBehind
  const { rows } = await db.query<SourceTeamRow>(statement, toValues(query, selection))
  return rows
}

function toValues(query: { organizationId: string; appId: string }, selection: SourceSelection): readonly unknown[] {
  const from = 'ids' in selection ? [toUuidArray(selection.ids)] : [selection.after, selection.upTo, selection.rowsMax]
  return [query.organizationId, query.appId, ...from]
}

const managerPath = `'{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,manager,value}'`
const uuidPattern = `'^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'`

const statements = new Map<string, Statement>()

function findStatement(query: SourceQuery, isByIds: boolean): Statement {
  const { assignment, manager, readsTeams } = query
  const name = `source_people_${isByIds ? 'ids' : 'behind'}_${assignment}_${manager}_${readsTeams}`
  const known = statements.get(name)
  if (known !== undefined) return known
  const statement = { name, text: composePeople(query, isByIds) }
  statements.set(name, statement)
  return statement
}

function composePeople({ assignment, manager, readsTeams }: SourceQuery, isByIds: boolean): string {
  // Here, and in no column that PostgreSQL could move to where it is read, the document is parsed once for each person.
  const columns = manager === 'none' ? 'u.*' : `u.*, u.document::json #>> ${managerPath} as reference`
  const page = isByIds
    ? `select ${columns} from users u where u.organization_id = $1 and u.id = any($3::uuid[])`
    : `select ${columns} from users u where u.organization_id = $1 and u.id > $3::uuid and ($4::uuid is null or u.id <= $4::uuid)
        order by u.id limit $5`
  const parts = [`page as materialized (${page})`, ...assignmentParts[assignment]]
  return `with recursive ${parts.join(', ')}
    select p.id, p.version, p.state, p.purged_at is not null as is_purged, p.is_built_in, p.external_id, p.login, p.display,
      p.document, ${assignmentColumns[assignment]}, ${managerColumns[manager]},
      ${readsTeams ? teamsColumn : 'null::json as teams'}
    from page p ${assignmentJoins[assignment]} ${manager === 'none' ? '' : managerJoins}
    order by p.id`
}

/** Teams of the people at hand, and which assignments they give. Teams within teams are asked upwards and only where there are any. */
const assignmentParts: { readonly [reach in AssignmentReach]: readonly string[] } = {
  none: [],
  named: [],
  direct: [
    `by_team as materialized (
      select m.member_id, array_agg(m.team_id order by m.team_id) as team_ids from memberships m
      join app_assignments a on a.organization_id = $1 and a.app_id = $2 and a.subject_kind = 'team' and a.subject_id = m.team_id
      where m.organization_id = $1 and m.member_id in (select id from page) group by m.member_id)`,
  ],
  nested: [
    `mine as materialized (
      select m.member_id, m.team_id from memberships m where m.organization_id = $1 and m.member_id in (select id from page))`,
    `above (start_id, team_id) as (
      select distinct team_id, team_id from mine
      union
      select v.start_id, m.team_id from above v
      join teams t on t.organization_id = $1 and t.id = v.team_id and t.is_nested
      join memberships m on m.organization_id = $1 and m.member_id = v.team_id)`,
    `giving as materialized (
      select v.start_id, v.team_id from above v
      join app_assignments a on a.organization_id = $1 and a.app_id = $2 and a.subject_kind = 'team' and a.subject_id = v.team_id)`,
    `by_team as materialized (
      select m.member_id, array_agg(distinct g.team_id order by g.team_id) as team_ids
      from mine m join giving g on g.start_id = m.team_id group by m.member_id)`,
  ],
}

const byName = `left join app_assignments a
    on a.organization_id = $1 and a.app_id = $2 and a.subject_kind = 'user' and a.subject_id = p.id`
const byTeam = `${byName} left join by_team b on b.member_id = p.id`
const assignmentJoins: { readonly [reach in AssignmentReach]: string } = {
  none: '',
  named: byName,
  direct: byTeam,
  nested: byTeam,
}

const withTeams = 'a.subject_id is not null as is_assigned, b.team_ids as assigned_team_ids'
const assignmentColumns: { readonly [reach in AssignmentReach]: string } = {
  // The app is named all the same: PostgreSQL wants to know the type of each parameter.
  none: '$2::uuid is null as is_assigned, null::uuid[] as assigned_team_ids',
  named: 'a.subject_id is not null as is_assigned, null::uuid[] as assigned_team_ids',
  direct: withTeams,
  nested: withTeams,
}

const knownManager = `p.reference as manager_reference, m.id as manager_id, m.version as manager_version,
  m.state as manager_state, m.is_built_in as manager_is_built_in, m.external_id as manager_external_id,
  m.login as manager_login, m.display as manager_display`
const noManagerColumns = `null as manager_reference, null::uuid as manager_id, null::bigint as manager_version,
  null as manager_state, null::boolean as manager_is_built_in, null as manager_external_id,
  null as manager_login, null as manager_display, null as manager_document`
const managerColumns: { readonly [reach in ManagerReach]: string } = {
  none: noManagerColumns,
  reference: `${knownManager}, null as manager_document`,
  whole: `${knownManager}, m.document as manager_document`,
}
// A manager is named by the id that the source got from us, or by the source's own name for him.
const managerJoins = `
  left join lateral (
    select u.* from users u where u.organization_id = $1
      and u.scim_id = case when p.reference ~ ${uuidPattern} then p.reference::uuid end
    union all
    select u.* from users u where u.organization_id = $1 and u.external_id = p.reference
      and u.connection_id is not distinct from p.connection_id and u.scim_id is not null
    limit 1
  ) m on p.reference is not null`

const teamsColumn = `(select json_agg(json_build_array(t.id, t.display) order by t.id)
  from memberships n join teams t on t.organization_id = n.organization_id and t.id = n.team_id
  where n.organization_id = $1 and n.member_id = p.id) as teams`

function composeTeams(name: string, condition: string): Statement {
  return {
    name,
    text: `select t.id, t.version, t.deleted_at is not null as is_deleted, t.purged_at is not null as is_purged,
      t.external_id, t.handle, t.description, t.display, t.document, a.subject_id is not null as is_assigned
    from (select * from teams t where t.organization_id = $1 and t.kind = 'team' and ${condition}) t
    left join app_assignments a on a.organization_id = $1 and a.app_id = $2 and a.subject_kind = 'team' and a.subject_id = t.id
    order by t.id`,
  }
}

const teamsByIds = composeTeams('source_teams_ids', 't.id = any($3::uuid[])')
const teamsBehind = composeTeams(
  'source_teams_behind',
  't.id > $3::uuid and ($4::uuid is null or t.id <= $4::uuid) order by t.id limit $5',
)
