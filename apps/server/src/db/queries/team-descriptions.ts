import type { Queryable } from '../pool.ts'

/** Describes a team that the caller has written; its version and its change are the caller's. */
export async function updateTeamDescription(
  tx: Queryable,
  team: { readonly organizationId: string; readonly id: string; readonly description: string | null },
): Promise<void> {
  const text = 'update teams set description = $3 where organization_id = $1 and id = $2'
  await tx.query({ text }, [team.organizationId, team.id, team.description])
}
