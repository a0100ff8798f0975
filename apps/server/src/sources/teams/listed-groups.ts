import { foldCase } from '@rollcall/scim'
import { replaceListedGroups, replaceMemberKeys } from '../../db/queries/source-groups.ts'
import type { PendingRecord } from '../../db/queries/source-settling.ts'
import type { Transaction } from '../../db/transaction.ts'
import { toCanonical } from '../canonical.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { parseRaw } from '../settle/read-record.ts'
import { listGroups } from './list-groups.ts'
import type { TeamSite } from './team-site.ts'

/** Writes down of these records how groups name them, or which groups they list. */
export async function keepGroupsOfPeople(
  tx: Transaction,
  {
    teams,
    rules,
    now,
  }: { readonly teams: TeamSite | undefined; readonly rules: CompiledSourceRules; readonly now: Date },
  records: readonly PendingRecord[],
): Promise<void> {
  if (teams === undefined) return
  const { from, name } = teams
  const { absentReads } = rules.document.leaving
  if (from.kind === 'groups') {
    const { keyOf } = from
    if (keyOf === undefined) return
    const keys = records.flatMap(({ anchor, raw }) => {
      const key = keyOf(parseRaw(raw))
      return key === undefined ? [] : [{ anchor, key }]
    })
    return replaceMemberKeys(tx, name, keys)
  }
  const rows = records
    // Whoever is gone is in none.
    .filter(({ is_deleted, absent_reads }) => !is_deleted && absent_reads < absentReads)
    .flatMap(({ anchor, raw }) =>
      listGroups(parseRaw(raw)[from.column], from.separator).map((group) => {
        const folded = foldCase(group)
        return { anchor, group: folded, raw: toCanonical({ id: folded, name: group, type: 'column' }) }
      }),
    )
  await replaceListedGroups(tx, name, { now, rows, anchors: records.map(({ anchor }) => anchor) })
}
