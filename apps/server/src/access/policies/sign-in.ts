/** What may be done with the ways in which people sign in. */
export const signInPermissions = {
  'sign-in:read': 'read identity providers, sessions and failed sign-ins, without secrets',
  'sign-in:manage': 'make, change and delete identity providers, end sessions, say how people sign in',
} as const
