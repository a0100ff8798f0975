import type { RouteAnswer } from '@rollcall/admin-api'
import {
  countSavedViews,
  createSavedView,
  deleteSavedView,
  listSavedViews,
  type SavedView,
} from '../../../access/saved-views.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

export const savedViewHandlers: Handlers<'listSavedViews' | 'createSavedView' | 'deleteSavedView'> = {
  listSavedViews: (context, { query }) => {
    const { call, parts } = context
    const asking = { ...toAsking(context), screen: query.screen }
    return answerList(context, {
      // Of somebody else the same cursor means other rows.
      route: `listSavedViews/${asking.userId ?? ''}`,
      query,
      read: (page) => listSavedViews(parts.database, call, { ...asking, ...page }),
      count: () => countSavedViews(parts.database, call, asking),
      view: viewSavedView,
    })
  },

  createSavedView: async (context, { body }) => {
    const request = { ...toAsking(context), command: body }
    const view = viewSavedView(await createSavedView(context.parts.database, context.call, request))
    return { body: view, location: `/api/v1/organizations/${context.organization.slug}/saved-views/${view.id}` }
  },

  deleteSavedView: async (context, { params }) => {
    const request = { ...toAsking(context), id: toUuid('view', params.savedView) }
    await deleteSavedView(context.parts.database, context.call, request)
    return { body: undefined }
  },
}

function toAsking({ organization, principal }: CallContext) {
  const userId = principal.kind === 'organization' ? (principal.userId ?? null) : null
  return { organizationId: organization.id, userId }
}

function viewSavedView(row: SavedView): RouteAnswer<'createSavedView'> {
  return {
    id: formatTypeId('view', row.id),
    // Written by the schema of the route only.
    screen: row.screen as RouteAnswer<'createSavedView'>['screen'],
    name: row.name,
    search: { ...row.search },
    isShared: row.userId === null,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  }
}
