import type { JsonObject, Style } from '@rollcall/scim'
import { toInvitationSettings } from '../access/invitation-settings.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/**
 * Whether people begin as `pending` and are invited by mail. The organization may switch it off for all; a connection
 * says it for those whom it brings, else its style does: GitHub's accounts are ready at once, all others are invited.
 */
export function invitesPeople(given: {
  readonly organization: { readonly settings: JsonObject }
  readonly connection: { readonly style: Style; readonly settings: ConnectionSettings }
}): boolean {
  if (!toInvitationSettings(given.organization.settings).enabled) return false
  const { style, settings } = given.connection
  return (settings.invitations ?? (style.name === 'github' ? 'none' : 'send')) === 'send'
}
