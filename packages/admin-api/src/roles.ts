import { z } from 'zod'
import { permissionNames } from './names.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, limits, namedOf, namesChange, pageOf, personReference, version } from './values.ts'

export const permissionName = z.enum(permissionNames).meta({ id: 'PermissionName' })

/** Both name the same role; names are compared without regard to case, spaces, hyphens and underscores. */
export const roleReference = z
  .string()
  .min(1)
  .max(limits.nameCharactersMax)
  .describe('Id (`role_…`) or name of the role')
  .meta({ examples: ['admin'] })

export const role = z
  .object({
    id: idOf('role'),
    name: displayName,
    description: z.string(),
    permissions: z.array(permissionName),
    isBuiltIn: z.boolean().describe('The same in every organization; it cannot be changed'),
    version,
    createdAt: instant.nullable(),
    updatedAt: instant.nullable(),
  })
  .meta({ id: 'Role' })

export const rolePage = pageOf(role, 'RolePage')

const fields = {
  description: z.string().max(limits.descriptionCharactersMax).optional(),
  permissions: z.array(permissionName).max(limits.scopesMax).describe('What the role allows'),
}

export const createRoleBody = z.strictObject({ name: displayName, ...fields }).meta({ id: 'RoleCreate' })

export const updateRoleBody = z
  .strictObject({ name: displayName.optional(), ...fields, permissions: fields.permissions.optional() })
  .refine(...namesChange)
  .meta({ id: 'RoleUpdate' })

export const roleSource = z
  .enum(['local', 'scim', 'mapping', 'default', 'signIn'])
  .describe(
    'Who gave it, and alone takes it back: somebody by hand, an identity provider, a group mapping, a default of a connection or of new service accounts',
  )
  .meta({ id: 'RoleSource' })

export const roleAssignment = z
  .object({
    role: namedOf('role'),
    subject: z.object({
      kind: z.enum(['person', 'serviceAccount']),
      id: idOf('user', 'serviceAccount'),
      name: z.string().nullable(),
      state: z.string().nullable(),
    }),
    source: roleSource,
    sourceId: idOf('connection', 'roleMapping')
      .nullable()
      .describe('The connection or the mapping that gave it; null: somebody by hand'),
    team: idOf('team').nullable().describe('The one team that it is limited to; null: everywhere'),
    isEffective: z.boolean().describe('False while mappings alone give roles and none gives this one'),
    grantedAt: instant,
    grantedBy: z.string(),
  })
  .meta({ id: 'RoleAssignment' })

export const roleAssignmentPage = pageOf(roleAssignment, 'RoleAssignmentPage')

const subject = {
  user: personReference.optional().describe('The person: account id or SCIM id'),
  serviceAccount: idOf('serviceAccount').optional(),
}

/** Whose role is meant: one person or one service account. */
export const assignRoleBody = z
  .strictObject({
    ...subject,
    team: idOf('team').optional().describe('Limits the role to one team: `team maintainer` and the like'),
    reason: z.string().trim().max(limits.descriptionCharactersMax).optional().describe('Why; stands in the history'),
  })
  .refine(
    (body) => (body.user === undefined) !== (body.serviceAccount === undefined),
    'Expected either user or serviceAccount',
  )
  .meta({ id: 'RoleAssign' })

/** What is there of the role after the change. */
export const heldRole = z.object({ data: z.array(roleAssignment) }).meta({ id: 'HeldRole' })

const onRole = inOrganization.extend({ role: roleReference })

export const roleRoutes = {
  listRoles: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/roles',
    tag: 'Roles',
    summary: 'Roles: the built-in ones, then those of the organization, oldest first',
    scope: 'roles:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: rolePage,
    errors: ['invalidCursor'],
  },
  createRole: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/roles',
    tag: 'Roles',
    summary: 'Make a role out of permissions',
    scope: 'roles:manage',
    stepUp: true,
    feature: 'customRoles',
    params: inOrganization,
    query: none,
    body: createRoleBody,
    status: 201,
    answer: role,
    errors: ['conflict'],
    hasVersion: true,
  },
  getRole: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/roles/{role}',
    tag: 'Roles',
    summary: 'One role',
    scope: 'roles:read',
    params: onRole,
    query: none,
    body: null,
    status: 200,
    answer: role,
    errors: [],
    hasVersion: true,
  },
  updateRole: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/roles/{role}',
    tag: 'Roles',
    summary: 'Change a role; everybody who has it is concerned within a second',
    scope: 'roles:manage',
    stepUp: true,
    feature: 'customRoles',
    params: onRole,
    query: none,
    body: updateRoleBody,
    status: 200,
    answer: role,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteRole: {
    method: 'DELETE',
    path: '/api/v1/organizations/{organization}/roles/{role}',
    tag: 'Roles',
    summary: 'Delete a role that nobody has',
    scope: 'roles:manage',
    params: onRole,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  grantRole: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/roles/{role}/grant',
    tag: 'Roles',
    summary: 'Give a role to a person or a service account',
    scope: 'roles:manage',
    stepUp: true,
    params: onRole,
    query: none,
    body: assignRoleBody,
    status: 200,
    answer: heldRole,
    errors: ['conflict'],
  },
  revokeRole: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/roles/{role}/revoke',
    tag: 'Roles',
    summary: 'Take a role back that was given by hand; the last owner keeps his',
    scope: 'roles:manage',
    params: onRole,
    query: none,
    body: assignRoleBody,
    status: 200,
    answer: heldRole,
    errors: ['conflict'],
  },
  listRoleAssignments: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/role-assignments',
    tag: 'Roles',
    summary: 'Who has which role, and who gave it',
    scope: 'roles:read',
    params: inOrganization,
    query: page.extend({
      role: roleReference.optional(),
      user: personReference.optional().describe('Account id or SCIM id'),
      serviceAccount: idOf('serviceAccount').optional(),
    }),
    body: null,
    status: 200,
    answer: roleAssignmentPage,
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
