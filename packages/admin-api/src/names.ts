// Read by the command line before it knows what it is asked for: nothing here loads Zod.

/** What a connection accepts beyond the letter of the RFC: names of profiles in @rollcall/scim. */
export const profileNames = ['default', 'strict', 'entra', 'okta'] as const

/** What a connection demands and how its accounts behave: names of styles in @rollcall/scim. */
export const styleNames = ['rollcall', 'datadog', 'github', 'github-org'] as const

/** What can be done to many people at once. */
export const peopleActNames = ['suspend', 'reactivate', 'addToTeam', 'resendInvitation'] as const

/** What is looked at to see whether a server is well; words for people are made of these and of what was measured. */
export const healthCheckNames = [
  'configuration',
  'dataFolder',
  'disk',
  'tls',
  'mail',
  'database',
  'clock',
  'migrations',
  'encryption',
  'passkeys',
  'workers',
] as const

/** The languages of pages and mails. */
export const localeNames = ['en', 'ko', 'ja', 'fr'] as const

/**
 * What somebody may do in an organization, the smallest unit of it. Scopes of keys and roles of people and service
 * accounts are sets of these; a key may be given single ones too.
 */
export const permissionNames = [
  'people:read',
  'people:invite',
  'people:manage',
  'teams:read',
  'teams:manage',
  'teams:map',
  'roles:read',
  'roles:manage',
  'owners:manage',
  'keys:read',
  'keys:manage',
  'connections:read',
  'connections:manage',
  'holds:decide',
  'log:read',
  'mail:read',
  'mail:send',
  'settings:read',
  'settings:manage',
  'audit:read',
  'audit:manage',
  'events:read',
  'webhooks:read',
  'webhooks:manage',
  'signals:read',
  'signals:manage',
  'signals:receive',
  'sign-in:read',
  'sign-in:manage',
  'apps:read',
  'apps:manage',
  'apps:run',
  'sources:read',
  'sources:manage',
  'sources:run',
  'sources:upload',
] as const

/** What a key may be given. `scim:enterprise` is another name of `scim`; `admin:enterprise` includes all the others. */
export const scopeNames = [
  'scim',
  'scim:enterprise',
  'ssf.read',
  'ssf.manage',
  'organization:read',
  'organization:admin',
  'admin:enterprise',
  ...permissionNames,
] as const

/** What a plan may hold back. */
export const featureNames = ['scim', 'groups', 'customRoles', 'groupMapping', 'auditExport', 'massChangeUndo'] as const

/** Where members of a team may come from. */
export const teamSourceNames = ['all', 'uiAndApi', 'managed'] as const

const caep = 'https://schemas.openid.net/secevent/caep/event-type'
const risc = 'https://schemas.openid.net/secevent/risc/event-type'

/** What streams of security events tell besides SCIM events: CAEP 1.0 and RISC 1.0. */
export const signalUris = {
  sessionRevoked: `${caep}/session-revoked`,
  credentialChange: `${caep}/credential-change`,
  accountDisabled: `${risc}/account-disabled`,
  accountEnabled: `${risc}/account-enabled`,
  accountPurged: `${risc}/account-purged`,
} as const
