import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  selectNotice,
  selectNoticeCount,
  selectNotices,
  updateNoticeAcknowledged,
  type NoticeFilter,
  type NoticeRow,
} from '../db/queries/notices.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'

/** Something that administrators must hear of; it stays open until one of them has acknowledged it. */
export type Notice = NoticeRow

export type FindNotices = NoticeFilter

/** Newest first; `next` is the last id of the page. */
export async function listNotices(
  database: Queryable,
  organizationId: string,
  page: PageOf & FindNotices,
): Promise<Page<Notice>> {
  const { isOpen, kind } = page
  const rows = await selectNotices(database, organizationId, {
    isOpen,
    kind,
    after: page.after,
    rowsMax: page.limit + 1,
  })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countNotices(database: Queryable, organizationId: string, find: FindNotices): Promise<number> {
  return selectNoticeCount(database, organizationId, find)
}

/** Acknowledging twice is once: the first one stays. Throws `noticeNotFound`. */
export async function acknowledgeNotice(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly noticeId: string },
): Promise<Notice> {
  const { organizationId, noticeId: id } = request
  return transaction(database, async (tx) => {
    const notice = await updateNoticeAcknowledged(tx, { organizationId, id, at: call.now, by: call.actor })
    if (notice === undefined) return getNotice(tx, organizationId, id)
    await insertAccessChange(tx, {
      organizationId,
      at: call.now,
      action: `${subjectOf(notice)}.notice_acknowledged`,
      subjectId:
        notice.keyId ?? notice.webhookId ?? notice.identityProviderId ?? notice.holdId ?? notice.sourceId ?? id,
      subjectVersion: 1,
      actor: call.actor,
      requestId: call.requestId,
      data: { kind: notice.kind, notice: id },
    })
    return notice
  })
}

function subjectOf({
  webhookId,
  identityProviderId,
  holdId,
  sourceId,
}: Notice): 'key' | 'webhook' | 'identity_provider' | 'hold' | 'source' {
  if (identityProviderId !== null) return 'identity_provider'
  if (holdId !== null) return 'hold'
  if (sourceId !== null) return 'source'
  return webhookId === null ? 'key' : 'webhook'
}

async function getNotice(database: Queryable, organizationId: string, id: string): Promise<Notice> {
  const notice = await selectNotice(database, organizationId, id)
  if (notice === undefined) throw new AccessError('noticeNotFound', 'There is no such notice')
  return notice
}
