import { acknowledgeNotice, countNotices, listNotices } from '../../../access/notices.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewNotice } from '../views/notices.ts'

export const noticeHandlers: Handlers<'listNotices' | 'acknowledgeNotice'> = {
  listNotices: (context, { query }) => {
    const { database } = context.parts
    const find = { isOpen: query.open, kind: query.kind }
    return answerList(context, {
      route: 'listNotices',
      query,
      read: (page) => listNotices(database, context.organization.id, { ...page, ...find }),
      count: () => countNotices(database, context.organization.id, find),
      view: viewNotice,
    })
  },

  acknowledgeNotice: async (context, { params }) => {
    const request = { organizationId: context.organization.id, noticeId: toUuid('note', params.notice) }
    return { body: viewNotice(await acknowledgeNotice(context.parts.database, context.call, request)) }
  },
}
