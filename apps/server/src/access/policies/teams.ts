/** What may be done with teams. A role that is limited to teams gives what is not reading for those teams only. */
export const teamPermissions = {
  'teams:read': 'read teams, their members and their history',
  'teams:manage': 'create, change and delete teams and their members',
  'teams:map': 'map groups of the identity provider to teams that one maintains',
} as const

/** Permissions that make sense for single teams. */
const limitable: ReadonlySet<string> = new Set(['teams:manage', 'teams:map'])

/** Whether a permission that a role limited to a team gives reaches no further than that team. */
export function isLimitedToTeam(permission: string): boolean {
  return limitable.has(permission)
}

/** Whether a role can be given for single teams: nothing in it but reading reaches further than a team. */
export function canBeLimited(permissions: readonly string[]): boolean {
  return permissions.every((name) => name.endsWith(':read') || limitable.has(name)) && permissions.some(isLimitedToTeam)
}
