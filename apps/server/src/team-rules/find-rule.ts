import { teamRule } from '@rollcall/admin-api'
import type { Registry } from '@rollcall/scim'
import { createBoundedMap } from '../access/bounded-map.ts'
import { loadRegistry } from '../access/custom-types.ts'
import type { Queryable } from '../db/pool.ts'
import { selectRevision, type TeamOf } from '../db/queries/team-rules.ts'
import { compileTeamRule, type CompiledTeamRule } from './compile-rule.ts'

const kept = 2_000

/** Revisions never change, so they are compiled once in a process. */
const compiled = createBoundedMap<string, CompiledTeamRule>(kept)

/** `registry`: the attributes of the organization, where the caller asks for several rules. */
export async function findTeamRule(
  db: Queryable,
  team: TeamOf,
  revision: number,
  registry: () => Promise<Registry> = () => loadRegistry(db, team.organizationId, undefined),
): Promise<CompiledTeamRule> {
  const key = `${team.organizationId} ${team.teamId} ${revision}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  const row = await selectRevision(db, team, revision)
  if (row === undefined) throw new Error(`Team ${team.teamId} has no rule of revision ${revision}`)
  const rule = compileTeamRule(teamRule.parse(row.rule), await registry())
  compiled.set(key, rule)
  return rule
}
