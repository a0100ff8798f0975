import { apiError, type RouteInput } from '@rollcall/admin-api'
import { exportLogCsv, exportLogJsonLines } from '../../../provisioning/log/export-log.ts'
import { toGraphSummary } from '../../../provisioning/log/graph-summary.ts'
import { countLog, findLogEntry, listLog, listReasons, type LogFilter } from '../../../provisioning/log/read-log.ts'
import { parseTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewLogEntry, viewLogSummary } from '../views/provisioning-log.ts'

type LogRoute =
  | 'listProvisioningLog'
  | 'exportProvisioningLogCsv'
  | 'exportProvisioningLogJsonLines'
  | 'getProvisioningLogEntry'
  | 'getProvisioningReasons'

export const provisioningLogHandlers: Handlers<LogRoute> = {
  listProvisioningLog: (context, { query }) => {
    const { database } = context.parts
    const filter = toFilter(query)
    return answerList(context, {
      route: 'listProvisioningLog',
      query,
      read: (page) => listLog(database, context.organization.id, { filter, ...page }),
      count: () => countLog(database, context.organization.id, filter),
      view: viewLogSummary,
    })
  },

  exportProvisioningLogCsv: async ({ parts, organization }, { query }) => ({
    body: '',
    pieces: exportLogCsv(parts.database, organization.id, { filter: toFilter(query), file: query.file }),
  }),

  exportProvisioningLogJsonLines: async ({ parts, organization }, { query }) => {
    const view = query.format === 'graph' ? toGraphSummary : viewLogEntry
    return { body: '', pieces: exportLogJsonLines(parts.database, organization.id, { filter: toFilter(query), view }) }
  },

  getProvisioningLogEntry: async (context, { params }) => {
    const id = toUuid('plog', params.logEntry)
    const entry = await findLogEntry(context.parts.database, context.organization.id, id)
    if (entry === undefined) throw apiError('notFound', 'There is no such entry, or it is no longer kept')
    return { body: viewLogEntry(entry) }
  },

  getProvisioningReasons: async () => ({ body: { data: listReasons().map((reason) => ({ ...reason })) } }),
}

type Query = Omit<RouteInput<'exportProvisioningLogCsv'>['query'], 'file'>

function toFilter({ app, object, cycle, action, status, reason, since, until }: Query): LogFilter {
  return {
    appId: app === undefined ? undefined : toUuid('app', app),
    objectId: object === undefined ? undefined : (parseTypeId('usr', object) ?? toUuid('team', object)),
    cycleId: cycle === undefined ? undefined : toUuid('cyc', cycle),
    action,
    status,
    reason,
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
  }
}
