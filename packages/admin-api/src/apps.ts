import { z } from 'zod'
import { appNumbers, appSettings } from './app-settings.ts'
import { provisioningRules } from './provisioning-rules.ts'
import { credentialKinds, targetCredentials, targetProfile, targetSettings } from './provisioning-targets.ts'
import { run } from './runs.ts'
import { exchanges, explanation } from './provisioning-log.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, limits, namesChange, pageOf, version } from './values.ts'

export const appState = z
  .enum(['draft', 'active', 'paused', 'stopping', 'stopped'])
  .describe('`draft`: no rules are live yet; `stopping`: the running cycle is the last')
  .meta({ id: 'AppState' })

const credentials = targetCredentials.nullable().describe('Stored sealed and never shown; null: none')

const app = z
  .object({
    id: idOf('app'),
    name: z.string(),
    preset: z.string().nullable(),
    state: appState,
    pausedReason: z.string().nullable(),
    pausedUntil: instant.nullable().describe('When it goes on by itself; null: when somebody resumes it'),
    liveRevision: z.int().nullable().describe('The rules that it runs by'),
    draftRevision: z.int().nullable().describe('The rules that wait to be published'),
    target: targetSettings,
    profile: targetProfile
      .nullable()
      .describe(
        'How an app that speaks SCIM is spoken to: what was set by hand, else what was found, else what the preset says, else the RFC; null: it speaks LDAP',
      ),
    credentials: z
      .object({
        kind: z.enum(credentialKinds),
        expiresAt: instant.nullable().describe('Null: never, or nobody knows'),
      })
      .nullable()
      .describe('What kind there is; null: none'),
    settings: appSettings,
    numbers: appNumbers.describe(
      'Those that are in force: the set, and what `settings` put in the place of single ones',
    ),
    version,
    createdBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'App' })

const createBody = z
  .strictObject({
    name: displayName,
    preset: z
      .string()
      .min(1)
      .max(50)
      .optional()
      .describe('Says how the app is spoken to, and gives the rules that are left out; see the list of presets'),
    target: targetSettings,
    credentials: credentials.optional(),
    settings: appSettings.optional(),
    rules: provisioningRules.optional().describe('Saved as the first draft'),
  })
  .meta({ id: 'AppCreate' })

const updateBody = z
  .strictObject({
    name: displayName.optional(),
    target: targetSettings.optional().describe('Replaces all of it; another server wants the credentials anew'),
    credentials: credentials.optional(),
    settings: appSettings.optional().describe('Replaces all settings'),
    keepsLinks: z
      .boolean()
      .optional()
      .describe('With another address: the same server answers there, and its accounts have the ids that they had'),
  })
  .refine(...namesChange)
  .meta({ id: 'AppUpdate' })

const pauseBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(limits.descriptionCharactersMax).optional(),
    until: instant.optional().describe('When it goes on by itself, at most 30 days ahead'),
  })
  .meta({ id: 'AppPause' })

const appTest = z
  .object({
    isWorking: z.boolean(),
    reason: z.string().nullable().describe('A code of `provisioning-reasons`; null: it works'),
    explanation,
    detail: z.string().nullable(),
    httpStatus: z.int().nullable(),
    exchanges,
  })
  .meta({ id: 'AppTest' })

const qualifyBody = z
  .strictObject({
    domain: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i, 'Expected a domain')
      .max(200)
      .default('example.com')
      .describe('Of the mail addresses of those accounts: some apps take only domains that they know'),
    isKept: z
      .boolean()
      .default(false)
      .describe('What is found becomes `target.found`; else it is only shown, in the result of the run'),
  })
  .meta({ id: 'AppQualify' })

export const onApp = inOrganization.extend({ app: idOf('app') })
export const appPath = '/api/v1/organizations/{organization}/apps/{app}' as const
const apps = '/api/v1/organizations/{organization}/apps' as const
const all = { tag: 'Apps', params: onApp, query: none } as const
const act = {
  ...all,
  method: 'POST',
  scope: 'apps:run',
  status: 200,
  answer: app,
  errors: ['conflict'],
  hasVersion: true,
} as const

export const appRoutes = {
  listApps: {
    ...all,
    method: 'GET',
    path: apps,
    summary: 'What people and teams are provisioned into, oldest first',
    scope: 'apps:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(app, 'AppPage'),
    errors: ['invalidCursor'],
  },
  createApp: {
    ...all,
    method: 'POST',
    path: apps,
    summary: 'Make an app; nothing is sent before rules are published',
    scope: 'apps:manage',
    params: inOrganization,
    body: createBody,
    status: 201,
    answer: app,
    errors: ['conflict'],
    hasVersion: true,
  },
  getApp: {
    ...all,
    method: 'GET',
    path: appPath,
    summary: 'One app, without its credentials',
    scope: 'apps:read',
    body: null,
    status: 200,
    answer: app,
    errors: [],
    hasVersion: true,
  },
  updateApp: {
    ...all,
    method: 'PATCH',
    path: appPath,
    summary: 'Change name, target, credentials or settings of an app',
    scope: 'apps:manage',
    body: updateBody,
    status: 200,
    answer: app,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteApp: {
    ...all,
    method: 'DELETE',
    path: appPath,
    summary: 'Delete an app, and by a run its links and its log; accounts in it stay as they are',
    scope: 'apps:manage',
    stepUp: true,
    body: null,
    status: 202,
    answer: run,
    errors: [],
  },
  pauseApp: {
    ...act,
    path: `${appPath}/pause`,
    summary: 'Send nothing until it is resumed; nothing is lost',
    body: pauseBody,
  },
  resumeApp: { ...act, path: `${appPath}/resume`, summary: 'Go on where it was paused or stopped', body: null },
  restartApp: {
    ...act,
    path: `${appPath}/restart`,
    summary: 'Evaluate everybody anew and send all of it again; links stay',
    body: null,
  },
  testApp: {
    ...all,
    method: 'POST',
    path: `${appPath}/test`,
    summary: 'Ask the app for something cheap that proves address and credentials; nothing changes',
    scope: 'apps:run',
    body: null,
    status: 200,
    answer: appTest,
    errors: [],
  },
  qualifyApp: {
    ...all,
    method: 'POST',
    path: `${appPath}/qualify`,
    summary:
      'Find out what the app does in its own way, on two accounts and a group that are made there and deleted again',
    scope: 'apps:manage',
    body: qualifyBody,
    status: 202,
    answer: run,
    errors: [],
  },
  stopApp: {
    ...act,
    path: `${appPath}/stop`,
    summary: 'Let the running cycle end and begin none after it',
    body: null,
  },
} as const satisfies Record<string, Route>
