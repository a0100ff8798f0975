import type { RouteAnswer } from '@rollcall/admin-api'
import { countLinks, forgetLink, getLink, listLinks, type AppLink } from '../../../provisioning/apps/links.ts'
import { formatTypeId, parseTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { nameApp } from './apps.ts'

export const appLinkHandlers: Handlers<'listAppLinks' | 'getAppLink' | 'deleteAppLink'> = {
  listAppLinks: (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    const { kind, state, failure, targetKey } = query
    const filter = { kind, state, failure, targetKey }
    return answerList(context, {
      route: `listAppLinks ${app.appId}`,
      query,
      read: (page) => listLinks(database, app, { filter, ...page }),
      count: () => countLinks(database, app, filter),
      view,
    })
  },

  getAppLink: async (context, { params }) => ({
    body: view(await getLink(context.parts.database, nameApp(context, params), toObjectId(params.object))),
  }),

  deleteAppLink: async (context, { params }) => {
    const objectId = toObjectId(params.object)
    await forgetLink(context.parts.database, context.call, { ...nameApp(context, params), objectId })
    return { body: undefined }
  },
}

function toObjectId(text: string): string {
  return parseTypeId('usr', text) ?? toUuid('team', text)
}

function view(row: AppLink): RouteAnswer<'getAppLink'> {
  const { kind, name, state, isInScope, origin, targetKey, rulesRevision, failureCode, stage, dueAt } = row
  const toText = (at: Date | null) => at?.toISOString() ?? null
  return {
    object: { kind, id: formatTypeId(kind === 'user' ? 'usr' : 'team', row.objectId), name },
    state,
    isInScope,
    origin,
    targetKey,
    rulesRevision,
    appliedAt: toText(row.appliedAt),
    isUncertain: row.inFlightAt !== null,
    failure:
      failureCode === null
        ? null
        : {
            code: failureCode,
            attribute: row.failureAttribute,
            detail: row.failureDetail,
            at: toText(row.failedAt),
            attempts: row.attempts,
          },
    work: stage === null || dueAt === null ? null : { stage, dueAt: dueAt.toISOString() },
    leftAt: toText(row.leftAt),
    deleteDueAt: toText(row.deleteDueAt),
  }
}
