import type { RouteAnswer } from '@rollcall/admin-api'
import type { RoleAssignment } from '../../../access/role-assignments.ts'
import { nilId } from '../../../nil-id.ts'
import type { Role } from '../../../access/roles.ts'
import { formatTypeId } from '../../../type-id.ts'

export function viewRole(role: Role): RouteAnswer<'getRole'> {
  return {
    id: formatTypeId('role', role.id),
    name: role.name,
    description: role.description,
    permissions: [...role.permissions],
    isBuiltIn: role.isBuiltIn,
    version: role.version,
    createdAt: role.createdAt?.toISOString() ?? null,
    updatedAt: role.updatedAt?.toISOString() ?? null,
  }
}

export function viewRoleAssignment(row: RoleAssignment): RouteAnswer<'listRoleAssignments'>['data'][number] {
  const isPerson = row.subjectKind === 'user'
  return {
    role: { id: formatTypeId('role', row.roleId), name: row.roleName },
    subject: {
      kind: isPerson ? 'person' : 'serviceAccount',
      id: formatTypeId(isPerson ? 'usr' : 'sa', row.subjectId),
      name: row.subjectName,
      state: row.subjectState,
    },
    source: row.source,
    sourceId: row.sourceId === nilId ? null : formatTypeId(row.source === 'mapping' ? 'rmap' : 'con', row.sourceId),
    team: row.teamId === nilId ? null : formatTypeId('team', row.teamId),
    isEffective: row.isEffective,
    grantedAt: row.grantedAt.toISOString(),
    grantedBy: row.grantedBy,
  }
}
