import type { Permission } from '../scopes.ts'

/** What may be done with roles. */
export const rolePermissions = {
  'roles:read': 'read roles and who has them',
  'roles:manage': 'make roles, give and take them, map groups to them',
  'owners:manage': 'give and take the role owner, and roles that may do this too',
} as const

/** Which roles one may give and take who may change people: by an attribute of theirs he gives no more than by hand. */
export function rolesToGive(giver: ReadonlySet<Permission>): 'all' | 'butOwners' | 'none' {
  if (!giver.has('roles:manage')) return 'none'
  return giver.has('owners:manage') ? 'all' : 'butOwners'
}

/**
 * Which permissions of a role keep somebody from giving or taking it: those that he does not have himself
 * (AC-D12). With `roles:manage` one gives every role but those of owners.
 */
export function listBeyondGiver(giver: ReadonlySet<Permission>, ofRole: readonly Permission[]): readonly Permission[] {
  const beyond = ofRole.filter((name) => !giver.has(name))
  return giver.has('roles:manage') ? beyond.filter((name) => name === 'owners:manage') : beyond
}
