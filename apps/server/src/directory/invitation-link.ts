import { createDerivedLinks, type LinkName } from '../access/derived-links.ts'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'

/** What a link names. */
export type InvitationName = LinkName

export type InvitationLinks = {
  /** The path of the page, below the public address. The same link as ever: nothing about it is stored. */
  toPath(invitation: InvitationName): Promise<string>
  /** Undefined for what we never made, without asking the database. */
  parse(token: string): Promise<InvitationName | undefined>
}

/** Makes and reads links with the secret of the instance, which is fetched once. */
export function createInvitationLinks(parts: {
  readonly database: Queryable
  readonly encryption: Encryption
  clock(): Date
}): InvitationLinks {
  const links = createDerivedLinks(parts, { kind: 'inv', secretName: 'invitation.link' })
  return {
    toPath: async (invitation) => `/invitations/${await links.toToken(invitation)}`,
    parse: (token) => links.parse(token),
  }
}
