import { countOwnDecisions, decideRecord, listDecisions, undoDecision } from '../../../sources/decisions.ts'
import { previewRecord } from '../../../sources/preview-record.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewRecordPreview, viewSourceDecision } from '../views/source-plans.ts'
import { nameSource } from './sources.ts'

type DecisionRoute = 'listSourceDecisions' | 'decideSourceRecord' | 'undoSourceDecision' | 'previewSourceRecord'

export const sourceDecisionHandlers: Handlers<DecisionRoute> = {
  listSourceDecisions: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    return answerList(context, {
      route: `listSourceDecisions ${name.sourceId}`,
      query,
      read: (page) => listDecisions(database, name, page),
      count: () => countOwnDecisions(database, name),
      view: viewSourceDecision,
    })
  },

  decideSourceRecord: async (context, { params, body }) => {
    const { person, ...decide } = body
    const userId = person === undefined ? undefined : toUuid('usr', person)
    const request = { ...nameSource(context, params), ...decide, userId }
    return { body: viewSourceDecision(await decideRecord(context.parts.database, context.call, request)) }
  },

  undoSourceDecision: async (context, { params, body }) => {
    await undoDecision(context.parts.database, context.call, { ...nameSource(context, params), ...body })
    return { body: undefined }
  },

  previewSourceRecord: async (context, { params, body }) => {
    const request = { ...nameSource(context, params), ...body, now: context.call.now }
    return { body: viewRecordPreview(await previewRecord(context.parts, request)) }
  },
}
