import type { RouteAnswer } from '@rollcall/admin-api'
import type { Mail } from '../../../mail/outbox.ts'
import { renderMail } from '../../../mail/render.ts'
import { formatTypeId } from '../../../type-id.ts'

/** Stands for the secret part of a link. */
export const hiddenPath = '/invitations/[hidden]'

/** As it is sent. `link` is what its button opens, as far as the reader may see it. */
export function viewMail(row: Mail, link: string | undefined): RouteAnswer<'getMail'> {
  const { template, locale, organizationName, data } = row
  const { subject, text, html } = renderMail({ template, locale, organizationName, data, link })
  return {
    id: formatTypeId('mail', row.id),
    template,
    to: row.recipient,
    locale,
    subject,
    text,
    html,
    link: link === undefined || link.endsWith(hiddenPath) ? null : link,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.createdAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    lastError: row.lastError,
  }
}
