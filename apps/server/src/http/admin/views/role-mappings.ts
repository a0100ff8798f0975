import type { RouteAnswer } from '@rollcall/admin-api'
import type { MappingPreview, NamedRoleId } from '../../../access/preview-role-mappings.ts'
import type { RoleMapping } from '../../../access/role-mappings.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

export function viewRoleMapping(row: RoleMapping): RouteAnswer<'getRoleMapping'> {
  return {
    id: formatTypeId('rmap', row.id),
    group: row.groupName,
    team: idOrNull('team', row.teamId),
    role: viewName({ id: row.roleId, name: row.roleName }),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function viewPreview(preview: MappingPreview): RouteAnswer<'previewRoleMappings'> {
  const { people, losingAll, shutOut, able } = preview.counts
  return {
    mode: preview.mode,
    counts: { people, losingAllRoles: losingAll, withoutSignIn: shutOut, admins: able },
    warnings: [...preview.warnings],
    people: preview.people.map((row) => ({
      id: formatTypeId('usr', row.userId),
      userName: row.userName,
      displayName: row.display,
      state: row.state,
      gains: row.gains.map(viewName),
      loses: row.loses.map(viewName),
      keeps: row.keeps.map(viewName),
      losesAllRoles: row.losesAll,
      withoutSignIn: row.isShutOut,
    })),
  }
}

function viewName({ id, name }: NamedRoleId) {
  return { id: formatTypeId('role', id), name }
}
