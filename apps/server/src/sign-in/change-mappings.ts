import { AccessError } from '../access/access-error.ts'
import { adminRole, ownerRole } from '../access/built-in-roles.ts'
import type { Call } from '../access/call.ts'
import { findRole, getRole, refuseBeyond } from '../access/roles.ts'
import { selectRoleMappingMode } from '../db/queries/role-mappings.ts'
import { isTeam } from '../db/queries/role-assignments.ts'
import type { SealedIdentityProvider } from '../db/queries/identity-providers.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { changeIdentityProvider } from './identity-providers.ts'
import {
  signInMappingsMax,
  toSignInMappings,
  toStoredMappings,
  type MappingSet,
  type SignInMappings,
} from './mappings.ts'

/** A set as somebody sends it; what is left out stays. Targets are roles by id or name, or ids of teams. */
export type MappingSetCommand = {
  readonly isOn: boolean | undefined
  readonly mappings:
    | readonly { readonly attribute: string; readonly value: string; readonly target: string }[]
    | undefined
}

/**
 * Says what values of attributes give. Throws `versionMismatch`, `roleNotFound`, `teamNotFound`, `beyondRights`,
 * `tooManyMappings`; and when roles would come from values alone, `noAbleAdmin` and `mappingTaken`.
 */
export function changeSignInMappings(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly roles: MappingSetCommand | undefined
    readonly teams: MappingSetCommand | undefined
    readonly ifVersion: number | undefined
  },
): Promise<SealedIdentityProvider> {
  const { organizationId, id, ifVersion } = request
  return changeIdentityProvider(database, call, {
    organizationId,
    id,
    ifVersion,
    action: 'identity_provider.mappings_changed',
    work: async (before, tx) => {
      const present = toSignInMappings(before.mappings)
      const roles = await applySet(present.roles, request.roles, (target) =>
        resolveRole(tx, call, organizationId, target),
      )
      const teams = await applySet(present.teams, request.teams, (target) => resolveTeam(tx, organizationId, target))
      if (roles.isOn) await refuseLockOut(tx, organizationId, roles)
      return { mappings: toStoredMappings({ roles, teams }) }
    },
  })
}

/** As it would be, with every target resolved. Throws what changing throws. */
export function proposeRoles(
  db: Queryable,
  organizationId: string,
  present: SignInMappings,
  command: MappingSetCommand,
): Promise<MappingSet> {
  return applySet(present.roles, command, async (target) => (await getRole(db, organizationId, target, 'roles')).id)
}

async function applySet(
  before: MappingSet,
  command: MappingSetCommand | undefined,
  resolve: (target: string) => Promise<string>,
): Promise<MappingSet> {
  const isOn = command?.isOn ?? before.isOn
  if (command?.mappings === undefined) return { ...before, isOn }
  if (command.mappings.length > signInMappingsMax)
    throw new AccessError('tooManyMappings', `There are at most ${signInMappingsMax} mappings of a kind`)
  // Many values lead to few roles.
  const resolved = new Map<string, string>()
  const mappings = []
  for (const { attribute, value, target } of command.mappings) {
    const targetId = resolved.get(target) ?? (await resolve(target))
    resolved.set(target, targetId)
    mappings.push({ attribute, value, targetId })
  }
  return { isOn, mappings }
}

async function resolveRole(tx: Queryable, call: Call, organizationId: string, target: string): Promise<string> {
  const role = await getRole(tx, organizationId, target, 'roles')
  refuseBeyond(call, role.permissions, 'roles')
  return role.id
}

async function resolveTeam(tx: Queryable, organizationId: string, target: string): Promise<string> {
  if (!(await isTeam(tx, organizationId, target)))
    throw new AccessError('teamNotFound', 'There is no such team', { field: 'teams' })
  return target
}

/** With the mapping on nobody keeps a role that no value gives: somebody must still become administrator. */
async function refuseLockOut(tx: Queryable, organizationId: string, { mappings }: MappingSet): Promise<void> {
  if ((await selectRoleMappingMode(tx, organizationId)) === 'only')
    throw new AccessError(
      'mappingTaken',
      'Groups of connections alone give roles here (role-mapping mode only): choose another mode before values at the sign-in do',
      { field: 'roles' },
    )
  const able: ReadonlySet<string> = new Set([ownerRole.id, adminRole.id])
  if (mappings.some(({ targetId }) => able.has(targetId))) return
  throw new AccessError(
    'noAbleAdmin',
    'No value gives the role owner or admin: whoever signs in would lose it. Map a value to one of them first',
    { field: 'roles' },
  )
}

/** The names of roles that are still there. */
export async function nameRoles(
  db: Queryable,
  organizationId: string,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const id of new Set(ids)) {
    const role = await findRole(db, organizationId, id)
    if (role !== undefined) names.set(id, role.name)
  }
  return names
}
