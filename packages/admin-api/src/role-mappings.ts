import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { roleReference } from './roles.ts'
import { idOf, instant, limits, namedOf, namesChange, pageOf, version } from './values.ts'

export const roleMappingMode = z
  .enum(['off', 'add', 'only'])
  .describe(
    '`off`: mappings give nothing; `add`: what they give comes on top of other roles; `only`: people of a connection have nothing else, and whoever matches no mapping has no role and cannot sign in',
  )
  .meta({ id: 'RoleMappingMode' })

const groupName = z
  .string()
  .min(1)
  .max(limits.groupNameCharactersMax)
  .describe('displayName of pushed groups, to the letter and case; also of groups that come later')

export const roleMapping = z
  .object({
    id: idOf('roleMapping'),
    group: groupName.nullable(),
    team: idOf('team').nullable(),
    role: namedOf('role'),
    version,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'RoleMapping' })

export const roleMappingPage = pageOf(roleMapping, 'RoleMappingPage')

const target = { group: groupName.optional(), team: idOf('team').optional().describe('One team, whatever its name') }
const oneTarget = 'Expected either group or team'

export const createRoleMappingBody = z
  .strictObject({ ...target, role: roleReference })
  .refine((body) => (body.group === undefined) !== (body.team === undefined), oneTarget)
  .meta({ id: 'RoleMappingCreate' })

export const updateRoleMappingBody = z
  .strictObject({ ...target, role: roleReference.optional() })
  .refine(...namesChange)
  .refine((body) => body.group === undefined || body.team === undefined, oneTarget)
  .meta({ id: 'RoleMappingUpdate' })

/** Everything left out: what would change if nothing did. */
export const previewRoleMappingsBody = z
  .strictObject({
    mode: roleMappingMode.optional().describe('Left out: the mode that is'),
    add: z.array(createRoleMappingBody).max(limits.roleMappingsMax).optional().describe('Mappings that would be made'),
    remove: z.array(idOf('roleMapping')).max(limits.roleMappingsMax).optional().describe('Mappings that would go'),
  })
  .meta({ id: 'RoleMappingPreviewAsk' })

export const roleMappingPreview = z
  .object({
    mode: roleMappingMode,
    counts: z.object({
      people: z.int().min(0).describe('All who are concerned; the first of them are named'),
      losingAllRoles: z.int().min(0),
      withoutSignIn: z.int().min(0).describe('Match no mapping, so in mode `only` they could not sign in'),
      admins: z.int().min(0).describe('People who could still act as owner or admin'),
    }),
    warnings: z.array(z.string()),
    people: z
      .array(
        z.object({
          id: idOf('user'),
          userName: z.string(),
          displayName: z.string().nullable(),
          state: z.string(),
          gains: z.array(namedOf('role')),
          loses: z.array(namedOf('role')),
          keeps: z.array(namedOf('role')),
          losesAllRoles: z.boolean(),
          withoutSignIn: z.boolean(),
        }),
      )
      .describe('Who would lose all roles comes first, then who could not sign in, then who would lose some'),
  })
  .meta({ id: 'RoleMappingPreview' })

export const roleMappingSettings = z
  .object({ mode: roleMappingMode, version: version.describe('That of the organization') })
  .meta({ id: 'RoleMappingSettings' })

const onMapping = inOrganization.extend({ roleMapping: idOf('roleMapping') })

export const roleMappingRoutes = {
  listRoleMappings: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/role-mappings',
    tag: 'Role mappings',
    summary: 'Mappings of groups to roles, oldest first',
    scope: 'roles:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: roleMappingPage,
    errors: ['invalidCursor'],
  },
  createRoleMapping: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/role-mappings',
    tag: 'Role mappings',
    summary: 'Give the members of a group a role; preview it first',
    scope: 'roles:manage',
    stepUp: true,
    feature: 'groupMapping',
    params: inOrganization,
    query: none,
    body: createRoleMappingBody,
    status: 201,
    answer: roleMapping,
    errors: ['conflict'],
    hasVersion: true,
  },
  getRoleMapping: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/role-mappings/{roleMapping}',
    tag: 'Role mappings',
    summary: 'One mapping',
    scope: 'roles:read',
    params: onMapping,
    query: none,
    body: null,
    status: 200,
    answer: roleMapping,
    errors: [],
    hasVersion: true,
  },
  updateRoleMapping: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/role-mappings/{roleMapping}',
    tag: 'Role mappings',
    summary: 'Change the group or the role of a mapping',
    scope: 'roles:manage',
    stepUp: true,
    feature: 'groupMapping',
    params: onMapping,
    query: none,
    body: updateRoleMappingBody,
    status: 200,
    answer: roleMapping,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteRoleMapping: {
    method: 'DELETE',
    path: '/api/v1/organizations/{organization}/role-mappings/{roleMapping}',
    tag: 'Role mappings',
    summary: 'Delete a mapping and take back what it gave',
    scope: 'roles:manage',
    params: onMapping,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  previewRoleMappings: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/role-mappings/preview',
    tag: 'Role mappings',
    summary: 'Who would gain and lose which roles; changes nothing',
    scope: 'roles:read',
    params: inOrganization,
    query: none,
    body: previewRoleMappingsBody,
    status: 200,
    answer: roleMappingPreview,
    errors: [],
  },
  getRoleMappingSettings: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/role-mapping-settings',
    tag: 'Role mappings',
    summary: 'What mappings of groups do',
    scope: 'roles:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: roleMappingSettings,
    errors: [],
    hasVersion: true,
  },
  updateRoleMappingSettings: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/role-mapping-settings',
    tag: 'Role mappings',
    summary: 'Say what mappings do; `only` starts when a group makes somebody admin or owner',
    scope: 'roles:manage',
    stepUp: true,
    params: inOrganization,
    query: none,
    body: z.strictObject({ mode: roleMappingMode }).meta({ id: 'RoleMappingSettingsUpdate' }),
    status: 200,
    answer: roleMappingSettings,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
