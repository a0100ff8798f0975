import type { Queryable } from '../pool.ts'
import { nilId } from '../../nil-id.ts'

export type Maintainer = {
  readonly userId: string
  readonly name: string | null
  readonly state: 'pending' | 'active' | 'suspended'
  readonly since: Date
}

/** People with a role that is limited to the team; whoever is deprovisioned is none. */
export async function selectMaintainers(
  db: Queryable,
  organizationId: string,
  teamId: string,
): Promise<readonly Maintainer[]> {
  const { rows } = await db.query<Maintainer>(select, [organizationId, teamId])
  return rows
}

const select = {
  text: `select u.id as "userId", u.display as name, u.state, min(a.granted_at) as since from role_assignments a
    join users u on u.organization_id = a.organization_id and u.id = a.subject_id and u.scim_id is not null
    where a.organization_id = $1 and a.team_id = $2 and a.team_id <> '${nilId}'
      and a.subject_kind = 'user'
    group by u.id, u.display, u.state order by u.id`,
}
