import type { Queryable } from '../pool.ts'
import type { RoleOrigin } from './role-assignments.ts'

/** Whoever is in a group has a role. */
export type RoleMappingRow = {
  readonly organizationId: string
  readonly id: string
  /** Exactly one of the two: the name of pushed groups, or one team. */
  readonly groupName: string | null
  readonly teamId: string | null
  readonly roleId: string
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type RoleMappingMode = 'off' | 'add' | 'only'

const columns = `organization_id as "organizationId", id, group_name as "groupName", team_id as "teamId", role_id as "roleId",
  version, created_at as "createdAt", updated_at as "updatedAt"`

/** Mappings of an organization change one after the other, so that limits and guards see all of them. */
export async function lockRoleMappings(tx: Queryable, organizationId: string): Promise<{ readonly count: number }> {
  await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('role mappings ' || $1, 0))` }, [
    organizationId,
  ])
  const { rows } = await tx.query<{ count: number }>(
    { text: 'select count(*) as count from role_mappings where organization_id = $1' },
    [organizationId],
  )
  return { count: rows[0]?.count ?? 0 }
}

/** Undefined when the same mapping is there. */
export async function insertRoleMapping(
  tx: Queryable,
  row: Omit<RoleMappingRow, 'version' | 'updatedAt'>,
): Promise<RoleMappingRow | undefined> {
  const { rows } = await tx.query<RoleMappingRow>(
    {
      text: `insert into role_mappings (organization_id, id, group_name, team_id, role_id, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing returning ${columns}`,
    },
    [row.organizationId, row.id, row.groupName, row.teamId, row.roleId, row.createdAt],
  )
  return rows[0]
}

export async function selectRoleMapping(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<RoleMappingRow | undefined> {
  const { rows } = await db.query<RoleMappingRow>(
    { text: `select ${columns} from role_mappings where organization_id = $1 and id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** The roles that being in this very team gives. */
export async function selectRolesOfTeam(
  db: Queryable,
  organizationId: string,
  teamId: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ role_id: string }>(
    { text: 'select distinct role_id from role_mappings where organization_id = $1 and team_id = $2' },
    [organizationId, teamId],
  )
  return rows.map((row) => row.role_id)
}

/** Oldest first, those after `after`. */
export async function selectRoleMappings(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly RoleMappingRow[]> {
  const { rows } = await db.query<RoleMappingRow>(
    {
      text: `select ${columns} from role_mappings
        where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Undefined when the mapping is not there or has another version. */
export async function updateRoleMappingRow(
  tx: Queryable,
  row: Omit<RoleMappingRow, 'createdAt'>,
): Promise<RoleMappingRow | undefined> {
  const { rows } = await tx.query<RoleMappingRow>(
    {
      text: `update role_mappings set group_name = $4, team_id = $5, role_id = $6, version = version + 1, updated_at = $7
        where organization_id = $1 and id = $2 and version = $3 returning ${columns}`,
    },
    [row.organizationId, row.id, row.version, row.groupName, row.teamId, row.roleId, row.updatedAt],
  )
  return rows[0]
}

/** False when the mapping is not there or has another version. */
export async function deleteRoleMappingRow(
  tx: Queryable,
  organizationId: string,
  mapping: { readonly id: string; readonly version: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'delete from role_mappings where organization_id = $1 and id = $2 and version = $3' },
    [organizationId, mapping.id, mapping.version],
  )
  return rowCount === 1
}

export async function selectRoleMappingMode(db: Queryable, organizationId: string): Promise<RoleMappingMode> {
  const { rows } = await db.query<{ mode: RoleMappingMode }>(
    { text: 'select role_mapping_mode as mode from organizations where id = $1' },
    [organizationId],
  )
  return rows[0]?.mode ?? 'off'
}

export async function updateRoleMappingMode(
  tx: Queryable,
  organizationId: string,
  mode: RoleMappingMode,
): Promise<void> {
  await tx.query({ text: 'update organizations set role_mapping_mode = $2 where id = $1' }, [organizationId, mode])
}

/** How many people who can act have one of these roles, as far as it counts. */
export async function countAblePeople(
  tx: Queryable,
  organizationId: string,
  roleIds: readonly string[],
): Promise<number> {
  const { rows } = await tx.query<{ able: number }>({ text: 'select able_people($1, $2::uuid[]) as able' }, [
    organizationId,
    roleIds,
  ])
  return rows[0]?.able ?? 0
}

/** Puts everybody on the list whom a change of mappings may concern: members of their groups, and who has roles by them. */
export async function insertDuesOfMappings(
  tx: Queryable,
  organizationId: string,
  mappings: readonly Pick<RoleMappingRow, 'id' | 'groupName' | 'teamId'>[],
): Promise<void> {
  await tx.query(
    {
      text: `insert into role_dues (organization_id, user_id)
        select $1, m.member_id from teams t
        join memberships m on m.organization_id = $1 and m.team_id = t.id and m.member_kind = 'user'
        where t.organization_id = $1 and (t.id = any($2::uuid[]) or t.display = any($3::text[]))
        union
        select $1, a.subject_id from role_assignments a
        where a.organization_id = $1 and a.source = 'mapping' and a.source_id = any($4::uuid[])`,
    },
    [
      organizationId,
      mappings.flatMap(({ teamId }) => teamId ?? []),
      mappings.flatMap(({ groupName }) => groupName ?? []),
      mappings.map(({ id }) => id),
    ],
  )
}

/** People whose mapped roles wait to be settled, at most `peopleMax`. */
export async function selectDues(db: Queryable, organizationId: string, peopleMax: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ user_id: string }>(
    { text: 'select distinct user_id from role_dues where organization_id = $1 order by user_id limit $2' },
    [organizationId, peopleMax],
  )
  return rows.map((row) => row.user_id)
}

export async function selectOrganizationsWithDues(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ organization_id: string }>({
    text: 'select distinct organization_id from role_dues',
  })
  return rows.map((row) => row.organization_id)
}

export async function selectOrganizationsWithMappings(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ organization_id: string }>({
    text: `select distinct organization_id from role_mappings
      union select distinct organization_id from role_assignments where source = 'mapping'`,
  })
  return rows.map((row) => row.organization_id)
}

/** Takes people off the list whom nothing can be done about now. */
export async function deleteDues(db: Queryable, organizationId: string, people: readonly string[]): Promise<void> {
  await db.query({ text: 'delete from role_dues where organization_id = $1 and user_id = any($2::uuid[])' }, [
    organizationId,
    people,
  ])
}

/** Brings the mapped roles of these people in line with their memberships; returns how many differences there were. */
export async function settleMappedRoles(
  tx: Queryable,
  origin: RoleOrigin,
  people: readonly string[],
  names: string,
): Promise<number> {
  const { organizationId, now, actor, requestId, connectionId } = origin
  const values = [organizationId, people, now, actor, requestId ?? null, connectionId ?? null, names]
  const { rows } = await tx.query<{ differences: number }>(settle, values)
  return rows[0]?.differences ?? 0
}

const settle = {
  name: 'settle_mapped_roles',
  text: 'select settle_mapped_roles($1, $2::uuid[], $3, $4, $5, $6, $7::jsonb) as differences',
}

/** Whether a team gives roles, now or as soon as it is in the mode for it. */
export async function isMappedTeam(db: Queryable, organizationId: string, scimId: string): Promise<boolean> {
  const { rowCount } = await db.query(mappedTeam, [organizationId, scimId])
  return rowCount > 0
}

const mappedTeam = {
  name: 'is_mapped_team',
  text: `select from teams t join role_mappings r on r.organization_id = $1 and (r.team_id = t.id or r.group_name = t.display)
    where t.organization_id = $1 and t.scim_id = $2 limit 1`,
}

/** People whose mapped roles differ from what their memberships say, in whatever way that came about. */
export async function insertDrifted(db: Queryable, organizationId: string): Promise<void> {
  await db.query(
    {
      text: `with wanted as (
          select w.user_id, w.role_id, w.mapping_id from mapped_roles($1, array(
            select distinct m.member_id from role_mappings r
            join teams t on t.organization_id = $1 and (t.id = r.team_id or t.display = r.group_name)
            join memberships m on m.organization_id = $1 and m.team_id = t.id and m.member_kind = 'user'
            where r.organization_id = $1)) w
        ), present as (
          select subject_id as user_id, role_id, source_id as mapping_id from role_assignments
          where organization_id = $1 and source = 'mapping'
        )
        insert into role_dues (organization_id, user_id)
        select distinct $1::uuid, coalesce(w.user_id, p.user_id) from wanted w
        full join present p on p.user_id = w.user_id and p.role_id = w.role_id and p.mapping_id = w.mapping_id
        where w.user_id is null or p.user_id is null`,
    },
    [organizationId],
  )
}
