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
  const names = new Set<string>()
  let erased = await eraseMentions(tx, {
    organizationId,
    part: 'subject',
    term: `erase-subject:${person}`,
    onRows: (rows) => collectNames(rows, names),
  })
  erased += await eraseMentions(tx, { organizationId, part: 'actor', term: `erase-actor:${person}` })
  // Requests that named the person and came to nothing, such as one that would have taken the same user name.
  for (const term of names)
    erased += await eraseMentions(tx, { organizationId, part: 'subject', term, isOwnerless: true })
  return erased
}

type Mentions = Omit<Parameters<typeof selectAuditMentions>[1], 'rowsMax'> & {
  readonly onRows?: (rows: readonly MentionRow[]) => void
}

/** An erased event is no longer among those that are read, so each step reads the next ones. */
async function eraseMentions(tx: Queryable, { onRows, ...mentions }: Mentions): Promise<number> {
  const { organizationId, part } = mentions
  let erased = 0
  for (;;) {
    const rows = await selectAuditMentions(tx, { ...mentions, rowsMax: rowsPerStep })
    onRows?.(rows)
    await eraseAuditRows(
      tx,
      organizationId,
      part,
      rows.map(({ sequence, terms }) => ({ sequence, terms: withoutPersonal(terms, part) })),
    )
    erased += rows.length
    if (rows.length < rowsPerStep) return erased
  }
}

function collectNames(rows: readonly MentionRow[], names: Set<string>): void {
  for (const { terms } of rows)
    for (const term of terms)
      if (term.startsWith('user:') && withoutPersonal([term], 'subject').length === 0) names.add(term)
}
