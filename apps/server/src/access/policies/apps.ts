/** What may be done with apps: what people and teams are provisioned into. */
export const appPermissions = {
  'apps:read': 'read apps, rules, plans and the provisioning log, without secrets',
  'apps:manage': 'make, change and delete apps; change rules, assignments and credentials',
  'apps:run': 'run, pause and restart apps, apply plans, provision on demand',
} as const
