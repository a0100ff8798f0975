import type { RouteInput } from '@rollcall/admin-api'
import {
  countRoleAssignments,
  grantRole,
  listRoleAssignments,
  revokeRole,
  type AssignRole,
} from '../../../access/role-assignments.ts'
import { countRoles, createRole, deleteRole, getRole, listRoles, updateRole, type Role } from '../../../access/roles.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewRole, viewRoleAssignment } from '../views/roles.ts'

export const roleHandlers: Handlers<
  | 'listRoles'
  | 'createRole'
  | 'getRole'
  | 'updateRole'
  | 'deleteRole'
  | 'grantRole'
  | 'revokeRole'
  | 'listRoleAssignments'
> = {
  listRoles: (context, { query }) => {
    const { database } = context.parts
    return answerList(context, {
      route: 'listRoles',
      query,
      read: (page) => listRoles(database, context.organization.id, page),
      count: () => countRoles(database, context.organization.id),
      view: viewRole,
    })
  },

  createRole: async (context, { body }) => {
    const request = { organizationId: context.organization.id, command: body }
    const answer = toAnswer(await createRole(context.parts.database, context.call, request))
    return { ...answer, location: `/api/v1/organizations/${context.organization.slug}/roles/${answer.body.id}` }
  },

  getRole: async (context, { params }) => toAnswer(await readRole(context, params.role)),

  updateRole: async (context, { params, body }) => {
    const { parts, call, ifVersion, organization } = context
    const request = { organizationId: organization.id, role: params.role, command: body, ifVersion }
    const role = await changeVersioned({
      ifVersion,
      change: () => updateRole(parts.database, call, request),
      readVersion: async () => (await readRole(context, params.role)).version,
    })
    return toAnswer(role)
  },

  deleteRole: async (context, { params }) => {
    const { parts, call, ifVersion, organization } = context
    const request = { organizationId: organization.id, role: params.role, ifVersion }
    await changeVersioned({
      ifVersion,
      change: () => deleteRole(parts.database, call, request),
      readVersion: async () => (await readRole(context, params.role)).version,
    })
    return { body: undefined }
  },

  grantRole: async (context, { params, body }) => {
    const request = toAssign(context, params.role, body)
    const left = await grantRole(context.parts.database, context.call, request)
    return { body: { data: left.map(viewRoleAssignment) } }
  },

  revokeRole: async (context, { params, body }) => {
    const request = toAssign(context, params.role, body)
    const left = await revokeRole(context.parts.database, context.call, request)
    return { body: { data: left.map(viewRoleAssignment) } }
  },

  listRoleAssignments: async (context, { query }) => {
    const { database } = context.parts
    const { role, user, serviceAccount } = query
    const roleId = role === undefined ? undefined : (await readRole(context, role)).id
    const subjectId =
      user === undefined
        ? serviceAccount === undefined
          ? undefined
          : toUuid('sa', serviceAccount)
        : toUuid('usr', user)
    const filter = { subjectId, roleId }
    return answerList(context, {
      route: 'listRoleAssignments',
      query,
      read: (page) => listRoleAssignments(database, context.organization.id, { ...page, ...filter }),
      count: () => countRoleAssignments(database, context.organization.id, filter),
      view: viewRoleAssignment,
    })
  },
}

function readRole(context: CallContext, reference: string): Promise<Role> {
  return getRole(context.parts.database, context.organization.id, reference)
}

function toAnswer(role: Role) {
  return { body: viewRole(role), version: role.version }
}

function toAssign(context: CallContext, role: string, body: RouteInput<'grantRole'>['body']): AssignRole {
  const { user, serviceAccount, team, reason } = body
  return {
    organizationId: context.organization.id,
    role,
    subject:
      user === undefined
        ? { kind: 'service_account', id: toUuid('sa', serviceAccount ?? '') }
        : { kind: 'user', id: toUuid('usr', user) },
    teamId: team === undefined ? undefined : toUuid('team', team),
    reason,
  }
}
