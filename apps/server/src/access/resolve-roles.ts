import { selectNamedRoles } from '../db/queries/roles.ts'
import type { Queryable } from '../db/pool.ts'
import { parseTypeId } from '../type-id.ts'
import { findGitHubRole } from './github-roles.ts'
import { findBuiltIn, toRoleNameKey } from './roles.ts'

/** Which roles texts of an identity provider mean: ids, names, or what GitHub calls them. Text → id; others are left out. */
export async function resolveRoles(
  tx: Queryable,
  organizationId: string,
  texts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const text of texts) {
    const builtIn = findBuiltIn(text)
    if (builtIn !== undefined) found.set(text, builtIn.id)
  }
  const others = texts.filter((text) => !found.has(text))
  if (others.length === 0) return found
  const ids = others.flatMap((text) => parseTypeId('role', text) ?? [])
  const rows = await selectNamedRoles(tx, organizationId, { ids, nameKeys: others.map(toRoleNameKey) })
  for (const text of others) {
    const id = parseTypeId('role', text)
    const row = rows.find((each) => each.id === id || each.nameKey === toRoleNameKey(text))
    // A role that the organization made goes before GitHub's name for another one.
    const known = row?.id ?? findGitHubRole(text)
    if (known !== undefined) found.set(text, known)
  }
  return found
}
