import type { Queryable } from '../pool.ts'

/** Our ids of all who are in a team that is about to be emptied. */
export async function selectMemberIds(
  tx: Queryable,
  organizationId: string,
  teamId: string,
): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: string }>(
    { text: 'select member_id as id from memberships where organization_id = $1 and team_id = $2' },
    [organizationId, teamId],
  )
  return rows.map((row) => row.id)
}
