import { z } from 'zod'
import { adoptionConflict } from './adoption.ts'
import { connectionState, onConnection } from './connections.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { idOf, instant, pageOf } from './values.ts'

const runAction = z.enum(['enable', 'disable', 'decommission', 'migrate']).meta({ id: 'ConnectionRunAction' })

const peopleFate = z
  .enum(['none', 'keep', 'suspend', 'deprovision', 'reset'])
  .describe('`reset`: suspended, and without the identity that the connection gave them')
  .meta({ id: 'PeopleFate' })

const teamsFate = z
  .enum(['none', 'keep', 'delete', 'empty'])
  .describe('`empty`: unlinked, and nobody is left in them')
  .meta({ id: 'TeamsFate' })

export const connectionRun = z
  .object({
    id: idOf('run'),
    connectionId: idOf('connection'),
    action: runAction,
    people: peopleFate,
    teams: teamsFate,
    successor: idOf('connection').nullable(),
    state: z.enum(['running', 'done', 'undoing', 'undone']),
    progress: z
      .object({
        people: z.int().min(0),
        teams: z.int().min(0),
        waiting: z.int().min(0),
        done: z.int().min(0),
        skipped: z.int().min(0),
        undone: z.int().min(0),
        kept: z.int().min(0).describe('Not taken back, because something else happened since'),
      })
      .describe('How many people and teams it is about, and how far it is'),
    startedAt: instant,
    startedBy: z.string(),
    finishedAt: instant.nullable(),
    undoneAt: instant.nullable(),
    undoneBy: z.string().nullable(),
  })
  .meta({ id: 'ConnectionRun' })

const prerequisite = z
  .object({
    name: z.string(),
    title: z.string(),
    state: z.enum(['met', 'unmet', 'notApplicable']),
    blocking: z.boolean().describe('While it is unmet SCIM cannot be switched on'),
    detail: z.string(),
  })
  .meta({ id: 'Prerequisite' })

export const scimSwitch = z
  .object({
    enabled: z.boolean(),
    writesEnabled: z.boolean(),
    state: connectionState,
    prerequisites: z.array(prerequisite),
  })
  .meta({ id: 'ScimSwitch' })

export const runPreview = z
  .object({
    action: runAction,
    people: z.int().min(0),
    activePeople: z.int().min(0).describe('Those who would be cut off by suspension'),
    teams: z.int().min(0),
    memberships: z.int().min(0),
    peopleNames: z.array(z.string()).describe('The first 100'),
    teamNames: z.array(z.string()).describe('The first 100'),
    linking: z
      .object({
        adopts: z.boolean().describe('Whether POST takes over accounts that no identity provider manages at all'),
        checked: z.int().min(0).describe('How many of them were looked at: the first 10,000'),
        linked: z.int().min(0).describe('Whom POST with their own userName would take over'),
        conflictCount: z.int().min(0),
        conflicts: z.array(adoptionConflict).describe('Whom it would not, and why: the first 100'),
      })
      .nullable()
      .describe('Of `enable`: whether people would find back to their accounts by their normalised userName'),
  })
  .meta({ id: 'ConnectionRunPreview' })

export const enableScimBody = z
  .strictObject({
    unprovisioned: z
      .enum(['suspend', 'keep'])
      .optional()
      .describe(
        'What becomes of people whom no identity provider has brought; built-in ones stay. When left out: suspended under style `github`, else kept',
      ),
  })
  .meta({ id: 'ScimEnable' })

export const disableScimBody = z
  .strictObject({
    teams: z.enum(['delete', 'keep']).default('delete').describe('`keep`: they become teams of your own'),
  })
  .meta({ id: 'ScimDisable' })

export const decommissionBody = z
  .strictObject({
    people: z.enum(['keep', 'suspend', 'deprovision']).describe('`keep`: they become people of your own'),
    teams: z.enum(['keep', 'delete']),
  })
  .meta({ id: 'ConnectionDecommission' })

export const migrateBody = z
  .strictObject({
    teams: z
      .enum(['empty', 'keep', 'delete'])
      .default('empty')
      .describe('`empty`: unlinked, and their people leave; `keep`: unlinked with their people'),
    successor: idOf('connection')
      .optional()
      .describe('The connection of the new identity provider; when left out this one goes on'),
  })
  .meta({ id: 'ConnectionMigrate' })

export const link = z
  .object({
    accountId: idOf('user'),
    userName: z.string(),
    externalId: z.string().nullable(),
    scimId: z.uuid().nullable(),
    state: z.string(),
    outcome: z.enum(['waiting', 'done', 'skipped', 'undone', 'kept']),
    reason: z.string().nullable(),
  })
  .meta({ id: 'IdentityLink' })

const linkPage = pageOf(link, 'IdentityLinkPage')

export const importLinksBody = z
  .strictObject({
    links: z
      .array(z.strictObject({ accountId: idOf('user'), externalId: z.string().min(1).max(400) }))
      .min(1)
      .max(1_000),
    dryRun: z.boolean().default(false).describe('Says what would happen and changes nothing'),
  })
  .meta({ id: 'IdentityLinksImport' })

export const importedLinks = z
  .object({
    linked: z.int().min(0),
    results: z.array(
      z.object({
        accountId: idOf('user'),
        externalId: z.string(),
        outcome: z.enum(['claimed', 'taken', 'missing']).describe('`missing`: nobody free to be linked'),
      }),
    ),
  })
  .meta({ id: 'IdentityLinksImported' })

const onRun = inOrganization.extend({ connectionRun: idOf('run') })
const connectionPath = '/api/v1/organizations/{organization}/connections/{connection}'
const runPath = '/api/v1/organizations/{organization}/connection-runs/{connectionRun}'
const ofConnection = { tag: 'Connections', params: onConnection, query: none, status: 200 } as const
// Small acts have ended when the answer comes; large ones go on, and `Location` tells how far they are.
const accepted = { scope: 'connections:manage', answer: connectionRun, status: 202, errors: ['conflict'] } as const
const starting = { ...ofConnection, ...accepted } as const

export const connectionRunRoutes = {
  getScimSwitch: {
    ...ofConnection,
    method: 'GET',
    path: `${connectionPath}/scim`,
    summary: 'Whether SCIM is on, and what stands in the way of switching it on',
    scope: 'connections:read',
    body: null,
    answer: scimSwitch,
    errors: [],
  },
  previewConnectionRun: {
    ...ofConnection,
    method: 'GET',
    path: `${connectionPath}/preview`,
    summary: 'Whom and what an act would be about: counts and names',
    scope: 'connections:read',
    query: z.object({ action: runAction }),
    body: null,
    answer: runPreview,
    errors: [],
  },
  enableScim: {
    ...starting,
    method: 'POST',
    path: `${connectionPath}/scim/enable`,
    summary:
      'Switch SCIM on; by policy people whom no identity provider has brought are suspended until it brings them',
    feature: 'scim',
    body: enableScimBody,
  },
  disableScim: {
    ...starting,
    method: 'POST',
    path: `${connectionPath}/scim/disable`,
    summary: 'Switch SCIM off: identities and groups go, people stay as they are',
    body: disableScimBody,
  },
  decommissionConnection: {
    ...starting,
    method: 'POST',
    path: `${connectionPath}/decommission`,
    summary: 'End a connection for good: its keys, and what you choose for its people and teams',
    body: decommissionBody,
  },
  migrateConnection: {
    ...starting,
    method: 'POST',
    path: `${connectionPath}/migrate`,
    summary: 'Change the identity provider: suspend all, reset identities; the same userName links them again',
    body: migrateBody,
  },
  listConnectionRuns: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/connection-runs',
    tag: 'Connections',
    summary: 'Acts on whole connections, newest first',
    scope: 'connections:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(connectionRun, 'ConnectionRunPage'),
    errors: ['invalidCursor'],
  },
  getConnectionRun: {
    method: 'GET',
    path: runPath,
    tag: 'Connections',
    summary: 'How far an act is',
    scope: 'connections:read',
    params: onRun,
    query: none,
    body: null,
    status: 200,
    answer: connectionRun,
    errors: [],
  },
  undoConnectionRun: {
    method: 'POST',
    path: `${runPath}/undo`,
    tag: 'Connections',
    summary: 'Take an act back, as far as nothing else happened since; keys that it ended stay ended',
    ...accepted,
    params: onRun,
    query: none,
    body: null,
  },
  listRunLinks: {
    method: 'GET',
    path: `${runPath}/links`,
    tag: 'Connections',
    summary: 'The identities of people as they were before the act',
    scope: 'people:read',
    params: onRun,
    query: page,
    body: null,
    status: 200,
    answer: linkPage,
    errors: ['invalidCursor'],
  },
  listLinks: {
    method: 'GET',
    path: `${connectionPath}/links`,
    tag: 'Connections',
    summary: 'The identities of the people of a connection, for export',
    scope: 'people:read',
    params: onConnection,
    query: page,
    body: null,
    status: 200,
    answer: linkPage,
    errors: ['invalidCursor'],
  },
  importLinks: {
    ...ofConnection,
    method: 'POST',
    path: `${connectionPath}/links`,
    summary: 'Link accounts that nobody owns to a connection by the externalId of its identity provider',
    scope: 'people:manage',
    body: importLinksBody,
    answer: importedLinks,
    errors: [],
  },
} as const satisfies Record<string, Route>
