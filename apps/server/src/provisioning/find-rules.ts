import { provisioningRules } from '@rollcall/admin-api'
import { createBoundedMap } from '../access/bounded-map.ts'
import { selectRules } from '../db/queries/app-rules.ts'
import type { Queryable } from '../db/pool.ts'
import { loadSchemas } from './rules/app-rules.ts'
import { compileRules } from './rules/compile-rules.ts'
import type { CompiledRules } from './rules/compiled.ts'

type Revision = {
  readonly organizationId: string
  readonly appId: string
  readonly revision: number
  /** Of the app: another one where the attributes that its rules name became known since. */
  readonly version: number
}

/** Revisions never change, and what they mean only with the app, so they are compiled once in a process. */
export type RulesCache = { readonly find: (db: Queryable, revision: Revision) => Promise<CompiledRules> }

const kept = 500

export function createRulesCache(): RulesCache {
  const compiled = createBoundedMap<string, CompiledRules>(kept)
  return {
    find: async (db, { organizationId, appId, revision, version }) => {
      const key = `${organizationId} ${appId} ${revision} ${version}`
      const known = compiled.get(key)
      if (known !== undefined) return known
      const row = await selectRules(db, { organizationId, appId }, revision)
      if (row === undefined) throw new Error(`App ${appId} has no rules of revision ${revision}`)
      const rules = compileRules(provisioningRules.parse(row.document), await loadSchemas(db, organizationId))
      compiled.set(key, rules)
      return rules
    },
  }
}
