import { permissionNames, type Permission } from './scopes.ts'

/** A role of every organization: data, not a row, so that nobody can edit it away. */
export type BuiltInRole = {
  /** The same in every organization. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly permissions: readonly Permission[]
}

function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

const reading = permissionNames.filter((name) => name.endsWith(':read'))

export const ownerRole: BuiltInRole = {
  // The guard of the last owner in the database knows it by this id.
  id: idOf(1),
  name: 'owner',
  description: 'Everything, and to make others owner. An organization with an owner keeps one',
  permissions: permissionNames,
}

export const adminRole: BuiltInRole = {
  id: idOf(2),
  name: 'admin',
  description: 'Everything but to give or take the role owner. What a service account gets when nobody names its role',
  permissions: permissionNames.filter((name) => name !== 'owners:manage'),
}

const teamMaintainerRole: BuiltInRole = {
  id: idOf(3),
  name: 'team maintainer',
  description: 'Maps groups of the identity provider to teams: to all of them, or to those that the role is limited to',
  permissions: ['people:read', 'teams:read', 'teams:map'],
}

const auditorRole: BuiltInRole = {
  id: idOf(4),
  name: 'auditor',
  description: 'Reads everything, changes nothing',
  permissions: reading,
}

export const memberRole: BuiltInRole = {
  id: idOf(5),
  name: 'member',
  description: 'A person of the organization without rights in Rollcall. Everybody without a role is one',
  permissions: [],
}

const guestRole: BuiltInRole = {
  id: idOf(6),
  name: 'guest',
  description: 'A person from outside, without rights in Rollcall: guest_collaborator of GitHub',
  permissions: [],
}

const billingManagerRole: BuiltInRole = {
  id: idOf(7),
  name: 'billing manager',
  description: 'Reads the plan and the settings: billing_manager of GitHub',
  permissions: ['settings:read'],
}

/** In the order of their ids, which is that of lists. */
export const builtInRoles: readonly BuiltInRole[] = [
  ownerRole,
  adminRole,
  teamMaintainerRole,
  auditorRole,
  memberRole,
  guestRole,
  billingManagerRole,
]

const byId: ReadonlyMap<string, BuiltInRole> = new Map(builtInRoles.map((role) => [role.id, role]))

export function findBuiltInRole(id: string): BuiltInRole | undefined {
  return byId.get(id)
}

/** Id → name, for statements that write a name down: the database does not know the built-in ones. */
export const builtInNames: string = JSON.stringify(Object.fromEntries(builtInRoles.map(({ id, name }) => [id, name])))
