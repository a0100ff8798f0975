/** What may be done with the audit log. Nobody may change or switch it off. */
export const auditPermissions = {
  'audit:read': 'read, verify and export the audit log',
  'audit:manage': 'set how long the audit log is kept, and where it is streamed to',
} as const
