import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { confirm, teamSource } from './teams.ts'
import { idOf, instant, namedOf, namesChange, pageOf, pageQuery, searchText, version } from './values.ts'

const groupFields = {
  id: idOf('externalGroup'),
  number: z.int().describe('`group_id` in the manner of GitHub'),
  name: z.string(),
  scimId: z.uuid(),
  externalId: z.string().nullable(),
  connectionId: idOf('connection').nullable(),
  createdAt: instant,
  updatedAt: instant,
}

export const externalGroup = z.object(groupFields).meta({ id: 'ExternalGroup' })

export const externalGroupDetails = z
  .object({
    ...groupFields,
    peopleCount: z.int().min(0).describe('People in it who are not suspended'),
    teams: z.array(namedOf('team')).describe('The teams that follow it'),
  })
  .meta({ id: 'ExternalGroupDetails' })

export const externalGroupPage = pageOf(externalGroup, 'ExternalGroupPage')

export const teamSettings = z
  .object({
    source: teamSource,
    seats: z.int().min(0).nullable().describe('How many people may belong to the organization; null: any number'),
    planSeats: z.int().min(0).nullable().describe('What its plan says; the lower number counts'),
    seatsUsed: z.int().min(0),
    version,
  })
  .meta({ id: 'TeamSettings' })

export const updateTeamSettingsBody = z
  .strictObject({
    source: teamSource.optional().describe('`managed` removes the members whom people added, once that is confirmed'),
    seats: z.int().min(0).max(100_000_000).nullable().optional(),
    confirm,
  })
  .refine(...namesChange)
  .meta({ id: 'TeamSettingsUpdate' })

export const externalGroupRoutes = {
  listExternalGroups: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/external-groups',
    tag: 'External groups',
    summary: 'Groups of identity providers that teams may follow, oldest first',
    scope: 'teams:read',
    params: inOrganization,
    query: z.object({
      ...pageQuery,
      search: searchText.optional().describe('Part of the name'),
    }),
    body: null,
    status: 200,
    answer: externalGroupPage,
    errors: ['invalidCursor'],
  },
  getExternalGroup: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/external-groups/{externalGroup}',
    tag: 'External groups',
    summary: 'One group with the teams that follow it',
    scope: 'teams:read',
    params: inOrganization.extend({ externalGroup: idOf('externalGroup') }),
    query: none,
    body: null,
    status: 200,
    answer: externalGroupDetails,
    errors: [],
  },
  getTeamSettings: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/team-settings',
    tag: 'Teams',
    summary: 'Where members of teams may come from, and how many seats the organization has',
    scope: 'settings:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: teamSettings,
    errors: [],
    hasVersion: true,
  },
  updateTeamSettings: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/team-settings',
    tag: 'Teams',
    summary: 'Change them; what would remove people shows whom first',
    scope: 'settings:manage',
    params: inOrganization,
    query: none,
    body: updateTeamSettingsBody,
    status: 200,
    answer: teamSettings,
    errors: ['confirmationNeeded', 'versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
