import type { Queryable } from '../pool.ts'

/** The roles that people get over a connection without being named: by mappings of groups, and by its default. */
export async function selectRolesByScim(
  db: Queryable,
  organizationId: string,
  /** Null: the default connection. */
  connectionId: string | null,
): Promise<{ readonly roleIds: readonly string[]; readonly fallback: string | null }> {
  const { rows } = await db.query<{ roleIds: readonly string[]; fallback: string | null }>(
    {
      text: `select array(select distinct m.role_id from role_mappings m where m.organization_id = o.id) as "roleIds",
          (select c.settings #>> '{roles,default}' from connections c
            where c.organization_id = o.id and (c.id = $2 or ($2 is null and c.is_default))) as fallback
        from organizations o where o.id = $1`,
    },
    [organizationId, connectionId],
  )
  return rows[0] ?? { roleIds: [], fallback: null }
}
