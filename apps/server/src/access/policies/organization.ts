/** What may be done with the organization itself and what it remembers. */
export const organizationPermissions = {
  'log:read': 'read the request log, the history of changes and holds',
  'mail:read': 'read the mails that were sent or wait',
  'mail:send': 'send test mails',
  'settings:read': 'read the organization, its settings, domains and plan',
  'settings:manage': 'change the organization, its settings and domains',
} as const
