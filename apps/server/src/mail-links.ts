import { createInvitationLinks } from './directory/invitation-link.ts'
import type { MailLink } from './mail/mail-link.ts'
import { createCustomerLinks } from './onboarding/customer-links.ts'
import type { Parts } from './parts.ts'
import { createEmailLinks } from './sign-in/email-change.ts'
import { createPasswordLinks } from './sign-in/password-links.ts'

/** Makes the paths, below the public address, that the buttons of mails open. */
export type MailLinks = { toPath(link: MailLink): Promise<string> }

export function createMailLinks(parts: Pick<Parts, 'database' | 'encryption' | 'clock'>): MailLinks {
  const makers = {
    invitation: createInvitationLinks(parts),
    password: createPasswordLinks(parts),
    email: createEmailLinks(parts),
    setup: createCustomerLinks(parts),
  }
  return { toPath: (link) => makers[link.kind].toPath(link) }
}
