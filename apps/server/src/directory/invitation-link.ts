import { createDerivedLinks, type DerivedLinks, type LinkParts } from '../access/derived-links.ts'

export function createInvitationLinks(parts: LinkParts): DerivedLinks {
  return createDerivedLinks(parts, { folder: 'invitations', kind: 'inv', secretName: 'invitation.link' })
}
