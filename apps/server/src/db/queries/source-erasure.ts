import type { Queryable } from '../pool.ts'

/**
 * Forgets what sources said of an account that is purged: its records, dates, what was written back, and values in plans. A source
 * that still shows the person brings a new account.
 */
export async function eraseSourceData(tx: Queryable, organizationId: string, userId: string): Promise<void> {
  await tx.query(erase, [organizationId, userId])
}

// Operations by read and round: the primary key begins with them, and a source has few reads that are kept.
const erase = {
  name: 'erase_source_data',
  text: `with gone as (
      delete from source_records where organization_id = $1 and user_id = $2 returning source_id, anchor
    ), facts as (
      delete from timed_facts f using gone g
      where f.organization_id = $1 and f.source_id = g.source_id and f.anchor = g.anchor
    ), written as (
      delete from source_write_backs w using gone g
      where w.organization_id = $1 and w.source_id = g.source_id and w.anchor = g.anchor
    ), bad as (
      delete from source_escrow e using gone g
      where e.organization_id = $1 and e.source_id = g.source_id and e.anchor = g.anchor
    )
    update source_operations o
    set name = null, user_name_key = null, attributes = null, differences = null, error_detail = null
    from gone g join source_reads r on r.organization_id = $1 and r.source_id = g.source_id
    where o.organization_id = $1 and o.read_id = r.id and o.anchor = g.anchor`,
}
