import type { Queryable } from '../pool.ts'
import { nilId } from '../../nil-id.ts'

/**
 * How many people could administer the organization if no identity provider let anybody in any more: who has this role
 * everywhere, can act, and was made here or is built in.
 */
export async function selectOwnersOfOurOwn(db: Queryable, organizationId: string, roleId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(distinct u.id) as count from role_assignments a
        join users u on u.organization_id = a.organization_id and u.id = a.subject_id
        join organizations o on o.id = a.organization_id
        where a.organization_id = $1 and a.role_id = $2 and a.subject_kind = 'user'
          and a.team_id = '${nilId}'
          and u.state = 'active' and (u.is_built_in or is_local(u.connection_id))
          and role_counts(o.role_mapping_mode, a.source, u.connection_id)`,
    },
    [organizationId, roleId],
  )
  return rows[0]?.count ?? 0
}
