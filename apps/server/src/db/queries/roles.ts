import type { Queryable } from '../pool.ts'

/** A role that an organization made itself. */
export type RoleRow = {
  readonly organizationId: string
  readonly id: string
  readonly name: string
  readonly nameKey: string
  readonly description: string
  readonly permissions: readonly string[]
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `organization_id as "organizationId", id, name, name_key as "nameKey", description, permissions, version,
  created_at as "createdAt", updated_at as "updatedAt"`

/** Undefined when there is one of that name already, or `rolesMax` of them. */
export async function insertRole(
  tx: Queryable,
  row: Omit<RoleRow, 'version' | 'updatedAt'>,
  rolesMax: number,
): Promise<RoleRow | undefined> {
  const { rows } = await tx.query<RoleRow>(
    {
      text: `insert into roles (organization_id, id, name, name_key, description, permissions, created_at, updated_at)
        select $1, $2, $3, $4, $5, $6, $7, $7 where (select count(*) from roles where organization_id = $1) < $8
        on conflict do nothing returning ${columns}`,
    },
    [row.organizationId, row.id, row.name, row.nameKey, row.description, row.permissions, row.createdAt, rolesMax],
  )
  return rows[0]
}

export async function selectRole(
  db: Queryable,
  organizationId: string,
  by: { readonly id?: string | undefined; readonly nameKey?: string | undefined },
): Promise<RoleRow | undefined> {
  const { rows } = await db.query<RoleRow>(
    { text: `select ${columns} from roles where organization_id = $1 and (id = $2 or name_key = $3)` },
    [organizationId, by.id ?? null, by.nameKey ?? null],
  )
  return rows[0]
}

/** Oldest first, those after `after`. */
export async function selectRoles(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly RoleRow[]> {
  const { rows } = await db.query<RoleRow>(
    {
      text: `select ${columns} from roles where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Undefined when the role is not there or has another version. */
export async function updateRoleRow(tx: Queryable, row: Omit<RoleRow, 'createdAt'>): Promise<RoleRow | undefined> {
  const { rows } = await tx.query<RoleRow>(
    {
      text: `update roles set name = $4, name_key = $5, description = $6, permissions = $7, version = version + 1, updated_at = $8
        where organization_id = $1 and id = $2 and version = $3 returning ${columns}`,
    },
    [row.organizationId, row.id, row.version, row.name, row.nameKey, row.description, row.permissions, row.updatedAt],
  )
  return rows[0]
}

/** False when the role is not there or has another version. */
export async function deleteRoleRow(
  tx: Queryable,
  organizationId: string,
  role: { readonly id: string; readonly version: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'delete from roles where organization_id = $1 and id = $2 and version = $3' },
    [organizationId, role.id, role.version],
  )
  return rowCount === 1
}

/** How often a role is in use; asked with the role locked, so that nobody takes it up meanwhile. */
export async function countRoleUses(
  tx: Queryable,
  organizationId: string,
  id: string,
): Promise<{ readonly holders: number; readonly mappings: number }> {
  await tx.query({ text: 'select from roles where organization_id = $1 and id = $2 for update' }, [organizationId, id])
  const { rows } = await tx.query<{ holders: number; mappings: number }>(
    {
      text: `select
        (select count(distinct subject_id) from role_assignments where organization_id = $1 and role_id = $2) as holders,
        (select count(*) from role_mappings where organization_id = $1 and role_id = $2) as mappings`,
    },
    [organizationId, id],
  )
  return rows[0] ?? { holders: 0, mappings: 0 }
}

/** The roles that connections give to people who bring none, as the settings name them. */
export async function selectDefaultRoles(
  db: Queryable,
  organizationId: string,
): Promise<readonly { readonly connection: string; readonly role: string }[]> {
  const { rows } = await db.query<{ connection: string; role: string }>(
    {
      text: `select name as connection, settings -> 'roles' ->> 'default' as role from connections
        where organization_id = $1 and settings -> 'roles' ->> 'default' is not null order by name`,
    },
    [organizationId],
  )
  return rows
}

/** Those of these ids and names that there are; they stay until the transaction ends. */
export async function selectNamedRoles(
  tx: Queryable,
  organizationId: string,
  named: { readonly ids: readonly string[]; readonly nameKeys: readonly string[] },
): Promise<readonly RoleRow[]> {
  const { rows } = await tx.query<RoleRow>(selectNamed, [organizationId, named.ids, named.nameKeys])
  return rows
}

const selectNamed = {
  name: 'named_roles',
  text: `select ${columns} from roles
    where organization_id = $1 and (id = any($2::uuid[]) or name_key = any($3)) for key share`,
}
