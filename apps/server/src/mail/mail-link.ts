import type { MailRow } from '../db/queries/mails.ts'

/** The invitation that a mail's button opens; undefined for mails without one. */
export function invitationOf({
  template,
  data,
  organizationShortId,
}: Pick<MailRow, 'template' | 'data' | 'organizationShortId'>):
  | { readonly shortId: string; readonly id: string }
  | undefined {
  const { invitation } = data
  if (template !== 'invitation' || typeof invitation !== 'string') return undefined
  return { shortId: organizationShortId, id: invitation }
}
