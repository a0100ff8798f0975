import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'

export type MentionRow = { readonly sequence: number; readonly terms: readonly string[] }

/** Events that are found by the term and still hold that part of personal data. */
export async function selectAuditMentions(
  tx: Queryable,
  query: {
    readonly organizationId: string
    readonly term: string
    readonly part: 'actor' | 'subject'
    /** Only events that are about nobody whose data could be erased by the account id. */
    readonly isOwnerless?: boolean
    readonly rowsMax: number
  },
): Promise<readonly MentionRow[]> {
  const { rows } = await tx.query<MentionRow>(
    {
      text: `select sequence, terms from audit_events
        where organization_id = $1 and terms @> array[$2::text] and ${query.part}_salt is not null
          and not ($4 and exists (select from unnest(terms) term where starts_with(term, 'erase-subject:'))) limit $3`,
    },
    [query.organizationId, query.term, query.rowsMax, query.isOwnerless === true],
  )
  return rows
}

export async function eraseAuditRows(
  tx: Queryable,
  organizationId: string,
  part: 'actor' | 'subject',
  rows: readonly MentionRow[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    {
      text: `update audit_events e set ${part}_data = null, ${part}_salt = null, terms = w.terms::text[]
        from unnest($2::bigint[], $3::text[]) w (sequence, terms)
        where e.organization_id = $1 and e.sequence = w.sequence`,
    },
    [
      organizationId,
      toArrayText(rows.map((row) => String(row.sequence))),
      toArrayText(rows.map((row) => toArrayText(row.terms))),
    ],
  )
}
