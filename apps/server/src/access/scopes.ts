import { AccessError } from './access-error.ts'

/** What somebody may do, the smallest unit of it. Scopes and roles are sets of these. */
export const permissions = {
  'people:read': 'read people, their history and what they own',
  'people:invite': 'create people and send invitations',
  'people:manage': 'change, suspend, delete and restore people',
  'teams:read': 'read teams, their members and their history',
  'teams:manage': 'create, change and delete teams and their members',
  'teams:map': 'map groups of the identity provider to teams that one maintains',
  'roles:read': 'read roles and who has them',
  'roles:manage': 'make roles, give and take them, map groups to them',
  'keys:read': 'read keys and service accounts, without secrets',
  'keys:manage': 'make, rotate and revoke keys; make and disable service accounts',
  'connections:read': 'read connections and custom schemas',
  'connections:manage': 'make, change, pause and decommission connections',
  'holds:decide': 'approve, discard and undo held mass changes',
  'log:read': 'read the request log, the history of changes and holds',
  'mail:read': 'read the mails that were sent or wait',
  'mail:send': 'send test mails',
  'settings:read': 'read the organization, its settings, domains and plan',
  'settings:manage': 'change the organization, its settings, domains and plan',
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

const aliases: ReadonlyMap<string, Scope> = new Map([['scim:enterprise', 'scim']])
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

export function isScope(name: string): name is Scope {
  return Object.hasOwn(scopes, name)
}

function listScopes(): string {
  return Object.keys(scopes).join(', ')
}
