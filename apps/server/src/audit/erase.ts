import { eraseAuditRows, selectAuditMentions, type MentionRow } from '../db/queries/audit-erasure.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId } from '../type-id.ts'
import { withoutPersonal } from './terms.ts'

const rowsPerStep = 1_000

/**
 * Erases what the audit log keeps of a person, as the one it was done to and as the one who did it: data and salts go, the
 * digests stay and with them the chain. Returns how many events that were.
 */
export async function erasePeople(tx: Queryable, organizationId: string, userId: string): Promise<number> {
  const person = formatTypeId('usr', userId)
  let erased = 0
  for (const part of ['subject', 'actor'] as const) erased += await erasePart(tx, { organizationId, person, part })
  return erased
}

async function erasePart(
  tx: Queryable,
  { organizationId, person, part }: { organizationId: string; person: string; part: 'actor' | 'subject' },
): Promise<number> {
  const term = `erase-${part}:${person}`
  const names = new Set<string>()
  let erased = 0
  for (;;) {
    const rows = await selectAuditMentions(tx, { organizationId, term, part, rowsMax: rowsPerStep })
    if (part === 'subject') collectNames(rows, names)
    await eraseAuditRows(
      tx,
      organizationId,
      part,
      rows.map((row) => toErased(row, part)),
    )
    erased += rows.length
    if (rows.length < rowsPerStep) break
  }
  if (part === 'actor') return erased
  return erased + (await eraseNamed(tx, organizationId, [...names]))
}

/** Requests that named the person and came to nothing, such as one that would have taken the same user name. */
async function eraseNamed(tx: Queryable, organizationId: string, names: readonly string[]): Promise<number> {
  let erased = 0
  for (const term of names) {
    const rows = await selectAuditMentions(tx, { organizationId, term, part: 'subject', rowsMax: rowsPerStep })
    const ownerless = rows.filter((row) => !row.terms.some((each) => each.startsWith('erase-subject:')))
    await eraseAuditRows(
      tx,
      organizationId,
      'subject',
      ownerless.map((row) => toErased(row, 'subject')),
    )
    erased += ownerless.length
  }
  return erased
}

function collectNames(rows: readonly MentionRow[], names: Set<string>): void {
  for (const { terms } of rows)
    for (const term of terms)
      if (term.startsWith('user:') && withoutPersonal([term], 'subject').length === 0) names.add(term)
}

function toErased({ sequence, terms }: MentionRow, part: 'actor' | 'subject') {
  return { sequence, terms: withoutPersonal(terms, part) }
}
