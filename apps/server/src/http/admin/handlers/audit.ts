import { apiError, type RouteBody } from '@rollcall/admin-api'
import { createAuditSigner } from '../../../access/audit-signer.ts'
import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { auditRetentions, toAuditRetention } from '../../../access/audit-settings.ts'
import { getOrganization, updateOrganization } from '../../../access/organizations.ts'
import { exportCsv, exportJsonLines } from '../../../audit/export-events.ts'
import { withoutAbsent } from '../../../audit/personal-data.ts'
import { countEvents, findEvent, listEvents } from '../../../audit/list-events.ts'
import { findChain, verifyAudit } from '../../../audit/verify.ts'
import { viewEvent } from '../../../audit/view-event.ts'
import { parseQueryOf } from '../audit-query.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

type AuditRoute =
  | 'listAuditEvents'
  | 'getAuditEvent'
  | 'exportAuditCsv'
  | 'exportAuditJsonLines'
  | 'getAuditRetention'
  | 'updateAuditRetention'
  | 'verifyAudit'

export const auditHandlers: Handlers<AuditRoute> = {
  listAuditEvents: (context, { query }) => {
    const { database } = context.parts
    const filter = parseQueryOf(query.query)
    return answerList(context, {
      route: 'listAuditEvents',
      query,
      read: (page) => listEvents(database, context.organization.id, { filter, order: query.order, ...page }),
      count: () => countEvents(database, context.organization.id, filter),
      view: viewEvent,
    })
  },

  getAuditEvent: async (context, { params }) => {
    const row = await findEvent(context.parts.database, context.organization.id, toUuid('aud', params.auditEvent))
    if (row === undefined) throw apiError('notFound', 'There is no such event, or it is no longer kept')
    return { body: viewEvent(row) }
  },

  exportAuditCsv: async ({ parts, organization }, { query }) => ({
    body: '',
    pieces: exportCsv(parts.database, organization.id, parseQueryOf(query.query)),
  }),

  exportAuditJsonLines: async ({ parts, organization }, { query }) => ({
    body: '',
    pieces: exportJsonLines(parts.database, organization.id, parseQueryOf(query.query)),
  }),

  getAuditRetention: (context) => showRetention(context),

  updateAuditRetention: async (context, { body }) => {
    const { call, ifVersion, parts } = context
    const organizationId = context.organization.id
    await changeVersioned({
      ifVersion,
      change: async () => {
        const { settings, version } = await getOrganization(parts.database, organizationId)
        const command = { settings: { ...settings, audit: changeRetention(settings['audit'], body) } }
        // By the version that was read: settings that somebody else has set since are not overwritten.
        await updateOrganization(parts.database, call, { organizationId, command, ifVersion: ifVersion ?? version })
      },
      readVersion: async () => (await getOrganization(parts.database, organizationId)).version,
    })
    return showRetention(context)
  },

  verifyAudit: async (context) => {
    const startedMs = performance.now()
    const sign = createAuditSigner(context.parts)
    const verification = await verifyAudit(context.parts.database, context.organization.id, { sign })
    return { body: { ...verification, durationMs: Math.round(performance.now() - startedMs) } }
  },
}

/** Other limits have another default: days that were chosen for the old ones are forgotten. */
function changeRetention(stored: unknown, body: RouteBody<'updateAuditRetention'>): JsonObject {
  const before = isJsonObject(stored) ? stored : {}
  const kept = body.retention === undefined || body.retention === before['retention'] ? before : {}
  return withoutAbsent({ ...kept, ...body })
}

async function showRetention({ parts, organization }: CallContext) {
  const { settings, version } = await getOrganization(parts.database, organization.id)
  const { retention, daysMax } = toAuditRetention(settings)
  const chain = await findChain(parts.database, organization.id)
  const kept = { events: chain?.sequence ?? 0, hash: chain?.hash.toString('hex') ?? null }
  const checkpoint = chain?.checkpoint ?? null
  return { body: { retention, daysMax, daysAllowed: auditRetentions[retention], kept, checkpoint, version }, version }
}
