import { toSearchPattern } from '../../../directory/search-pattern.ts'
import { countLinks, forgetLink, getLink, listLinks } from '../../../provisioning/apps/links.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toObjectRef } from '../object-ref.ts'
import { viewAppLink } from '../views/app-links.ts'
import { nameApp } from './apps.ts'

export const appLinkHandlers: Handlers<'listAppLinks' | 'getAppLink' | 'deleteAppLink'> = {
  listAppLinks: (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    const { kind, state, failure, targetKey, inScope: isInScope, search } = query
    const pattern = search === undefined ? undefined : toSearchPattern(search)
    const filter = { kind, state, failure, targetKey, isInScope, pattern }
    return answerList(context, {
      route: `listAppLinks ${app.appId}`,
      query,
      read: (page) => listLinks(database, app, { filter, ...page }),
      count: () => countLinks(database, app, filter),
      view: viewAppLink,
    })
  },

  getAppLink: async (context, { params }) => ({
    body: viewAppLink(await getLink(context.parts.database, nameApp(context, params), toObjectRef(params.object).id)),
  }),

  deleteAppLink: async (context, { params }) => {
    const objectId = toObjectRef(params.object).id
    await forgetLink(context.parts.database, context.call, { ...nameApp(context, params), objectId })
    return { body: undefined }
  },
}
