import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { none, page, type Route } from './route.ts'
import { idOf, instant, limits, namesChange, pageOf } from './values.ts'

const groupId = z.string().min(1).max(500).describe('Its id in the app')

const appTeam = z
  .object({
    teamId: idOf('team'),
    name: z.string(),
    state: z
      .enum(['unlinked', 'linked', 'disabled', 'dead', 'ignored'])
      .describe('`linked`: it is a group of the app; `unlinked`: it is not, or not yet; `dead`: its group was deleted'),
    isInScope: z.boolean().describe('Assigned, and no rule leaves it out'),
    origin: z.enum(['created', 'adopted']).nullable(),
    groupId: groupId.nullable(),
    members: z.int().describe('Members of the group that we brought about'),
    isPaused: z.boolean(),
    keepsName: z.boolean().describe('The group keeps the name that it has in the app'),
    unlinked: z
      .enum(['leave', 'delete'])
      .nullable()
      .describe('It is not pushed any more, and what becomes of its group'),
    waitsFor: z
      .enum(['evaluate', 'gate', 'held', 'export', 'members', 'reference', 'escrow'])
      .nullable()
      .describe('What is to be done; null: nothing'),
    failure: z
      .object({ code: z.string(), detail: z.string().nullable(), at: instant })
      .nullable()
      .describe('The last attempt that did not go through'),
    sentAt: instant.nullable().describe('When the group was last written'),
  })
  .meta({ id: 'AppTeam' })

const updateBody = z
  .strictObject({
    isPaused: z.boolean().optional().describe('Nothing is sent until it is false again; then all that changed is'),
    keepsName: z.boolean().optional().describe('The group is not renamed'),
  })
  .refine(...namesChange)
  .meta({ id: 'AppTeamUpdate' })

const linkBody = z
  .strictObject({
    group: z
      .union([
        z.strictObject({ id: groupId }),
        z.strictObject({ name: z.string().min(1).max(limits.nameCharactersMax) }),
      ])
      .describe('One that the app has already'),
    keepsName: z.boolean().default(false).describe('It is not renamed after the team'),
  })
  .meta({ id: 'AppTeamLink' })

const unlinkBody = z
  .strictObject({ group: z.enum(['leave', 'delete']).describe('What becomes of it in the app; people stay') })
  .meta({ id: 'AppTeamUnlink' })

const path = `${appPath}/teams` as const
const teamPath = `${path}/{team}` as const
const onAppTeam = onApp.extend({ team: idOf('team') })
const one = { tag: 'Apps', params: onAppTeam, query: none, status: 200, answer: appTeam } as const

export const appTeamRoutes = {
  listAppTeams: {
    ...one,
    method: 'GET',
    path,
    summary: 'Teams as groups of an app: which group, how many members, what waits',
    scope: 'apps:read',
    params: onApp,
    query: page,
    body: null,
    answer: pageOf(appTeam, 'AppTeamPage'),
    errors: ['invalidCursor'],
  },
  getAppTeam: {
    ...one,
    method: 'GET',
    path: teamPath,
    summary: 'One team as a group of an app',
    scope: 'apps:read',
    body: null,
    errors: [],
  },
  updateAppTeam: {
    ...one,
    method: 'PATCH',
    path: teamPath,
    summary: 'Pause or resume one team, or let its group keep its name',
    scope: 'apps:run',
    body: updateBody,
    errors: [],
  },
  linkAppTeam: {
    ...one,
    method: 'POST',
    path: `${teamPath}/link`,
    summary: 'Make a group that the app has already that of the team; members that others added stay',
    scope: 'apps:run',
    body: linkBody,
    errors: ['conflict'],
  },
  unlinkAppTeam: {
    ...one,
    method: 'POST',
    path: `${teamPath}/unlink`,
    summary: 'Push a team no longer, and leave its group or delete it',
    scope: 'apps:run',
    body: unlinkBody,
    errors: [],
  },
  pushAppTeam: {
    ...one,
    method: 'POST',
    path: `${teamPath}/push`,
    summary: 'Send a team again now: its group and all its members',
    scope: 'apps:run',
    body: null,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
