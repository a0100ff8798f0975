import type { RuleFinding, SourceRules } from '@rollcall/admin-api'
import { loadRegistry } from '../../access/custom-types.ts'
import { refuseErrors } from '../../access/refuse-rules.ts'
import { selectAcceptedReads } from '../../db/queries/source-reads.ts'
import type { Queryable } from '../../db/pool.ts'
import { toColumnCounts } from '../counts.ts'
import { getSource, type SourceName } from '../source.ts'
import { checkSourceRules } from './check-source-rules.ts'

/** Everything that can be said about rules, with the columns that the last read saw. Throws `sourceNotFound`. */
export async function reviewSourceRules(
  db: Queryable,
  name: SourceName,
  document: SourceRules,
): Promise<readonly RuleFinding[]> {
  await getSource(db, name)
  const registry = await loadRegistry(db, name.organizationId, undefined)
  const modes = ['full', 'delta', 'session'] as const
  const [last] = await selectAcceptedReads(db, name, { modes, rowsMax: 1 })
  const columns = last === undefined ? [] : [...toColumnCounts(last.columns).keys()]
  return checkSourceRules(document, { registry, ...(columns.length > 0 && { columns }) })
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
