import { toPage } from '../../../access/call.ts'
import { toEndpointSettings } from '../../../access/connection-settings.ts'
import { listPrerequisites, requirePrerequisites } from '../../../access/scim-prerequisites.ts'
import { countInOrganization } from '../../../access/totals.ts'
import { getRun, listRuns, previewRun, startRun, undoRun, type StartRun } from '../../../directory/connection-runs.ts'
import { importLinks, listLinks, listRunLinks } from '../../../directory/identity-links.ts'
import { previewLinking } from '../../../directory/preview-linking.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { connectionOf } from '../connection-of.ts'
import { toDirectoryContext, toDirectoryParts } from '../directory-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { acceptRun, viewLink, viewRun } from '../views/connection-runs.ts'

type RunRoutes =
  | 'getScimSwitch'
  | 'previewConnectionRun'
  | 'enableScim'
  | 'disableScim'
  | 'decommissionConnection'
  | 'migrateConnection'
  | 'listConnectionRuns'
  | 'getConnectionRun'
  | 'undoConnectionRun'
  | 'listRunLinks'
  | 'listLinks'
  | 'importLinks'

export const connectionRunHandlers: Handlers<RunRoutes> = {
  getScimSwitch: async (context, { params }) => {
    const connection = await connectionOf(context, params.connection)
    const { writesEnabled } = toEndpointSettings(connection)
    const { state } = connection
    const prerequisites = await listPrerequisites(context.parts.database, connection)
    const enabled = state !== 'disabled' && writesEnabled
    return { body: { enabled, writesEnabled, state, prerequisites: [...prerequisites] } }
  },

  previewConnectionRun: async (context, { params, query }) => {
    const { action } = query
    const preview = await previewRun(context.parts.database, atOf(context, params.connection), action)
    const { peopleNames, teamNames, ...counts } = preview
    const linking = action === 'enable' ? await linkingOf(context, params.connection) : null
    return { body: { action, ...counts, peopleNames: [...peopleNames], teamNames: [...teamNames], linking } }
  },

  enableScim: async (context, { params, body }) => {
    const connection = await connectionOf(context, params.connection)
    await requirePrerequisites(context.parts.database, connection)
    const policy = body.unprovisioned ?? (connection.style === 'github' ? 'suspend' : 'keep')
    const people = policy === 'suspend' ? 'suspend' : 'none'
    return start(context, params.connection, { action: 'enable', people, teams: 'none' })
  },

  disableScim: (context, { params, body }) =>
    start(context, params.connection, { action: 'disable', people: 'keep', teams: body.teams }),

  decommissionConnection: (context, { params, body }) =>
    start(context, params.connection, { action: 'decommission', people: body.people, teams: body.teams }),

  migrateConnection: (context, { params, body }) => {
    const successorId = body.successor === undefined ? undefined : toUuid('con', body.successor)
    return start(context, params.connection, { action: 'migrate', people: 'reset', teams: body.teams, successorId })
  },

  listConnectionRuns: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    return answerList(context, {
      route: 'listConnectionRuns',
      query,
      read: async ({ limit, after }) => {
        const rows = await listRuns(database, id, { before: after, limit: limit + 1 })
        return toPage(rows, limit, (row) => row.id)
      },
      count: () => countInOrganization(database, id, 'connectionRuns'),
      view: viewRun,
    })
  },

  getConnectionRun: async (context, { params }) => ({
    body: viewRun(await getRun(context.parts.database, context.organization.id, toUuid('run', params.connectionRun))),
  }),

  undoConnectionRun: async (context, { params }) => {
    const request = { organizationId: context.organization.id, id: toUuid('run', params.connectionRun) }
    return acceptRun(await undoRun(toDirectoryParts(context), context.call, request))
  },

  listRunLinks: async (context, { params, query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const runId = toUuid('run', params.connectionRun)
    const run = await getRun(database, id, runId)
    return answerList(context, {
      route: `listRunLinks/${runId}`,
      query,
      read: async ({ limit, after }) =>
        toPage(await listRunLinks(database, id, { runId, after, limit: limit + 1 }), limit, (row) => row.subjectId),
      count: async () => run.counts.people,
      view: viewLink,
    })
  },

  listLinks: async (context, { params, query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const connection = await connectionOf(context, params.connection)
    const at = { organizationId: id, connectionId: connection.id }
    return answerList(context, {
      route: `listLinks/${connection.id}`,
      query,
      read: async ({ limit, after }) => {
        const page = { connectionId: connection.id, after, limit: limit + 1 }
        return toPage(await listLinks(database, id, page), limit, (row) => row.subjectId)
      },
      count: async () => (await previewRun(database, at, 'decommission')).people,
      view: viewLink,
    })
  },

  importLinks: async (context, { params, body }) => {
    const connection = await connectionOf(context, params.connection)
    const directory = await toDirectoryContext(context, connection.id)
    const wishes = body.links.map(({ accountId, externalId }) => {
      return { accountId: toUuid('usr', accountId), externalId }
    })
    const outcomes = await importLinks(toDirectoryParts(context), directory, wishes, { dryRun: body.dryRun })
    const results = body.links.map((link, index) => ({ ...link, outcome: outcomes[index] ?? ('missing' as const) }))
    return { body: { linked: results.filter(({ outcome }) => outcome === 'claimed').length, results } }
  },
}

async function start(context: CallContext, reference: string, command: StartRun) {
  const request = { ...atOf(context, reference), command }
  return acceptRun(await startRun(toDirectoryParts(context), context.call, request))
}

function atOf(context: CallContext, reference: string) {
  return { organizationId: context.organization.id, connectionId: toUuid('con', reference) }
}

async function linkingOf(context: CallContext, connection: string) {
  const directory = await toDirectoryContext(context, toUuid('con', connection))
  const { conflicts, ...linking } = await previewLinking(context.parts.database, directory)
  return { ...linking, conflicts: [...conflicts] }
}
