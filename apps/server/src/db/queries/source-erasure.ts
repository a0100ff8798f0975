import type { Queryable } from '../pool.ts'

/**
 * Forgets what sources said of an account that is purged: its records, dates, what was written back, the names by which groups call it,
 * and values in plans. A source that still shows the person brings a new account, and its groups are compared as a whole then.
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
    ), keys as (
      delete from source_member_keys k using gone g
      where k.organization_id = $1 and k.source_id = g.source_id and k.anchor = g.anchor returning k.source_id, k.member_key
    ), named as (
      select source_id, member_key from keys union select source_id, anchor from gone
    ), members as (
      delete from source_group_members m using named n
      where m.member_key = n.member_key and m.source_id = n.source_id and m.organization_id = $1
      returning m.source_id, m.group_anchor
    ), groups as (
      update source_groups s set members_hash = null from members m
      where s.organization_id = $1 and s.source_id = m.source_id and s.anchor = m.group_anchor
    ), waiting as (
      delete from source_member_work w using named n
      where w.organization_id = $1 and w.source_id = n.source_id and w.member_key = n.member_key
    ), moves as (
      delete from source_team_moves v using source_reads r
      where v.organization_id = $1 and r.organization_id = $1 and r.id = v.read_id and r.source_id in (select source_id from named)
        and (v.user_id = $2 or v.member_key in (select n.member_key from named n where n.source_id = r.source_id))
    )
    update source_operations o
    set name = null, user_name_key = null, attributes = null, differences = null, error_detail = null
    from gone g join source_reads r on r.organization_id = $1 and r.source_id = g.source_id
    where o.organization_id = $1 and o.read_id = r.id and o.anchor = g.anchor`,
}
