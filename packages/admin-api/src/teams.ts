import { z } from 'zod'
import { teamSourceNames } from './names.ts'
import { attributeChange, personState } from './person-views.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import {
  displayName,
  flag,
  idOf,
  instant,
  namedOf,
  namesChange,
  pageOf,
  pageQuery,
  searchText,
  version,
} from './values.ts'

/** Limits of teams, each with its unit. */
export const teamLimits = {
  descriptionCharactersMax: 1_000,
  handleCharactersMax: 200,
} as const

export const teamSource = z
  .enum(teamSourceNames)
  .describe(
    'Where members may come from: people here and an identity provider (`all`), people here alone (`uiAndApi`), an identity provider alone (`managed`)',
  )
  .meta({ id: 'TeamSource' })

const handle = z
  .string()
  .min(1)
  .max(teamLimits.handleCharactersMax)
  .describe('Names the team in the organization: a-z, 0-9 and ._-:/, not ending in _')
  .meta({ examples: ['site_reliability'] })

const teamSync = z
  .object({
    state: z.enum(['inSync', 'insufficientLicenses', 'outOfSync']),
    message: z.string().nullable().describe('What a banner on the team says; null when all is well'),
    missing: z.int().min(0).describe('How many people of the group are not in the team for want of seats'),
    reconciledAt: instant.nullable().describe('When the team was last compared with its group as a whole'),
  })
  .meta({ id: 'TeamSync' })

const teamFields = {
  id: idOf('team'),
  handle,
  name: z.string(),
  description: z.string().nullable(),
  isManaged: z.boolean().describe('A connection owns its name, its handle and its members'),
  badge: z.string().nullable().describe('`managed externally`, or null'),
  locked: z.array(z.enum(['name', 'handle', 'members'])).describe('What nobody may change here'),
  managedBy: z
    .object({ connectionId: idOf('connection'), name: z.string(), scimId: z.uuid(), externalId: z.string().nullable() })
    .nullable()
    .describe('The connection whose group the team is'),
  group: namedOf('externalGroup').nullable().describe('The group of an identity provider that the team follows'),
  ruleRevision: z.int().nullable().describe('Of the rule that decides which people are in it, or is about to'),
  sync: teamSync.nullable().describe('Null for a team that follows no group'),
  ownSource: teamSource.nullable().describe('Null: as the organization says'),
  source: teamSource,
  peopleCount: z.int().min(0).optional().describe('People in the team itself, without suspended ones'),
  teamsCount: z.int().min(0).optional().describe('Teams in it'),
  version,
  createdAt: instant,
  updatedAt: instant,
  deletedAt: instant.nullable(),
}

export const team = z.object(teamFields).meta({ id: 'Team' })

const maintainer = z
  .object({
    userId: idOf('user'),
    name: z.string().nullable(),
    state: personState.exclude(['deprovisioned']),
    since: instant,
  })
  .meta({ id: 'Maintainer' })

export const teamDetails = z
  .object({ ...teamFields, maintainers: z.array(maintainer).describe('People who look after the team') })
  .meta({ id: 'TeamDetails' })

export const teamPage = pageOf(team, 'TeamPage')

const teamQuery = z.object({
  ...pageQuery,
  search: searchText.optional().describe('Part of the name or the handle'),
  managed: flag.optional().describe('`true`: only teams that a connection manages; `false`: only the others'),
  mapped: flag.optional().describe('`true`: only teams that follow a group; `false`: only the others'),
  deleted: flag.optional().describe('`true`: deleted teams that can be restored'),
  counts: flag.optional().describe('`true` counts the members of each; it may be slow'),
})

const description = z.string().max(teamLimits.descriptionCharactersMax).nullable().optional()

export const createTeamBody = z
  .strictObject({
    name: displayName,
    handle: handle.optional().describe('Left out: what the name gives'),
    description,
    source: teamSource.nullable().optional(),
  })
  .meta({ id: 'TeamCreate' })

export const confirm = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('The token of `confirmationNeeded`, to do what it showed')

export const updateTeamBody = z
  .strictObject({
    name: displayName.optional(),
    handle: handle.optional(),
    description,
    source: teamSource.nullable().optional().describe('Null: as the organization says'),
    confirm,
  })
  .refine(...namesChange)
  .meta({ id: 'TeamUpdate' })

export const onTeam = inOrganization.extend({ team: idOf('team') })

/** Who can be in a team. */
export const memberId = idOf('user', 'team')

const namedMember = z.object({ id: memberId, name: z.string().nullable() }).meta({ id: 'NamedMember' })

const teamEvent = z
  .object({
    position: z.int(),
    at: instant,
    action: z.string().meta({ examples: ['team.members_changed'] }),
    via: z.string().describe('What brought it: a SCIM verb, `admin`, `mapping`, `reconciliation`, …'),
    actor: z.string(),
    connectionId: idOf('connection').nullable(),
    requestId: z.string().nullable(),
    ruleRevision: z.int().nullable().describe('Of the rule that moved people, or that it is about'),
    version: z.int(),
    joined: z.array(namedMember).describe('At most 100'),
    left: z.array(namedMember).describe('At most 100'),
    joinedCount: z.int().min(0),
    leftCount: z.int().min(0),
    changes: z.array(attributeChange),
  })
  .meta({ id: 'TeamEvent' })

export const teamEventPage = pageOf(teamEvent, 'TeamEventPage')

const base = '/api/v1/organizations/{organization}/teams'

export const teamRoutes = {
  listTeams: {
    method: 'GET',
    path: base,
    tag: 'Teams',
    summary: 'Teams, by name',
    scope: 'teams:read',
    params: inOrganization,
    query: teamQuery,
    body: null,
    status: 200,
    answer: teamPage,
    errors: ['invalidCursor'],
  },
  createTeam: {
    method: 'POST',
    path: base,
    tag: 'Teams',
    summary: 'Make a team that people look after here',
    scope: 'teams:manage',
    params: inOrganization,
    query: none,
    body: createTeamBody,
    status: 201,
    answer: teamDetails,
    errors: ['conflict'],
    hasVersion: true,
  },
  getTeam: {
    method: 'GET',
    path: `${base}/{team}`,
    tag: 'Teams',
    summary: 'One team: who manages it, what is locked, which group it follows, who looks after it',
    scope: 'teams:read',
    params: onTeam,
    query: none,
    body: null,
    status: 200,
    answer: teamDetails,
    errors: [],
    hasVersion: true,
  },
  updateTeam: {
    method: 'PATCH',
    path: `${base}/{team}`,
    tag: 'Teams',
    summary: 'Change a team; name and handle of a managed one are locked',
    scope: 'teams:manage',
    params: onTeam,
    query: none,
    body: updateTeamBody,
    status: 200,
    answer: teamDetails,
    errors: ['conflict', 'versionMismatch', 'managed', 'confirmationNeeded'],
    hasVersion: true,
  },
  deleteTeam: {
    method: 'DELETE',
    path: `${base}/{team}`,
    tag: 'Teams',
    summary: 'Delete a team; for 90 days it can be restored with its members',
    scope: 'teams:manage',
    params: onTeam,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['versionMismatch', 'managed'],
    hasVersion: true,
  },
  restoreTeam: {
    method: 'POST',
    path: `${base}/{team}/restore`,
    tag: 'Teams',
    summary: 'Bring a deleted team back with those who were in it',
    scope: 'teams:manage',
    params: onTeam,
    query: none,
    body: null,
    status: 200,
    answer: teamDetails,
    errors: ['conflict'],
    hasVersion: true,
  },
  stopManagingTeam: {
    method: 'POST',
    path: `${base}/{team}/stop-managing`,
    tag: 'Teams',
    summary: 'Take a team from the connection that manages it; its members stay and can be changed here',
    scope: 'teams:manage',
    params: onTeam,
    query: none,
    body: null,
    status: 200,
    answer: teamDetails,
    errors: ['conflict'],
    hasVersion: true,
  },
  listTeamHistory: {
    method: 'GET',
    path: `${base}/{team}/history`,
    tag: 'Teams',
    summary: 'What happened to a team: who joined and left, when, by which request; newest first',
    scope: 'teams:read',
    params: onTeam,
    query: page,
    body: null,
    status: 200,
    answer: teamEventPage,
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
