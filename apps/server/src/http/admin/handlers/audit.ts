import { apiError } from '@rollcall/admin-api'
import { createAuditSigner } from '../../../access/audit-signer.ts'
import { countEvents, findEvent, listEvents } from '../../../audit/list-events.ts'
import { parseAuditQuery } from '../../../audit/query/parse.ts'
import { AuditQueryError } from '../../../audit/query/tokens.ts'
import { verifyAudit } from '../../../audit/verify.ts'
import { viewEvent } from '../../../audit/view-event.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

export const auditHandlers: Handlers<'listAuditEvents' | 'getAuditEvent' | 'verifyAudit'> = {
  listAuditEvents: (context, { query }) => {
    const { database } = context.parts
    const filter = toFilter(query.query)
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

  verifyAudit: async (context) => {
    const startedMs = performance.now()
    const sign = createAuditSigner(context.parts)
    const verification = await verifyAudit(context.parts.database, context.organization.id, { sign })
    return { body: { ...verification, durationMs: Math.round(performance.now() - startedMs) } }
  },
}

/** Refuses with the place of the mistake. */
function toFilter(query: string | undefined) {
  try {
    return parseAuditQuery(query ?? '')
  } catch (error) {
    if (!(error instanceof AuditQueryError)) throw error
    const errors = [{ in: 'query', pointer: '/query', code: 'invalidAuditQuery', detail: error.message }] as const
    throw apiError('invalidRequest', error.message, { errors, cause: error })
  }
}
