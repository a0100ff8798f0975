import { AccessError } from './access-error.ts'
import { appPermissions } from './policies/apps.ts'
import { auditPermissions } from './policies/audit.ts'
import { connectionPermissions } from './policies/connections.ts'
import { eventPermissions } from './policies/events.ts'
import { keyPermissions } from './policies/keys.ts'
import { organizationPermissions } from './policies/organization.ts'
import { peoplePermissions } from './policies/people.ts'
import { rolePermissions } from './policies/roles.ts'
import { signalPermissions } from './policies/signals.ts'
import { signInPermissions } from './policies/sign-in.ts'
import { sourcePermissions } from './policies/sources.ts'
import { teamPermissions } from './policies/teams.ts'

/** What somebody may do, the smallest unit of it. Scopes and roles are sets of these. */
export const permissions = {
  ...peoplePermissions,
  ...teamPermissions,
  ...rolePermissions,
  ...keyPermissions,
  ...connectionPermissions,
  ...organizationPermissions,
  ...auditPermissions,
  ...eventPermissions,
  ...signalPermissions,
  ...signInPermissions,
  ...appPermissions,
  ...sourcePermissions,
} as const satisfies Record<string, string>

export type Permission = keyof typeof permissions

// Object.keys forgets the key type; the table above is the only source.
export const permissionNames = Object.keys(permissions) as readonly Permission[]
const reading = permissionNames.filter((name) => name.endsWith(':read'))

/** What a key may do. `admin:enterprise` includes the others, as GitHub's scope of that name does. */
export const scopes = {
  scim: 'SCIM: read and write people, teams and memberships',
  'organization:read': 'admin API: read everything in the organization',
  'organization:admin': 'admin API: read and change everything in the organization',
  'admin:enterprise': 'everything in the organization: scim and organization:admin',
  ...permissions,
} as const satisfies Record<string, string>

export type Scope = keyof typeof scopes

const aliases: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  ['scim:enterprise', 'scim'],
  // What receivers of shared signals ask for (CAEP interoperability profile §2.7.2).
  ['ssf.read', 'signals:receive'],
  ['ssf.manage', 'signals:receive'],
])
const included: ReadonlyMap<Scope, ReadonlySet<Scope>> = new Map<Scope, ReadonlySet<Scope>>([
  ...permissionNames.map((name) => [name, new Set<Scope>([name])] as const),
  ['scim', new Set<Scope>(['scim'])],
  ['organization:read', new Set<Scope>(['organization:read', ...reading])],
  ['organization:admin', new Set<Scope>(['organization:admin', 'organization:read', ...permissionNames])],
  [
    'admin:enterprise',
    new Set<Scope>(['admin:enterprise', 'organization:admin', 'organization:read', 'scim', ...permissionNames]),
  ],
])

/** Scopes as they are stored: aliases resolved, each once. Throws `invalidScope` for a name that nobody knows. */
export function parseScopes(names: readonly string[]): readonly Scope[] {
  if (names.length === 0)
    throw new AccessError('invalidScope', `A key needs a scope: one of ${listScopes()}`, { field: 'scopes' })
  return [...new Set(names.map(parseScope))]
}

/** True when the granted scopes allow what `needed` names. */
export function hasScope(granted: readonly string[], needed: Scope): boolean {
  return granted.some((name) => isScope(name) && included.get(name)?.has(needed) === true)
}

function parseScope(name: string): Scope {
  const scope = aliases.get(name) ?? name
  if (isScope(scope)) return scope
  throw new AccessError('invalidScope', `The scope "${name}" is unknown; there are ${listScopes()}`, {
    field: 'scopes',
  })
}

/** Everything that SCIM lets a key do, in permissions. */
const provisioning: readonly Permission[] = [
  'people:read',
  'people:invite',
  'people:manage',
  'teams:read',
  'teams:manage',
]

/** The permissions that scopes of a key amount to, before the roles of its owner cap them. */
export function permissionsOfScopes(granted: readonly string[]): ReadonlySet<Permission> {
  const names = permissionNames.filter((name) => hasScope(granted, name))
  return new Set(hasScope(granted, 'scim') ? [...names, ...provisioning] : names)
}

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name)
}

/** Those of the owned scopes that a text names, all of them when it names none; undefined when it names others. */
export function narrowScopes(owned: readonly string[], asked: string | undefined): readonly string[] | undefined {
  if (asked === undefined || asked.trim() === '') return owned
  const names = asked
    .trim()
    .split(/ +/)
    .map((name) => aliases.get(name) ?? name)
  const known: readonly Scope[] = names.filter(isScope)
  return known.length === names.length && known.every((scope) => hasScope(owned, scope)) ? known : undefined
}

export function isScope(name: string): name is Scope {
  return Object.hasOwn(scopes, name)
}

function listScopes(): string {
  return Object.keys(scopes).join(', ')
}
