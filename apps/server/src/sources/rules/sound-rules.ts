import type { RuleFinding, SourceRules } from '@rollcall/admin-api'
import { loadRegistry } from '../../access/custom-types.ts'
import { refuseErrors } from '../../access/refuse-rules.ts'
import { selectAcceptedReads } from '../../db/queries/source-reads.ts'
import type { Queryable } from '../../db/pool.ts'
import { createRuleFinding } from '../../mapping/rule-findings.ts'
import { toColumnCounts } from '../counts.ts'
import { getSource, type Source, type SourceName } from '../source.ts'
import { findGroupSource } from '../teams/team-site.ts'
import { checkSourceRules } from './check-source-rules.ts'

/** Everything that can be said about rules, with the columns that the last read saw. Throws `sourceNotFound`. */
export async function reviewSourceRules(
  db: Queryable,
  name: SourceName,
  document: SourceRules,
): Promise<readonly RuleFinding[]> {
  const source = await getSource(db, name)
  const registry = await loadRegistry(db, name.organizationId, undefined)
  const modes = ['full', 'delta', 'session'] as const
  const [last] = await selectAcceptedReads(db, name, { modes, rowsMax: 1 })
  const columns = last === undefined ? [] : [...toColumnCounts(last.columns).keys()]
  const findings = checkSourceRules(document, { registry, ...(columns.length > 0 && { columns }) })
  return hasGroups(document, source) ? findings : [...findings, nowhere]
}

const nowhere = createRuleFinding('W-TEAMS', {
  field: 'teams',
  message:
    'the source has no groups of its own: name the column that lists them, or where groups are in the place of a directory',
})

function hasGroups(document: SourceRules, { place }: Pick<Source, 'place'>): boolean {
  return document.teams === undefined || findGroupSource(document, { ...place }) !== undefined
}

/** Throws `invalidRules` for rules that cannot work. */
export async function requireSoundSourceRules(
  db: Queryable,
  organizationId: string,
  document: SourceRules,
): Promise<void> {
  const registry = await loadRegistry(db, organizationId, undefined)
  refuseErrors(checkSourceRules(document, { registry }))
}
