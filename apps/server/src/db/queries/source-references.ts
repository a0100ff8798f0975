import type { Queryable } from '../pool.ts'
import { toTextArray } from '../binary-array.ts'
import type { SourceName } from './source-settling.ts'

/** Somebody who is not known yet, and who waits for him. */
export type MissingReference = {
  readonly anchor: string
  /** Empty: the other one's anchor. */
  readonly matchOn: string
  readonly needed: string
}

/** Replaces what these records wait for. */
export async function replaceReferences(
  tx: Queryable,
  name: SourceName,
  settled: { readonly anchors: readonly string[]; readonly missing: readonly MissingReference[] },
): Promise<void> {
  const { organizationId, sourceId } = name
  await tx.query(forget, [organizationId, sourceId, settled.anchors])
  if (settled.missing.length === 0) return
  await tx.query(insert, [
    organizationId,
    sourceId,
    toTextArray(settled.missing.map(({ matchOn }) => matchOn)),
    toTextArray(settled.missing.map(({ needed }) => needed)),
    toTextArray(settled.missing.map(({ anchor }) => anchor)),
  ])
}

const forget = {
  name: 'forget_source_references',
  text: `delete from source_references where organization_id = $1 and source_id = $2 and anchor = any($3::text[])`,
}

const insert = {
  name: 'insert_source_references',
  text: `insert into source_references (organization_id, source_id, match_on, needed, anchor)
    select $1, $2, w.match_on, w.needed, w.anchor from unnest($3::text[], $4::text[], $5::text[]) w (match_on, needed, anchor)
    on conflict do nothing`,
}

/**
 * Makes those pending who are people here and wait for one of these anchors, which have just arrived; and of these anchors those who
 * wait for somebody who is here by now.
 */
export async function wakeDependents(tx: Queryable, name: SourceName, anchors: readonly string[]): Promise<void> {
  if (anchors.length === 0) return
  await tx.query(wake, [name.organizationId, name.sourceId, anchors])
}

// Row by row through the key: without statistics, which a first read has none of, a plain join reads all records.
const linkedRecord = (column: string): string => `cross join lateral (
        select x.ctid from source_records x
        where x.organization_id = $1 and x.source_id = $2 and x.anchor = w.${column} and x.user_id is not null limit 1)`

const wake = {
  name: 'wake_source_dependents',
  text: `update source_records set is_pending = true where not is_pending and ctid = any(array(
      select x.ctid from source_references w ${linkedRecord('anchor')} x
      where w.organization_id = $1 and w.source_id = $2 and w.match_on = '' and w.needed = any($3::text[])
      union all
      select x.ctid from source_references w ${linkedRecord('needed')} n ${linkedRecord('anchor')} x
      where w.organization_id = $1 and w.source_id = $2 and w.match_on = '' and w.anchor = any($3::text[])))`,
}
