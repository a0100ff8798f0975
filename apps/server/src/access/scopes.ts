import { AccessError } from './access-error.ts'

/** What a key may do. `admin:enterprise` includes the others, as GitHub's scope of that name does. */
export const scopes = {
  scim: 'SCIM: read and write people, teams and memberships',
  'organization:read': 'admin API: read the organization, its connections, keys and request log',
  'organization:admin': 'admin API: read and change the organization, its connections and keys',
  'admin:enterprise': 'everything in the organization: scim and organization:admin',
} as const satisfies Record<string, string>

export type Scope = keyof typeof scopes

const aliases: ReadonlyMap<string, Scope> = new Map([['scim:enterprise', 'scim']])
const included: { readonly [scope in Scope]: readonly Scope[] } = {
  scim: ['scim'],
  'organization:read': ['organization:read'],
  'organization:admin': ['organization:admin', 'organization:read'],
  'admin:enterprise': ['admin:enterprise', 'organization:admin', 'organization:read', 'scim'],
}

/** Scopes as they are stored: aliases resolved, each once. Throws `invalidScope` for a name that nobody knows. */
export function parseScopes(names: readonly string[]): readonly Scope[] {
  if (names.length === 0)
    throw new AccessError('invalidScope', `A key needs a scope: one of ${listScopes()}`, { field: 'scopes' })
  return [...new Set(names.map(parseScope))]
}

/** True when the granted scopes allow what `needed` names. */
export function hasScope(granted: readonly string[], needed: Scope): boolean {
  return granted.some((name) => isScope(name) && included[name].includes(needed))
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
