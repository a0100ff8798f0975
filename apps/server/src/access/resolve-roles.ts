import { selectNamedRoles } from '../db/queries/roles.ts'
import type { Queryable } from '../db/pool.ts'
import { parseTypeId } from '../type-id.ts'
import { findGitHubRole } from './github-roles.ts'
import { findBuiltIn, toRoleNameKey } from './roles.ts'

/** A role that a text means, and whether it lets one make owners. */
export type MeantRole = { readonly id: string; readonly makesOwners: boolean }

/** Which roles texts of an identity provider mean: ids, names, or what GitHub calls them. Others are left out. */
export async function resolveRoles(
  tx: Queryable,
  organizationId: string,
  texts: readonly string[],
): Promise<ReadonlyMap<string, MeantRole>> {
  const found = new Map<string, MeantRole>()
  for (const text of texts) {
    const builtIn = findBuiltIn(text)
    if (builtIn !== undefined) found.set(text, toMeant(builtIn))
  }
  const others = texts.filter((text) => !found.has(text))
  if (others.length === 0) return found
  const ids = others.flatMap((text) => parseTypeId('role', text) ?? [])
  const rows = await selectNamedRoles(tx, organizationId, { ids, nameKeys: others.map(toRoleNameKey) })
  for (const text of others) {
    const id = parseTypeId('role', text)
    const row = rows.find((each) => each.id === id || each.nameKey === toRoleNameKey(text))
    // A role that the organization made goes before GitHub's name for another one.
    const known = row ?? findGitHubRole(text)
    if (known !== undefined) found.set(text, toMeant(known))
  }
  return found
}

function toMeant({ id, permissions }: { readonly id: string; readonly permissions: readonly string[] }): MeantRole {
  return { id, makesOwners: permissions.includes('owners:manage') }
}
