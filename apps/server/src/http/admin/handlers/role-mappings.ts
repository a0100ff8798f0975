import { previewRoleMappings } from '../../../access/preview-role-mappings.ts'
import {
  createRoleMapping,
  deleteRoleMapping,
  getRoleMapping,
  getRoleMappingSettings,
  listRoleMappings,
  setRoleMappingMode,
  updateRoleMapping,
  type RoleMapping,
} from '../../../access/role-mappings.ts'
import { countInOrganization } from '../../../access/totals.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewPreview, viewRoleMapping } from '../views/role-mappings.ts'

export const roleMappingHandlers: Handlers<
  | 'listRoleMappings'
  | 'createRoleMapping'
  | 'getRoleMapping'
  | 'updateRoleMapping'
  | 'deleteRoleMapping'
  | 'previewRoleMappings'
  | 'getRoleMappingSettings'
  | 'updateRoleMappingSettings'
> = {
  listRoleMappings: (context, { query }) => {
    const { database } = context.parts
    return answerList(context, {
      route: 'listRoleMappings',
      query,
      read: (page) => listRoleMappings(database, context.organization.id, page),
      count: () => countInOrganization(database, context.organization.id, 'roleMappings'),
      view: viewRoleMapping,
    })
  },

  createRoleMapping: async (context, { body }) => {
    const request = { organizationId: context.organization.id, command: toCommand(body) }
    const answer = toAnswer(await createRoleMapping(context.parts.database, context.call, request))
    return { ...answer, location: `/api/v1/organizations/${context.organization.slug}/role-mappings/${answer.body.id}` }
  },

  getRoleMapping: async (context, { params }) => toAnswer(await readMapping(context, params.roleMapping)),

  updateRoleMapping: async (context, { params, body }) => {
    const { parts, call, ifVersion, organization } = context
    const id = toUuid('rmap', params.roleMapping)
    const request = { organizationId: organization.id, id, command: toCommand(body), ifVersion }
    const mapping = await changeVersioned({
      ifVersion,
      change: () => updateRoleMapping(parts.database, call, request),
      readVersion: async () => (await readMapping(context, params.roleMapping)).version,
    })
    return toAnswer(mapping)
  },

  deleteRoleMapping: async (context, { params }) => {
    const { parts, call, ifVersion, organization } = context
    const request = { organizationId: organization.id, id: toUuid('rmap', params.roleMapping), ifVersion }
    await changeVersioned({
      ifVersion,
      change: () => deleteRoleMapping(parts.database, call, request),
      readVersion: async () => (await readMapping(context, params.roleMapping)).version,
    })
    return { body: undefined }
  },

  previewRoleMappings: async (context, { body }) => {
    const proposal = {
      mode: body.mode,
      add: (body.add ?? []).map(toCommand),
      remove: (body.remove ?? []).map((id) => toUuid('rmap', id)),
    }
    return { body: viewPreview(await previewRoleMappings(context.parts.database, context.organization.id, proposal)) }
  },

  getRoleMappingSettings: async (context) => {
    const settings = await getRoleMappingSettings(context.parts.database, context.organization.id)
    return { body: settings, version: settings.version }
  },

  updateRoleMappingSettings: async (context, { body }) => {
    const { parts, call, ifVersion } = context
    const organizationId = context.organization.id
    const settings = await changeVersioned({
      ifVersion,
      change: () => setRoleMappingMode(parts.database, call, { organizationId, mode: body.mode, ifVersion }),
      readVersion: async () => (await getRoleMappingSettings(parts.database, organizationId)).version,
    })
    return { body: settings, version: settings.version }
  },
}

function readMapping(context: CallContext, id: string): Promise<RoleMapping> {
  return getRoleMapping(context.parts.database, context.organization.id, toUuid('rmap', id))
}

function toAnswer(mapping: RoleMapping) {
  return { body: viewRoleMapping(mapping), version: mapping.version }
}

function toCommand<Role extends string | undefined>(body: {
  readonly group?: string | undefined
  readonly team?: string | undefined
  readonly role?: Role
}) {
  const { group, team, role } = body
  // The schema of creation demands the role, that of a change does not; the type of the body says which.
  return { groupName: group, teamId: team === undefined ? undefined : toUuid('team', team), role: role as Role }
}
