import { apiError, type RouteAnswer } from '@rollcall/admin-api'
import { connectionPresets, findPreset, type ConnectionPreset } from '../../../access/connection-presets.ts'
import { listConnectionKeys, rotateConnectionKeys } from '../../../access/connection-keys.ts'
import { testConnection, type TestResult } from '../../../access/connection-test.ts'
import type { Connection } from '../../../access/connections.ts'
import { handOverConnection } from '../../../access/hand-over-connection.ts'
import { readHealth, type ConnectionHealth } from '../../../audit/connection-health.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { connectionOf } from '../connection-of.ts'
import { answerList, readTable } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { scimUrl, viewConnection } from '../views.ts'
import { viewRotatedKey } from '../views/keys.ts'

type PresetView = RouteAnswer<'getConnectionMapping'>

export const connectionCareHandlers: Handlers<
  | 'listConnectionPresets'
  | 'getConnectionMapping'
  | 'getConnectionHealth'
  | 'testConnection'
  | 'rotateConnection'
  | 'handOverConnection'
> = {
  listConnectionPresets: (context, { query }) => {
    const all = Object.entries(connectionPresets)
    return answerList(context, {
      route: 'listConnectionPresets',
      query,
      read: async (page) => readTable(all, page, ([name]) => name),
      count: async () => all.length,
      view: ([name, preset]) => viewPreset(context, name, preset),
    })
  },

  getConnectionMapping: async (context, { params }) => {
    const connection = await connectionOf(context, params.connection)
    const preset = connection.preset === null ? undefined : findPreset(connection.preset)
    if (connection.preset === null || preset === undefined)
      throw apiError('notFound', 'The connection was made without a preset: there is no table for it')
    return { body: viewPreset(context, connection.preset, preset) }
  },

  getConnectionHealth: async (context, { params }) => {
    const { database } = context.parts
    const connection = await connectionOf(context, params.connection)
    const at = { organizationId: context.organization.id, connectionId: connection.id }
    const [health, keys] = await Promise.all([
      readHealth(database, at, context.call.now),
      listConnectionKeys(database, at, context.call.now),
    ])
    return { body: viewHealth(connection, health, keys.length) }
  },

  testConnection: async (context, { params, body }) => {
    const connection = await connectionOf(context, params.connection)
    const key = body.key.trim()
    const ask = () => askAsIdentityProvider(context, key)
    const result = await testConnection(context.parts.database, connection, { key, now: context.call.now, ask })
    return { body: { ...result, checks: [...result.checks] } }
  },

  rotateConnection: async (context, { params, body }) => {
    const connectionId = toUuid('con', params.connection)
    const request = { organizationId: context.organization.id, connectionId, overlapSeconds: body.overlapSeconds }
    const rotated = await rotateConnectionKeys(context.parts.database, context.call, request)
    return { body: { keys: rotated.map((each) => viewRotatedKey(each, context.call.now)) } }
  },

  handOverConnection: async (context, { params, body }) => {
    const request = {
      organizationId: context.organization.id,
      connectionId: toUuid('con', params.connection),
      ownerUserId: body.owner === null ? null : toUuid('usr', body.owner),
    }
    const row = await handOverConnection(context.parts.database, context.call, request)
    return { body: viewConnection(row, { baseUrl: context.baseUrl, slug: context.organization.slug }) }
  },
}

// Entra ID's "Test Connection" looks for a person that nobody can be (use-scim-to-provision-users-and-groups).
const firstRequests = [
  `/Users?filter=${encodeURIComponent('userName eq "non-existent-user-for-connection-test"')}&startIndex=1&count=1`,
  '/ServiceProviderConfig',
] as const

async function askAsIdentityProvider(
  context: CallContext,
  key: string,
): Promise<{ readonly code: NonNullable<TestResult['code']>; readonly detail: string } | undefined> {
  for (const path of firstRequests) {
    const { status, body } = await context.parts.probeScim({ slug: context.organization.slug, key, path })
    if (status !== 200) return { code: 'requestFailed', detail: `GET ${path} was answered with ${status}: ${body}` }
  }
  return undefined
}

function viewPreset(context: CallContext, name: string, preset: ConnectionPreset): PresetView {
  return {
    name,
    title: preset.title,
    // Checked when the table was written: a test creates a connection by each preset.
    profile: preset.profile as PresetView['profile'],
    style: preset.style as PresetView['style'],
    scimUrl: scimUrl(context.baseUrl, context.organization.slug) + preset.addressSuffix,
    mappings: preset.mappings.map(({ source, target, matches }) => ({ source, target, matches: matches === true })),
    steps: [...preset.steps],
  }
}

function viewHealth(
  connection: Connection,
  { activity, errors, errorCount }: ConnectionHealth,
  liveKeys: number,
): RouteAnswer<'getConnectionHealth'> {
  return {
    state: stateOf(connection, activity),
    liveKeys,
    lastRequestAt: activity?.lastRequestAt.toISOString() ?? null,
    lastSuccessAt: activity?.lastSuccessAt?.toISOString() ?? null,
    lastErrorAt: activity?.lastErrorAt?.toISOString() ?? null,
    errorCount,
    errors: errors.map(({ requestId, lastAt, ...rest }) => {
      return { ...rest, lastAt: lastAt.toISOString(), lastRequestId: formatTypeId('req', requestId) }
    }),
  }
}

function stateOf(
  { state }: Connection,
  activity: ConnectionHealth['activity'],
): RouteAnswer<'getConnectionHealth'>['state'] {
  if (state !== 'active') return state
  if (activity === undefined) return 'idle'
  const { lastSuccessAt, lastErrorAt } = activity
  return lastErrorAt !== null && (lastSuccessAt === null || lastErrorAt > lastSuccessAt) ? 'failing' : 'healthy'
}
