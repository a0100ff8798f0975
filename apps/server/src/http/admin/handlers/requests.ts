import { apiError, type RouteInput } from '@rollcall/admin-api'
import { toEndpointSettings } from '../../../access/connection-settings.ts'
import { findConnection } from '../../../access/connections.ts'
import { toOrganizationSettings } from '../../../access/organization-settings.ts'
import { getOrganization } from '../../../access/organizations.ts'
import { listRequestChanges, listRequestErrors } from '../../../audit/inspect-request.ts'
import {
  countRequests,
  findRequest,
  listRequests,
  type ListRequests,
  type RequestLogRow,
} from '../../../audit/list-requests.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewRequestLine } from '../views.ts'
import { viewRequest, viewRequestChange, viewRequestErrors } from '../views/requests.ts'

export const requestHandlers: Handlers<'listRequests' | 'getRequest' | 'getRequestErrors' | 'replayRequest'> = {
  listRequests: (context, { query }) => {
    const { database } = context.parts
    const filters = toFilters(query)
    return answerList(context, {
      route: 'listRequests',
      query,
      read: (page) => listRequests(database, context.organization.id, { ...filters, ...page }),
      count: () => countRequests(database, context.organization.id, { ...filters, limit: 0 }),
      view: viewRequestLine,
    })
  },

  getRequest: async (context, { params }) => {
    const { parts, organization, baseUrl } = context
    const row = await findLine(context, params.request)
    const [diff, kept] = await Promise.all([
      listRequestChanges(parts.database, organization.id, row),
      describeKept(context, row.connectionId),
    ])
    return { body: viewRequest(row, { diff, kept, baseUrl }) }
  },

  getRequestErrors: async ({ parts, organization }, { query }) => {
    const { hours, connection } = query
    const connectionId = connection === undefined ? undefined : toUuid('con', connection)
    const rows = await listRequestErrors(parts.database, organization.id, { hours, connectionId })
    return { body: { data: rows.map(viewRequestErrors) } }
  },

  replayRequest: async (context, { params }) => {
    const row = await findLine(context, params.request)
    const { status, body, changes } = await context.parts.replayScim(row)
    const sent = row.path + (row.requestBody ?? '')
    return {
      body: {
        status,
        body,
        diff: changes.map(viewRequestChange),
        sameStatus: status === row.status,
        redacted: sent.includes('[redacted]') || sent.includes('"***"'),
        ranAt: context.call.now.toISOString(),
      },
    }
  },
}

async function findLine({ parts, organization }: CallContext, reference: string): Promise<RequestLogRow> {
  const row = await findRequest(parts.database, organization.id, toUuid('req', reference))
  if (row === undefined) throw apiError('notFound', 'There is no such request, or it is no longer kept')
  return row
}

/** What becomes of requests: bodies by the connection, days by the organization. */
async function describeKept({ parts, organization }: CallContext, connectionId: string | null) {
  const { database, config } = parts
  const defaults = { daysMax: config.requestLogDays, bytesMax: config.requestLogBytesMax }
  const { settings } = await getOrganization(database, organization.id)
  const connection = connectionId === null ? undefined : await findConnection(database, organization.id, connectionId)
  return {
    bodies: connection === undefined || toEndpointSettings(connection).keepsBodies,
    days: toOrganizationSettings(settings, defaults).requestLog.daysMax,
  }
}

function toFilters(query: RouteInput<'listRequests'>['query']): Omit<ListRequests, 'limit'> {
  const { status } = query
  return {
    ...(status !== undefined &&
      (status.endsWith('xx') ? { statusClass: Number(status[0]) } : { status: Number(status) })),
    // `failed=false` is the list without the failed ones.
    failed: query.failed,
    since: toDate(query.since),
    until: toDate(query.until),
    method: query.method,
    resourceId: query.resource,
    connectionId: query.connection === undefined ? undefined : toUuid('con', query.connection),
    keyId: query.key === undefined ? undefined : toUuid('key', query.key),
  }
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}
