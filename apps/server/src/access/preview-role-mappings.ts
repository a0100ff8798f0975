import {
  selectPreview,
  type PreviewCounts,
  type PreviewRow,
  type ProposedMapping,
} from '../db/queries/role-mapping-preview.ts'
import { selectRoleMappingMode, selectRoleMappings, type RoleMappingMode } from '../db/queries/role-mappings.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import { adminRole, ownerRole } from './built-in-roles.ts'
import { roleMappingsMax, type RoleMappingCommand } from './role-mappings.ts'
import { findRole, getRole } from './roles.ts'

/** So many people are named; the counts tell of all. */
const namedPeopleMax = 1_000

export type MappingProposal = {
  readonly mode: RoleMappingMode | undefined
  readonly add: readonly (RoleMappingCommand & { readonly role: string })[]
  /** Ids of mappings. */
  readonly remove: readonly string[]
}

export type NamedRoleId = { readonly id: string; readonly name: string }

export type MappingPreview = {
  readonly mode: RoleMappingMode
  readonly counts: PreviewCounts
  /** The danger in words. */
  readonly warnings: readonly string[]
  readonly people: readonly (Omit<PreviewRow, 'gains' | 'loses' | 'keeps'> & {
    readonly gains: readonly NamedRoleId[]
    readonly loses: readonly NamedRoleId[]
    readonly keeps: readonly NamedRoleId[]
  })[]
}

/** Who would gain and lose which roles, the endangered first; changes nothing. Throws `roleNotFound`, `roleMappingNotFound`. */
export async function previewRoleMappings(
  db: Queryable,
  organizationId: string,
  proposal: MappingProposal,
): Promise<MappingPreview> {
  const mode = proposal.mode ?? (await selectRoleMappingMode(db, organizationId))
  const mappings = await listProposed(db, organizationId, proposal)
  const ableRoleIds = [ownerRole.id, adminRole.id]
  const query = { mode, mappings, ableRoleIds, peopleMax: namedPeopleMax }
  const { people, counts } = await selectPreview(db, organizationId, query)
  const names = await nameRoles(db, organizationId, people)
  const named = (ids: readonly string[]) => ids.map((id) => ({ id, name: names.get(id) ?? '' }))
  return {
    mode,
    counts,
    warnings: warn(mode, counts),
    people: people.map((row) => {
      return { ...row, gains: named(row.gains), loses: named(row.loses), keeps: named(row.keeps) }
    }),
  }
}

async function listProposed(
  db: Queryable,
  organizationId: string,
  { add, remove }: MappingProposal,
): Promise<readonly ProposedMapping[]> {
  const present = await selectRoleMappings(db, organizationId, { after: undefined, rowsMax: roleMappingsMax })
  const unknown = remove.find((id) => !present.some((row) => row.id === id))
  if (unknown !== undefined)
    throw new AccessError('roleMappingNotFound', 'There is no such mapping', { field: 'remove' })
  const added: ProposedMapping[] = []
  for (const { groupName, teamId, role } of add) {
    const { id: roleId } = await getRole(db, organizationId, role, 'add')
    added.push({ groupName: groupName ?? null, teamId: teamId ?? null, roleId })
  }
  const kept = present.filter(({ id }) => !remove.includes(id))
  return [...kept.map(({ groupName, teamId, roleId }) => ({ groupName, teamId, roleId })), ...added]
}

async function nameRoles(
  db: Queryable,
  organizationId: string,
  people: readonly PreviewRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(people.flatMap(({ gains, loses, keeps }) => [...gains, ...loses, ...keeps]))
  const names = new Map<string, string>()
  for (const id of ids) names.set(id, (await findRole(db, organizationId, id))?.name ?? '')
  return names
}

function warn(mode: RoleMappingMode, { losingAll, shutOut, able }: PreviewCounts): readonly string[] {
  return [
    ...(losingAll > 0 ? [`${losingAll} people would lose all roles`] : []),
    ...(shutOut > 0 ? [`${shutOut} people match no mapping: they would have no role and could not sign in`] : []),
    ...(mode === 'only' && able === 0
      ? ['Nobody who can act would be owner or admin, so this would be refused: map a group to admin or owner']
      : []),
  ]
}
