import type { Queryable } from '../pool.ts'
import type { ChangeOrigin } from './changes.ts'

export type Maintainer = {
  readonly userId: string
  readonly name: string | null
  readonly state: 'pending' | 'active' | 'suspended'
  readonly since: Date
}

/** People who look after the team; whoever is deprovisioned is none. */
export async function selectMaintainers(
  db: Queryable,
  organizationId: string,
  teamId: string,
): Promise<readonly Maintainer[]> {
  const { rows } = await db.query<Maintainer>(select, [organizationId, teamId])
  return rows
}

const select = {
  text: `select m.user_id as "userId", u.display as name, u.state, m.created_at as since from team_maintainers m
    join users u on u.organization_id = m.organization_id and u.id = m.user_id and u.scim_id is not null
    where m.organization_id = $1 and m.team_id = $2 order by m.user_id`,
}

/** Whether the person looks after the team and can act. */
export async function isMaintainer(
  db: Queryable,
  organizationId: string,
  pair: { readonly teamId: string; readonly userId: string },
): Promise<boolean> {
  const { rows } = await db.query(find, [organizationId, pair.teamId, pair.userId])
  return rows.length > 0
}

const find = {
  text: `select from team_maintainers m
    join users u on u.organization_id = m.organization_id and u.id = m.user_id and u.state in ('pending', 'active')
    where m.organization_id = $1 and m.team_id = $2 and m.user_id = $3`,
}

/** False when the person looks after the team already. */
export async function insertMaintainer(
  tx: Queryable,
  origin: ChangeOrigin,
  pair: { readonly teamId: string; readonly userId: string },
): Promise<boolean> {
  const text = `insert into team_maintainers (organization_id, team_id, user_id, created_at, created_by)
    values ($1, $2, $3, $4, $5) on conflict do nothing`
  const values = [origin.organizationId, pair.teamId, pair.userId, origin.now, origin.actor]
  const { rowCount } = await tx.query({ text }, values)
  return rowCount > 0
}

/** False when the person did not look after the team. */
export async function deleteMaintainer(
  tx: Queryable,
  organizationId: string,
  pair: { readonly teamId: string; readonly userId: string },
): Promise<boolean> {
  const text = 'delete from team_maintainers where organization_id = $1 and team_id = $2 and user_id = $3'
  const { rowCount } = await tx.query({ text }, [organizationId, pair.teamId, pair.userId])
  return rowCount > 0
}
