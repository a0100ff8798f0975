import type { MailRow, MailTemplate } from '../db/queries/mails.ts'

/** What the button of a mail opens. */
export type MailLink = {
  readonly kind: 'invitation' | 'password' | 'email' | 'setup'
  readonly shortId: string
  readonly id: string
}

// Where the data of a mail names what its link is about.
const kinds: ReadonlyMap<MailTemplate, MailLink['kind']> = new Map([
  ['invitation', 'invitation'],
  ['passwordForgotten', 'password'],
  ['emailConfirmNew', 'email'],
  ['emailConfirmOld', 'email'],
  ['setupLink', 'setup'],
])

/** Undefined for mails without a link. */
export function linkOf({
  template,
  data,
  organizationShortId,
}: Pick<MailRow, 'template' | 'data' | 'organizationShortId'>): MailLink | undefined {
  const kind = kinds.get(template)
  const id = kind === undefined ? undefined : data[kind]
  return kind === undefined || typeof id !== 'string' ? undefined : { kind, shortId: organizationShortId, id }
}
