import type { Queryable } from '../pool.ts'

/**
 * How many live keys administer the organization without hanging on an account that the connection owns: those of the
 * instance, of service accounts, and of people whom nobody or another connection has brought.
 */
export async function selectAdministrators(
  db: Queryable,
  organizationId: string,
  connectionId: string,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select (select count(*) from instance_keys where revoked_at is null)
          + (select count(*) from keys k left join users u on u.organization_id = k.organization_id and u.id = k.user_id
            where k.organization_id = $1 and k.kind = 'adm' and k.revoked_at is null
              and (k.user_id is null or u.connection_id is distinct from $2)) as count`,
    },
    [organizationId, connectionId],
  )
  return rows[0]?.count ?? 0
}
