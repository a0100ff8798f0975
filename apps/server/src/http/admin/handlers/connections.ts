import { deleteConnection } from '../../../access/delete-connection.ts'
import { createConnection, listConnections, updateConnection, type Connection } from '../../../access/connections.ts'
import { countInOrganization } from '../../../access/totals.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { connectionOf } from '../connection-of.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewConnection } from '../views.ts'

export const connectionHandlers: Handlers<
  'listConnections' | 'createConnection' | 'getConnection' | 'updateConnection' | 'deleteConnection'
> = {
  listConnections: (context, { query }) => {
    const { database } = context.parts
    return answerList(context, {
      route: 'listConnections',
      query,
      read: (page) => listConnections(database, context.organization.id, page),
      count: () => countInOrganization(database, context.organization.id, 'connections'),
      view: (row) => viewConnection(row, placeOf(context)),
    })
  },

  createConnection: async (context, { body }) => {
    const request = { organizationId: context.organization.id, command: body }
    const answer = toAnswer(context, await createConnection(context.parts.database, context.call, request))
    const { organizationId, id } = answer.body
    return { ...answer, location: `/api/v1/organizations/${organizationId}/connections/${id}` }
  },

  getConnection: async (context, { params }) => {
    return toAnswer(context, await connectionOf(context, params.connection))
  },

  updateConnection: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const target = targetOf(context, params.connection)
    const row = await changeVersioned({
      ifVersion,
      change: () => updateConnection(parts.database, call, { ...target, command: body, ifVersion }),
      readVersion: async () => (await connectionOf(context, params.connection)).version,
    })
    return toAnswer(context, row)
  },

  deleteConnection: async (context, { params }) => {
    const { parts, call, ifVersion } = context
    const target = targetOf(context, params.connection)
    await changeVersioned({
      ifVersion,
      change: () => deleteConnection(parts.database, call, { ...target, ifVersion }),
      readVersion: async () => (await connectionOf(context, params.connection)).version,
    })
    return { body: undefined }
  },
}

function targetOf(context: CallContext, reference: string) {
  return { organizationId: context.organization.id, connectionId: toUuid('con', reference) }
}

function toAnswer(context: CallContext, row: Connection) {
  return { body: viewConnection(row, placeOf(context)), version: row.version }
}

function placeOf({ baseUrl, organization }: CallContext) {
  return { baseUrl, slug: organization.slug }
}
