import type { Queryable } from '../pool.ts'
import { toTextArray } from '../binary-array.ts'
import type { SourceName } from './source-settling.ts'

/** Somebody who is not known yet, and who waits for him. */
export type MissingReference = {
  readonly anchor: string
  /** Empty: the other one's anchor. */
  readonly matchOn: string
  readonly needed: string
  /** The attribute that waits. */
  readonly target: string
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
    toTextArray(settled.missing.map(({ target }) => target)),
  ])
}

const forget = {
  name: 'forget_source_references',
  text: `delete from source_references where anchor = any($3::text[]) and source_id is not distinct from $2
    and organization_id is not distinct from $1`,
}

const insert = {
  name: 'insert_source_references',
  text: `insert into source_references (organization_id, source_id, match_on, needed, anchor, target)
    select $1, $2, w.match_on, w.needed, w.anchor, w.target
    from unnest($3::text[], $4::text[], $5::text[], $6::text[]) w (match_on, needed, anchor, target)
    on conflict do nothing`,
}

/** Somebody who waits, and the SCIM id of whom he waits for. */
export type ArrivedReference = { readonly anchor: string; readonly target: string; readonly scim_id: string }

/** Takes out what these anchors wait for and what is here by now. */
export async function takeArrived(
  tx: Queryable,
  name: SourceName,
  anchors: readonly string[],
): Promise<readonly ArrivedReference[]> {
  const { rows } = await tx.query<ArrivedReference>(arrived, [name.organizationId, name.sourceId, anchors])
  return rows
}

/**
 * Makes those pending who are people here and wait for one of these anchors, which have just arrived; and of these anchors those who
 * wait for somebody who is here by now.
 */
export async function wakeDependents(tx: Queryable, name: SourceName, anchors: readonly string[]): Promise<void> {
  if (anchors.length === 0) return
  await tx.query(wake, [name.organizationId, name.sourceId, anchors])
}

// Key by key, and by no index but those that begin with the key: without statistics, which a first read has none of, all records and
// references of the source would be read for each batch.
const recordOf = (column: string): string => `cross join lateral (
        select x.ctid, x.user_id from source_records x
        where x.organization_id = $1 and x.source_id = $2 and x.anchor = w.${column} limit 1)`
const referencesOf = (column: string): string => `unnest($3::text[]) k (key) cross join lateral (
        select anchor, needed from source_references
        where ${column} = k.key and source_id is not distinct from $2 and organization_id is not distinct from $1
          and match_on = '' offset 0) w`

const arrived = {
  name: 'take_arrived_references',
  text: `with found as (
      select w.ctid, w.anchor, w.target, u.scim_id from unnest($3::text[]) k (key)
      cross join lateral (
        select ctid, anchor, needed, target from source_references
        where anchor = k.key and source_id is not distinct from $2 and organization_id is not distinct from $1
          and match_on = '' offset 0) w
      ${recordOf('needed')} n
      cross join lateral (select scim_id from users where organization_id = $1 and id = n.user_id limit 1) u
      where u.scim_id is not null
    ), taken as (
      delete from source_references where ctid = any(array(select ctid from found))
    )
    select anchor, target, scim_id from found`,
}

const wake = {
  name: 'wake_source_dependents',
  text: `update source_records set is_pending = true where not is_pending and ctid = any(array(
      select x.ctid from ${referencesOf('needed')} ${recordOf('anchor')} x where x.user_id is not null
      union all
      select x.ctid from ${referencesOf('anchor')} ${recordOf('needed')} n ${recordOf('anchor')} x where n.user_id is not null))`,
}
