/** What may be done with sources: what people come from by itself. */
export const sourcePermissions = {
  'sources:read': 'read sources, rules, reads and records, without secrets',
  'sources:manage': 'make, change and delete sources; change rules and credentials',
  'sources:run': 'read, pause and test sources; approve and reject held reads; apply plans',
  'sources:upload': 'upload records of people to sources that take them',
} as const
