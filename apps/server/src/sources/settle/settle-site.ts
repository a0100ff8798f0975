import { sourceRules } from '@rollcall/admin-api'
import type { Registry } from '@rollcall/scim'
import { loadRegistry } from '../../access/custom-types.ts'
import { selectRulesDocument, selectSourceRanks } from '../../db/queries/source-read-steps.ts'
import type { ReadName } from '../../db/queries/source-settling.ts'
import type { Queryable } from '../../db/pool.ts'
import { compileSourceRules } from '../rules/compile-source-rules.ts'
import type { RecordVault } from '../seal/record-vault.ts'
import { toRank } from './authority.ts'
import { openTeamSite } from '../teams/team-site.ts'
import type { SettleSite } from './settle-batch.ts'

export type OpenedSite = {
  readonly site: SettleSite
  readonly registry: Registry
  /** The revision by which all records were mapped when we began. */
  readonly settledRevision: number | null
}

/** Reads what settling needs besides the records. */
export async function openSettleSite(
  db: Queryable,
  name: ReadName,
  at: { readonly revision: number; readonly round: number; readonly now: Date; readonly vault: RecordVault },
): Promise<OpenedSite> {
  const document = await selectRulesDocument(db, name, at.revision)
  if (document === undefined) throw new Error(`The source has no rules with the number ${at.revision}`)
  const registry = await loadRegistry(db, name.organizationId, undefined)
  const rules = compileSourceRules(sourceRules.parse(document), registry)
  const rows = await selectSourceRanks(db, name.organizationId)
  const ranks = new Map(rows.map((row) => [row.id, toRank(row)]))
  const own = rows.find(({ id }) => id === name.sourceId)
  const teams = openTeamSite(name, rules, own?.place ?? {})
  const site = { name, ...at, rules, ranks, teams, defaultDomain: undefined }
  return { site, registry, settledRevision: own?.settled_revision ?? null }
}
