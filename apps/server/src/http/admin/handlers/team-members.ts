import { apiError } from '@rollcall/admin-api'
import { grantRole, revokeRole, type AssignRole } from '../../../access/role-assignments.ts'
import { refuseTeamBeyond } from '../../../access/team-roles.ts'
import {
  addOrganizationMember,
  countMembers,
  listOrganizationMembers,
  removeOrganizationMember,
} from '../../../directory/organization-members.ts'
import { linkTeam, reconcileTeam, unlinkTeam } from '../../../directory/team-links.ts'
import { setMembershipEnd } from '../../../directory/membership-ends.ts'
import { addMembers, listMembers, removeMember } from '../../../directory/team-people.ts'
import { getTeam } from '../../../directory/teams.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toDirectoryContext } from '../directory-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewMember, viewOrganizationMember } from '../views/teams.ts'
import { showTeam } from './teams.ts'

export const teamMemberHandlers: Handlers<
  | 'listTeamMembers'
  | 'addTeamMembers'
  | 'updateTeamMember'
  | 'removeTeamMember'
  | 'addMaintainer'
  | 'removeMaintainer'
  | 'linkTeam'
  | 'unlinkTeam'
  | 'reconcileTeam'
  | 'listOrganizationMembers'
  | 'addOrganizationMember'
  | 'removeOrganizationMember'
> = {
  listTeamMembers: async (context, { params, query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const teamId = toUuid('team', params.team)
    const team = await getTeam(database, id, { id: teamId })
    const { reach, suspended = false } = query
    const asOf = query.asOf === undefined ? undefined : toMoment(query.asOf)
    return answerList(context, {
      route: `listTeamMembers/${teamId}`,
      query,
      read: (page) => listMembers(database, id, { teamId, reach, asOf, showsSuspended: suspended, ...page }),
      count: () => Promise.resolve(countOf(team, { reach, asOf, suspended })),
      view: viewMember,
    })
  },

  addTeamMembers: async (context, { params, body }) => {
    const teamId = toUuid('team', params.team)
    await refuseGiving(context, teamId)
    const members = body.members.map((label) => ({ id: memberUuid(label), label }))
    const kinds = new Map(members.map(({ id, label }) => [id, label]))
    const directory = await toDirectoryContext(context, null)
    const added = await addMembers(context.parts.database, directory, { teamId, members, until: body.until })
    return { body: { added: added.map((id) => kinds.get(id) ?? id) } }
  },

  updateTeamMember: async (context, { params, body }) => {
    const target = { teamId: toUuid('team', params.team), memberId: memberUuid(params.member), until: body.until }
    const until = await setMembershipEnd(context.parts.database, await toDirectoryContext(context, null), target)
    return { body: { id: params.member, until: until?.toISOString() ?? null } }
  },

  removeTeamMember: async (context, { params }) => {
    const target = { teamId: toUuid('team', params.team), memberId: memberUuid(params.member) }
    await removeMember(context.parts.database, await toDirectoryContext(context, null), target)
    return { body: undefined }
  },

  addMaintainer: async (context, { params, body }) => {
    await grantRole(context.parts.database, context.call, toMaintainer(context, params.team, body.userId))
    return showTeam(context, toUuid('team', params.team))
  },

  removeMaintainer: async (context, { params }) => {
    await revokeRole(context.parts.database, context.call, toMaintainer(context, params.team, params.user))
    return { body: undefined }
  },

  linkTeam: async (context, { params, body }) => {
    const target = { teamId: toUuid('team', params.team), groupId: toUuid('grp', body.groupId) }
    await refuseGiving(context, target.teamId)
    await linkTeam(context.parts.database, await toDirectoryContext(context, null), target)
    return showTeam(context, target.teamId)
  },

  unlinkTeam: async (context, { params }) => {
    const directory = await toDirectoryContext(context, null)
    await unlinkTeam(context.parts.database, directory, toUuid('team', params.team))
    return { body: undefined }
  },

  reconcileTeam: async (context, { params }) => {
    const teamId = toUuid('team', params.team)
    await reconcileTeam(context.parts.database, await toDirectoryContext(context, null), teamId)
    return showTeam(context, teamId)
  },

  listOrganizationMembers: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { state } = query
    return answerList(context, {
      route: 'listOrganizationMembers',
      query,
      read: (page) => listOrganizationMembers(database, id, { ...page, state }),
      count: () => countMembers(database, id, state),
      view: viewOrganizationMember,
    })
  },

  addOrganizationMember: async (context, { body }) => {
    const directory = await toDirectoryContext(context, null)
    await addOrganizationMember(context.parts.database, directory, toUuid('usr', body.userId))
    return { body: undefined }
  },

  removeOrganizationMember: async (context, { params }) => {
    const directory = await toDirectoryContext(context, null)
    await removeOrganizationMember(context.parts.database, directory, toUuid('usr', params.user))
    return { body: undefined }
  },
}

/** Whoever looks after a team has the role for it, limited to that team. */
function toMaintainer(context: CallContext, team: string, user: string): AssignRole {
  return {
    organizationId: context.organization.id,
    role: 'team maintainer',
    subject: { kind: 'user', id: toUuid('usr', user) },
    teamId: toUuid('team', team),
    reason: undefined,
  }
}

function memberUuid(id: string): string {
  return toUuid(id.startsWith('usr_') ? 'usr' : 'team', id)
}

/** A day means its end in UTC: who was in the team when it was over. */
function toMoment(text: string): Date {
  return new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text)
}

function countOf(
  team: Awaited<ReturnType<typeof getTeam>>,
  asked: { readonly reach: string; readonly asOf: Date | undefined; readonly suspended: boolean },
): number {
  if (asked.reach === 'direct' && asked.asOf === undefined && !asked.suspended)
    return (team.peopleCount ?? 0) + (team.teamsCount ?? 0)
  throw apiError('invalidRequest', 'query total: only the members of the team itself, as they are now, are counted')
}

function refuseGiving({ parts, call, organization }: CallContext, teamId: string): Promise<void> {
  return refuseTeamBeyond(parts.database, call, { organizationId: organization.id, id: teamId })
}
