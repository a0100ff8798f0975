import { apiError, type RouteInput } from '@rollcall/admin-api'
import { countRequests, findRequest, listRequests, type ListRequests } from '../../../audit/list-requests.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewRequest, viewRequestLine } from '../views.ts'

export const requestHandlers: Handlers<'listRequests' | 'getRequest'> = {
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
    const row = await findRequest(context.parts.database, context.organization.id, toUuid('req', params.request))
    if (row === undefined) throw apiError('notFound', 'There is no such request, or it is no longer kept')
    return { body: viewRequest(row) }
  },
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
