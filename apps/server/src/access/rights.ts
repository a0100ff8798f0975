import { nilId } from '../nil-id.ts'
import { findBuiltInRole, memberRole } from './built-in-roles.ts'
import type { Call } from './call.ts'
import { isLimitedToTeam } from './policies/teams.ts'
import type { OrganizationPrincipal, Principal } from './principal.ts'
import { hasScope, isPermission, permissionNames, permissionsOfScopes, type Permission, type Scope } from './scopes.ts'

/** A role that the owner of a key has. */
export type HeldRole = {
  readonly id: string
  readonly name: string
  /** The teams that it is limited to; undefined: everywhere. */
  readonly teamIds: readonly string[] | undefined
}

/** What the owner of a key, a person or a service account, may do: more than that none of his keys may. */
export type KeyOwner = {
  readonly roles: readonly HeldRole[]
  readonly permissions: ReadonlySet<Permission>
  /** Permissions that he has for single teams only. */
  readonly ofTeams: ReadonlyMap<string, ReadonlySet<Permission>>
}

/** A role as the look-up of a key reads it: id, and of custom ones name and permissions; and the team it is limited to. */
export type OwnerRoleTuple = readonly [
  id: string,
  name: string | null,
  permissions: readonly string[] | null,
  teamId: string,
]

/** `vouched`: what somebody else answers for while the owner has no role. */
export function toKeyOwner(rows: readonly OwnerRoleTuple[], vouched: Iterable<Permission> = []): KeyOwner {
  const roles = new Map<string, HeldRole>()
  const permissions = new Set<Permission>(vouched)
  const ofTeams = new Map<string, Set<Permission>>()
  for (const [id, customName, custom, teamId] of rows) {
    const role = findBuiltInRole(id) ?? { name: customName, permissions: (custom ?? []).filter(isPermission) }
    // A custom role that was deleted in this moment.
    if (role.name === null) continue
    const known = roles.get(id)
    const isLimited = teamId !== nilId && (known === undefined || known.teamIds !== undefined)
    roles.set(id, { id, name: role.name, teamIds: isLimited ? [...(known?.teamIds ?? []), teamId] : undefined })
    for (const name of role.permissions)
      if (teamId === nilId || !isLimitedToTeam(name)) permissions.add(name)
      else ofTeams.set(teamId, (ofTeams.get(teamId) ?? new Set()).add(name))
  }
  return { roles: roles.size === 0 ? [plainMember] : [...roles.values()], permissions, ofTeams }
}

// Whoever has no role is a member.
const plainMember: HeldRole = { id: memberRole.id, name: memberRole.name, teamIds: undefined }

/** Everything that a principal may do in his organization: his scopes, as far as the owner's roles go. */
export function permissionsOf(principal: Principal): ReadonlySet<Permission> {
  if (principal.kind === 'instance') return everything
  const { owner, scopes } = principal
  const granted = permissionsOfScopes(scopes)
  return owner === undefined ? granted : new Set([...granted].filter((name) => owner.permissions.has(name)))
}

const everything: ReadonlySet<Permission> = new Set(permissionNames)

/** What gives rights to others looks at these. */
export function toCallerRights(principal: Principal): Call['rights'] {
  if (principal.kind === 'instance') return 'all'
  const roleIds = principal.owner?.roles.flatMap(({ id, teamIds }) => (teamIds === undefined ? [id] : [])) ?? []
  return { permissions: permissionsOf(principal), roleIds }
}

/** What keeps a key from doing something: a scope that it has not, or a permission that its owner has not. */
export type Lack = { readonly kind: 'scope' | 'permission'; readonly name: string }

/** Undefined: the key may do it. `teamId` is the one team that it is about. */
export function findLack(principal: OrganizationPrincipal, needed: Scope, teamId?: string): Lack | undefined {
  if (!hasScope(principal.scopes, needed)) return { kind: 'scope', name: needed }
  const { owner } = principal
  if (owner === undefined) return undefined
  const wanted = isPermission(needed) ? [needed] : [...permissionsOfScopes([needed])]
  const ofTeam = teamId === undefined ? undefined : owner.ofTeams.get(teamId)
  const missing = wanted.find((name) => !owner.permissions.has(name) && ofTeam?.has(name) !== true)
  return missing === undefined ? undefined : { kind: 'permission', name: missing }
}

/** What the owner must be allowed so that his keys may speak SCIM (AC-D1). */
const scimPermissions: readonly Permission[] = ['people:invite', 'people:manage']

/** What keeps a key from speaking SCIM; with `also`, from the writes that need this permission besides. */
export function findScimLack(principal: OrganizationPrincipal, also?: Permission): Lack | undefined {
  if (!hasScope(principal.scopes, 'scim')) return { kind: 'scope', name: 'scim' }
  const { owner } = principal
  if (owner === undefined) return undefined
  const isMissing = (name: Permission) => !owner.permissions.has(name)
  const missing = scimPermissions.find(isMissing) ?? (also !== undefined && isMissing(also) ? also : undefined)
  return missing === undefined ? undefined : { kind: 'permission', name: missing }
}

/** A sentence for the one who is refused; it names what is missing (CON-D11). */
export function describeLack(lack: Lack, principal: OrganizationPrincipal): string {
  if (principal.session !== undefined)
    return `You lack the permission "${lack.name}": ask an owner for a role that has it`
  if (lack.kind === 'scope') return `The key lacks the scope "${lack.name}"`
  const owner = principal.serviceAccountId === undefined ? 'person' : 'service account'
  return `The ${owner} that owns this key lacks the permission "${lack.name}": give it a role that has it`
}
