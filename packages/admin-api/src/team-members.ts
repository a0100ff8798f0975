import { z } from 'zod'
import { personState } from './person-views.ts'
import { inOrganization, none, type Route } from './route.ts'
import { memberId, onTeam, teamDetails } from './teams.ts'
import { flag, idOf, instant, pageOf, pageQuery } from './values.ts'

const membersPerCallMax = 1_000

const teamMember = z
  .object({
    id: memberId,
    kind: z.enum(['user', 'team']),
    name: z.string().nullable(),
    userName: z.string().nullable(),
    state: personState.nullable().describe('Of a person, as it is now'),
    isDirect: z.boolean().describe('In the team itself, not only in a team below it'),
    isManual: z.boolean().describe('Added by a person, not by a connection'),
    since: instant,
    until: instant.nullable().describe('When the membership in the team itself ends by itself'),
  })
  .meta({ id: 'TeamMember' })

export const teamMemberPage = pageOf(teamMember, 'TeamMemberPage')

const teamMemberQuery = z.object({
  ...pageQuery,
  reach: z
    .enum(['direct', 'indirect', 'all'])
    .default('direct')
    .describe('Members of the team itself, people who are only in teams below it, or all people of both'),
  asOf: z
    .union([z.iso.date(), instant])
    .optional()
    .describe('Who was in it then: a moment, or a day, which means its end in UTC; left out: who is now'),
  suspended: flag.optional().describe('`true` shows suspended people too: they keep their place, but no view has them'),
})

const membershipEnd = z
  .union([z.iso.date(), instant])
  .describe('A moment, or a day: its end where each person lives, else where the organization is')
  .meta({ examples: ['2026-12-31'] })

export const addTeamMembersBody = z
  .strictObject({
    members: z.array(memberId).min(1).max(membersPerCallMax).describe('People and teams'),
    until: membershipEnd.optional().describe('When these memberships end by themselves; left out: never'),
  })
  .meta({ id: 'TeamMembersAdd' })

const updateTeamMemberBody = z
  .strictObject({ until: membershipEnd.nullable().describe('Null: the membership ends when somebody ends it') })
  .meta({ id: 'TeamMemberUpdate' })

const memberEnd = z.object({ id: memberId, until: instant.nullable() }).meta({ id: 'TeamMemberEnd' })

export const addedMembers = z
  .object({ added: z.array(memberId).describe('Who was not in it before') })
  .meta({ id: 'TeamMembersAdded' })

export const maintainerBody = z.strictObject({ userId: idOf('user') }).meta({ id: 'MaintainerAdd' })

export const linkTeamBody = z.strictObject({ groupId: idOf('externalGroup') }).meta({ id: 'TeamLink' })

const base = '/api/v1/organizations/{organization}/teams/{team}'

export const teamMemberRoutes = {
  listTeamMembers: {
    method: 'GET',
    path: `${base}/members`,
    tag: 'Teams',
    summary: 'Members of a team, now or as of a day',
    scope: 'teams:read',
    params: onTeam,
    query: teamMemberQuery,
    body: null,
    status: 200,
    answer: teamMemberPage,
    errors: ['invalidCursor'],
  },
  addTeamMembers: {
    method: 'POST',
    path: `${base}/members`,
    tag: 'Teams',
    summary: 'Add people or teams to a team; refused when an identity provider manages its members',
    scope: 'teams:manage',
    params: onTeam,
    query: none,
    body: addTeamMembersBody,
    status: 200,
    answer: addedMembers,
    errors: ['conflict', 'managed'],
  },
  updateTeamMember: {
    method: 'PATCH',
    path: `${base}/members/{member}`,
    tag: 'Teams',
    summary: 'Say when a membership ends, move that day, or let it end never',
    scope: 'teams:manage',
    params: onTeam.extend({ member: memberId }),
    query: none,
    body: updateTeamMemberBody,
    status: 200,
    answer: memberEnd,
    errors: ['conflict', 'managed'],
  },
  removeTeamMember: {
    method: 'DELETE',
    path: `${base}/members/{member}`,
    tag: 'Teams',
    summary: 'Remove somebody from a team',
    scope: 'teams:manage',
    params: onTeam.extend({ member: memberId }),
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict', 'managed'],
  },
  addMaintainer: {
    method: 'POST',
    path: `${base}/maintainers`,
    tag: 'Teams',
    summary: 'Let a person look after a team: the role team maintainer, limited to it; they need not be in it',
    scope: 'roles:manage',
    params: onTeam,
    query: none,
    body: maintainerBody,
    status: 200,
    answer: teamDetails,
    errors: ['conflict'],
  },
  removeMaintainer: {
    method: 'DELETE',
    path: `${base}/maintainers/{user}`,
    tag: 'Teams',
    summary: 'Let a person look after a team no more',
    scope: 'roles:manage',
    params: onTeam.extend({ user: idOf('user') }),
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
  linkTeam: {
    method: 'POST',
    path: `${base}/link`,
    tag: 'Teams',
    summary: 'Let an empty team follow a group; for one that does already, compare the two anew',
    scope: 'teams:map',
    feature: 'groupMapping',
    params: onTeam,
    query: none,
    body: linkTeamBody,
    status: 200,
    answer: teamDetails,
    errors: ['conflict', 'managed'],
  },
  unlinkTeam: {
    method: 'DELETE',
    path: `${base}/link`,
    tag: 'Teams',
    summary: 'Let a team follow its group no more; those who were in it through the group leave',
    scope: 'teams:map',
    params: onTeam,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
  reconcileTeam: {
    method: 'POST',
    path: `${base}/reconcile`,
    tag: 'Teams',
    summary: 'Compare a team with its group now and set right what differs',
    scope: 'teams:manage',
    params: onTeam,
    query: none,
    body: null,
    status: 200,
    answer: teamDetails,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>

const organizationMember = z
  .object({
    userId: idOf('user'),
    name: z.string().nullable(),
    userName: z.string().nullable(),
    state: personState,
    isDirect: z.boolean().describe('Belongs by themselves, and not only as long as a mapped team has them'),
    teamsCount: z.int().min(0).describe('In how many mapped teams they are'),
    joinedAt: instant,
  })
  .meta({ id: 'OrganizationMember' })

export const organizationMemberPage = pageOf(organizationMember, 'OrganizationMemberPage')

export const organizationMemberRoutes = {
  listOrganizationMembers: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/members',
    tag: 'Members',
    summary: 'Who belongs to the organization, directly or through mapped teams; each takes a seat unless suspended',
    scope: 'people:read',
    params: inOrganization,
    query: z.object({
      ...pageQuery,
      state: personState.optional(),
    }),
    body: null,
    status: 200,
    answer: organizationMemberPage,
    errors: ['invalidCursor'],
  },
  addOrganizationMember: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/members',
    tag: 'Members',
    summary: 'Let a person belong to the organization by themselves',
    scope: 'people:manage',
    params: inOrganization,
    query: none,
    body: maintainerBody.meta({ id: 'OrganizationMemberAdd' }),
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
  removeOrganizationMember: {
    method: 'DELETE',
    path: '/api/v1/organizations/{organization}/members/{user}',
    tag: 'Members',
    summary: 'End a direct membership; whoever a mapped team has stays as long as it has them',
    scope: 'people:manage',
    params: inOrganization.extend({ user: idOf('user') }),
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: [],
  },
} as const satisfies Record<string, Route>
