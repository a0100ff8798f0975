import { z } from 'zod'
import { connection, onConnection, profileName, styleName } from './connections.ts'
import { rotatedKey, rotateKeyBody } from './keys.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { idOf, instant, pageOf } from './values.ts'

export const connectionPreset = z
  .object({
    name: z.string().meta({ examples: ['datadog-entra'] }),
    title: z.string(),
    profile: profileName,
    style: styleName,
    scimUrl: z.url().describe('The address to enter in the identity provider'),
    mappings: z
      .array(
        z.object({
          source: z.string().describe('Attribute or expression of the identity provider'),
          target: z.string().describe('Attribute of SCIM'),
          matches: z.boolean().describe('An account that exists is found by this one'),
        }),
      )
      .describe('The table to enter in the identity provider'),
    steps: z.array(z.string()).describe('What to do there, in order'),
  })
  .meta({ id: 'ConnectionPreset' })

const errorCause = z
  .object({
    status: z.int(),
    scimType: z.string().nullable(),
    method: z.string(),
    resourceType: z.string().nullable(),
    count: z.int().min(1),
    lastAt: instant,
    lastRequestId: idOf('request'),
    detail: z.string().nullable().describe('What the last of them was told'),
  })
  .meta({ id: 'ErrorCause' })

export const connectionHealth = z
  .object({
    state: z.enum(['idle', 'healthy', 'failing', 'paused', 'disabled']),
    liveKeys: z.int().min(0),
    lastRequestAt: instant.nullable(),
    lastSuccessAt: instant.nullable(),
    lastErrorAt: instant.nullable(),
    errorCount: z.int().min(0).describe('Of the last 24 hours'),
    errors: z.array(errorCause).describe('By cause, the most frequent first'),
  })
  .meta({ id: 'ConnectionHealth' })

export const testConnectionBody = z
  .strictObject({
    key: z.string().min(1).max(500).describe('The key that the identity provider will send; it is not kept'),
  })
  .meta({ id: 'ConnectionTestRequest' })

export const testCodes = [
  'malformedKey',
  'unknownKey',
  'otherOrganization',
  'instanceKey',
  'revokedKey',
  'expiredKey',
  'ownerInactive',
  'clientSecret',
  'otherConnection',
  'missingScope',
  'connectionDisabled',
  'connectionPaused',
  'planRequired',
  'writesOff',
  'requestFailed',
] as const

export const connectionTest = z
  .object({
    authorized: z.boolean(),
    code: z.enum(testCodes).nullable().describe('Null when the key may provision'),
    detail: z.string(),
    checks: z.array(
      z.object({
        name: z.enum(['key', 'organization', 'scope', 'connection', 'plan', 'writes', 'request']),
        outcome: z.enum(['passed', 'failed', 'skipped']),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'ConnectionTest' })

export const handOverBody = z
  .strictObject({ owner: idOf('user').nullable().describe('Null: nobody answers for it') })
  .meta({ id: 'ConnectionHandOver' })

const connectionPath = '/api/v1/organizations/{organization}/connections/{connection}'

export const connectionCareRoutes = {
  listConnectionPresets: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/connection-presets',
    tag: 'Connections',
    summary: 'Settings and mapping tables for identity providers, to be applied when a connection is made',
    scope: 'connections:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(connectionPreset, 'ConnectionPresetPage'),
    errors: ['invalidCursor'],
  },
  getConnectionMapping: {
    method: 'GET',
    path: `${connectionPath}/mapping`,
    tag: 'Connections',
    summary: 'What to enter in the identity provider for a connection that was made by a preset',
    scope: 'connections:read',
    params: onConnection,
    query: none,
    body: null,
    status: 200,
    answer: connectionPreset,
    errors: [],
  },
  getConnectionHealth: {
    method: 'GET',
    path: `${connectionPath}/health`,
    tag: 'Connections',
    summary: 'When it was last heard of, and what went wrong in the last 24 hours',
    scope: 'connections:read',
    params: onConnection,
    query: none,
    body: null,
    status: 200,
    answer: connectionHealth,
    errors: [],
  },
  testConnection: {
    method: 'POST',
    path: `${connectionPath}/test`,
    tag: 'Connections',
    summary: 'What an identity provider’s "Test connection" would be told with this key, and why',
    scope: 'connections:manage',
    params: onConnection,
    query: none,
    body: testConnectionBody,
    status: 200,
    answer: connectionTest,
    errors: [],
  },
  rotateConnection: {
    method: 'POST',
    path: `${connectionPath}/rotate`,
    tag: 'Connections',
    summary: 'A successor for every live key of the connection; both work during the overlap',
    scope: 'keys:manage',
    stepUp: true,
    params: onConnection,
    query: none,
    body: rotateKeyBody,
    status: 200,
    answer: z.object({ keys: z.array(rotatedKey) }).meta({ id: 'RotatedKeys' }),
    errors: ['conflict'],
  },
  handOverConnection: {
    method: 'POST',
    path: `${connectionPath}/hand-over`,
    tag: 'Connections',
    summary: 'Name who answers for a connection from now on',
    scope: 'connections:manage',
    params: onConnection,
    query: none,
    body: handOverBody,
    status: 200,
    answer: connection,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
