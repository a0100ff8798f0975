/** What may be done with events, and with those who are told of them. */
export const eventPermissions = {
  'events:read': 'read events: everything that happens in the organization',
  'webhooks:read': 'read webhook endpoints, without secrets, and what was delivered to them',
  'webhooks:manage': 'make, change, test and delete webhook endpoints; send events again',
} as const
