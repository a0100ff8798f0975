/** What may be done with connections, and with what waits because of them. */
export const connectionPermissions = {
  'connections:read': 'read connections and custom schemas',
  'connections:manage': 'make, change, pause and decommission connections',
  'holds:decide': 'approve, discard and undo held mass changes',
} as const
