import { selectRolesOfTeam } from '../db/queries/role-mappings.ts'
import type { Queryable } from '../db/pool.ts'
import type { Call } from './call.ts'
import { getRole, refuseBeyond } from './roles.ts'

/**
 * Whoever takes somebody into a team gives the roles that the team gives: none that is more than his own.
 * Throws `beyondRights`.
 */
export async function refuseTeamBeyond(
  database: Queryable,
  call: Call,
  team: { readonly organizationId: string; readonly id: string },
): Promise<void> {
  for (const roleId of await selectRolesOfTeam(database, team.organizationId, team.id)) {
    const { permissions } = await getRole(database, team.organizationId, roleId)
    refuseBeyond(call, permissions, 'members')
  }
}
