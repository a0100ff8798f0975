import type { MailTemplate } from '../db/queries/mails.ts'

/**
 * What each template can be filled with besides the organization's name. A paragraph whose value is missing is left out.
 * `…At` are instants; they are written in the recipient's manner.
 */
export const templateValues = {
  invitation: ['hours'],
  keyCreated: ['serviceAccount', 'key', 'hint', 'scopes', 'expiresAt', 'actor', 'at'],
  keyRevoked: ['serviceAccount', 'key', 'hint', 'actor', 'at'],
  ownKeyCreated: ['key', 'hint', 'scopes', 'expiresAt', 'actor', 'at'],
  ownKeyRevoked: ['key', 'hint', 'actor', 'at'],
  keyExpiring: ['serviceAccount', 'key', 'hint', 'expiresAt'],
  keyExpired: ['serviceAccount', 'key', 'hint', 'expiresAt'],
  // openKey: the key's name again, where it was not revoked.
  keyLeaked: ['key', 'hint', 'source', 'revokedAt', 'openKey'],
  keyOwnerLeft: ['owner', 'key', 'hint', 'connection', 'at'],
  // goneAt: where the endpoint said so itself; failingSinceAt: where nothing reached it.
  webhookDisabled: ['webhook', 'host', 'goneAt', 'failingSinceAt'],
  certificateExpiring: ['identityProvider', 'fingerprint', 'expiresAt'],
  metadataRefused: ['identityProvider', 'reason', 'at'],
  holdWaiting: ['connection', 'changes', 'openedAt', 'expiresAt'],
  // meaning and remedy: of the reason, in English.
  appQuarantined: ['app', 'sinceAt', 'meaning', 'remedy', 'detail'],
  appPaused: ['app', 'sinceAt', 'meaning', 'remedy'],
  appWorkHeld: ['app', 'count', 'allowance', 'cause', 'causeCount', 'lapsesAt'],
  appEscrowGrown: ['app', 'count', 'meaning', 'remedy', 'at'],
  sourceReadHeld: ['source', 'detail', 'at'],
  sourceReadFailed: ['source', 'meaning', 'remedy', 'detail', 'at'],
  appCredentialsExpiring: ['app', 'expiresAt'],
  appLeaversWaiting: ['app', 'count', 'sinceAt'],
  // summary: such as `update 3`, in English.
  appPlanWaiting: ['app', 'summary', 'expiresAt'],
  serviceAccountDisabled: ['serviceAccount', 'actor', 'at'],
  passkeyAdded: ['name', 'at'],
  passkeyRemoved: ['name', 'at'],
  totpAdded: ['at'],
  totpRemoved: ['at'],
  recoveryCodesMade: ['at'],
  recoveryCodeUsed: ['left', 'at'],
  factorsReset: ['reason', 'at'],
  passwordForgotten: ['minutes'],
  emailConfirmNew: ['address', 'hours'],
  emailConfirmOld: ['address', 'hours'],
  setupLink: ['provider', 'expiresAt'],
  test: ['at'],
} as const satisfies { readonly [template in MailTemplate]: readonly string[] }

/** The words of one mail. `{name}` stands for a value of {@link templateValues}, `{organization}` for the organization. */
export type MailWords = {
  readonly subject: string
  readonly heading: string
  readonly paragraphs: readonly string[]
  /** Of the button, where the mail has a link. */
  readonly button?: string
}

/** All mails in one language, and the words around them. */
export type MailCatalog = {
  readonly mails: { readonly [template in MailTemplate]: MailWords }
  /** Before the address of the button, for whom the button does not work. */
  readonly copyLink: string
  readonly footer: string
}
