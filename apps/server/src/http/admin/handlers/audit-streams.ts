import { auditStreamSettings, type RouteAnswer } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import {
  createAuditStream,
  deleteAuditStream,
  getAuditStream,
  listAuditStreams,
  openStreamSecret,
  updateAuditStream,
  type AuditStream,
} from '../../../access/audit-streams.ts'
import { sendTestEvent } from '../../../audit/streams/deliver.ts'
import { findChain } from '../../../audit/verify.ts'
import { OutboundError } from '../../../outbound-fetch.ts'
import { formatTypeId } from '../../../type-id.ts'
import { parseQueryOf } from '../audit-query.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { parseFields } from '../parse-request.ts'
import { toUuid } from '../to-uuid.ts'

type StreamRoute =
  | 'listAuditStreams'
  | 'createAuditStream'
  | 'getAuditStream'
  | 'updateAuditStream'
  | 'deleteAuditStream'
  | 'testAuditStream'

export const auditStreamHandlers: Handlers<StreamRoute> = {
  listAuditStreams: async (context, { query }) => {
    const { database } = context.parts
    const head = await headOf(context)
    const read = (page: { readonly limit: number; readonly after?: string | undefined }) =>
      listAuditStreams(database, context.organization.id, page)
    const count = async () => (await read({ limit: 1_000 })).data.length
    return answerList(context, { route: 'listAuditStreams', query, read, count, view: (row) => view(row, head) })
  },

  createAuditStream: async (context, { body }) => {
    const { name, kind, format = 'rollcall', query = '', secret, from, settings } = body
    parseQueryOf(query, 'body')
    const stream = await createAuditStream(context.parts, context.call, {
      organizationId: context.organization.id,
      command: { name, kind, format, query, secret, settings: toJson(settings), fromBeginning: from === 'beginning' },
    })
    const shown = await show(context, stream)
    return { ...shown, location: `/api/v1/organizations/${context.organization.slug}/audit/streams/${shown.body.id}` }
  },

  getAuditStream: async (context, { params }) => show(context, await find(context, params.auditStream)),

  updateAuditStream: async (context, { params, body }) => {
    const { database } = context.parts
    const { kind, id, organizationId } = await find(context, params.auditStream)
    if (body.query !== undefined) parseQueryOf(body.query, 'body')
    if (body.settings !== undefined) parseFields(auditStreamSettings(kind), body.settings)
    const { settings, ...others } = body
    const command = { ...others, ...(settings !== undefined && { settings: toJson(settings) }) }
    const stream = await changeVersioned({
      ifVersion: context.ifVersion,
      change: () =>
        updateAuditStream(context.parts, context.call, { organizationId, id, command, ifVersion: context.ifVersion }),
      readVersion: async () => (await getAuditStream(database, organizationId, id)).version,
    })
    return show(context, stream)
  },

  deleteAuditStream: async (context, { params }) => {
    const { organizationId, id } = await find(context, params.auditStream)
    const { ifVersion, parts, call } = context
    await changeVersioned({
      ifVersion,
      change: () => deleteAuditStream(parts.database, call, { organizationId, id, ifVersion }),
      readVersion: async () => (await getAuditStream(parts.database, organizationId, id)).version,
    })
    return { body: undefined }
  },

  testAuditStream: async (context, { params }) => {
    const { parts, call, baseUrl } = context
    const stream = await find(context, params.auditStream)
    const open = (row: AuditStream) => openStreamSecret(parts, call.now, row)
    try {
      await sendTestEvent({ ...parts, open, host: new URL(baseUrl).hostname }, stream)
      return { body: { isDelivered: true, error: null } }
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error
      return { body: { isDelivered: false, error: error.message } }
    }
  },
}

function find(context: CallContext, id: string): Promise<AuditStream> {
  return getAuditStream(context.parts.database, context.organization.id, toUuid('ast', id))
}

async function headOf({ parts, organization }: CallContext): Promise<number> {
  return (await findChain(parts.database, organization.id))?.sequence ?? 0
}

async function show(context: CallContext, stream: AuditStream) {
  return { body: view(stream, await headOf(context)), version: stream.version }
}

function view(row: AuditStream, head: number): RouteAnswer<'getAuditStream'> {
  const { name, kind, format, state, query, settings, createdBy, version, failures, lastError, position, delivered } =
    row
  return {
    id: formatTypeId('ast', row.id),
    name,
    kind,
    format,
    state,
    query,
    settings,
    createdBy,
    version,
    hasSecret: row.secret !== null,
    health: {
      status: state === 'paused' ? 'paused' : failures > 0 ? 'failing' : 'ok',
      position,
      behind: Math.max(0, head - position),
      delivered,
      lastSuccessAt: row.lastSuccessAt?.toISOString() ?? null,
      lastErrorAt: row.lastErrorAt?.toISOString() ?? null,
      lastError,
      failures,
      nextAttemptAt: row.dueAt.toISOString(),
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** What Zod has checked is JSON; what was left out is not there. */
function toJson(settings: object): JsonObject {
  return JSON.parse(JSON.stringify(settings)) as JsonObject
}
