/** What may be done with streams of security event tokens, in both directions. */
export const signalPermissions = {
  'signals:read': 'read event streams and transmitters, without secrets',
  'signals:manage': 'make, change and delete event streams and transmitters',
  'signals:receive': 'make streams for oneself by the stream API, and take events from them',
} as const
