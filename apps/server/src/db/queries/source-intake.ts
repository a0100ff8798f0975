import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { ReadOf } from './source-reads.ts'

export type GivenRecord = { readonly anchor: string; readonly hash: string }

export type ComparedRecord = {
  /** Counts from 1, in the order that was given. */
  readonly position: number
  /** The same read showed this anchor before. */
  readonly isRepeated: boolean
  readonly isChanged: boolean
}

/**
 * Those records of a page of a full read that are not what was known, or that the read showed before; all are noted as seen.
 * What is as it was costs no more than its anchor and its hash on the wire.
 */
export async function compareAndSee(
  tx: Queryable,
  read: ReadOf,
  records: readonly GivenRecord[],
): Promise<readonly ComparedRecord[]> {
  const { rows } = await tx.query<ComparedRecord>(compareSeen, valuesOf(read, records))
  return rows
}

// What the read itself staged is newer than what was known.
const isChanged = 'coalesce(t.raw_hash, r.raw_hash) is distinct from g.hash or r.is_deleted is true'
// By the index, one by one: before the first statistics a join of so many would read all that the source ever said.
const known = `left join lateral (select raw_hash from source_staged
      where organization_id = $1 and read_id = $3 and anchor = g.anchor limit 1) t on true
    left join lateral (select raw_hash, is_deleted, absent_reads from source_records
      where organization_id = $1 and source_id = $2 and anchor = g.anchor limit 1) r on true`
const given = `given as (select * from unnest($4::text[], $5::text[]) with ordinality g (anchor, hash, n))`

const compareSeen = {
  name: 'compare_and_see',
  // `in (select …)` is looked up in a hash table; a join of two lists of unknown length would be a loop in a loop.
  text: `with ${given}, seen as (
      insert into source_seen (organization_id, source_id, read_id, anchor) select $1::uuid, $2::uuid, $3::uuid, anchor from given
      on conflict do nothing returning anchor)
    select * from (
      select g.n::integer as position, ${isChanged} as "isChanged", g.anchor not in (select anchor from seen) as "isRepeated"
      from given g ${known}) c
    where c."isChanged" or c."isRepeated"`,
}

/** The same for a delta, where nothing is told by absence and the last word of somebody counts: who was absent is there again by it. */
export async function compareRecords(
  tx: Queryable,
  read: ReadOf,
  records: readonly GivenRecord[],
): Promise<readonly ComparedRecord[]> {
  const { rows } = await tx.query<ComparedRecord>(compareOnly, valuesOf(read, records))
  return rows
}

const compareOnly = {
  name: 'compare_records',
  text: `with ${given} select g.n::integer as position, true as "isChanged", false as "isRepeated"
    from given g ${known} where ${isChanged} or r.absent_reads > 0`,
}

function valuesOf({ organizationId, sourceId, readId }: ReadOf, records: readonly GivenRecord[]): readonly unknown[] {
  return [
    organizationId,
    sourceId,
    readId,
    toTextArray(records.map(({ anchor }) => anchor)),
    toTextArray(records.map(({ hash }) => hash)),
  ]
}

/** Anchors that the read showed in what was bad: whoever they are, they are not gone. */
export async function seeAnchors(tx: Queryable, read: ReadOf, anchors: readonly string[]): Promise<void> {
  if (anchors.length === 0) return
  await tx.query(
    {
      text: `insert into source_seen (organization_id, source_id, read_id, anchor)
        select $1, $2, $3, anchor from unnest($4::text[]) anchor on conflict do nothing`,
    },
    [read.organizationId, read.sourceId, read.readId, toTextArray(anchors)],
  )
}

export type StagedRecord = {
  readonly anchor: string
  /** Null: it is gone, says the source. */
  readonly hash: string | null
  readonly raw: string | null
  readonly place: string
}

/** Each anchor once; what the same read said of it before is forgotten. */
export async function stageRecords(tx: Queryable, read: ReadOf, records: readonly StagedRecord[]): Promise<void> {
  if (records.length === 0) return
  await tx.query(stage, [
    read.organizationId,
    read.sourceId,
    read.readId,
    toTextArray(records.map(({ anchor }) => anchor)),
    toTextArray(records.map(({ hash }) => hash)),
    toTextArray(records.map(({ raw }) => raw)),
    toTextArray(records.map(({ place }) => place)),
  ])
}

const stage = {
  name: 'stage_records',
  text: `insert into source_staged (organization_id, source_id, read_id, anchor, raw_hash, raw, place)
    select $1, $2, $3, * from unnest($4::text[], $5::text[], $6::text[], $7::text[])
    on conflict (organization_id, read_id, anchor)
    do update set raw_hash = excluded.raw_hash, raw = excluded.raw, place = excluded.place`,
}

/** Makes some of what was staged what the source says; how many there were. The caller repeats until there are none. */
export async function acceptStaged(
  tx: Queryable,
  read: ReadOf,
  { now, rowsMax }: { readonly now: Date; readonly rowsMax: number },
): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(accept, [
    read.organizationId,
    read.sourceId,
    read.readId,
    rowsMax,
    now,
  ])
  return rows[0]?.count ?? 0
}

const accept = {
  // `ctid = any (array(…))`: a join with a limit is planned for a tenth of the table.
  text: `with taken as (
      delete from source_staged where ctid = any (array(
        select ctid from source_staged where organization_id = $1 and read_id = $3 order by anchor limit $4))
      returning anchor, raw_hash, raw, place),
    written as (
      insert into source_records (organization_id, source_id, anchor, raw_hash, raw, read_id, situation, place, updated_at)
      select $1, $2, anchor, raw_hash, raw, $3, 'new', place, $5 from taken where raw_hash is not null order by anchor
      on conflict (organization_id, source_id, anchor) do update set raw_hash = excluded.raw_hash, raw = excluded.raw,
        read_id = excluded.read_id, place = excluded.place, is_pending = true, is_deleted = false, absent_reads = 0,
        absent_since = null, updated_at = excluded.updated_at),
    gone as (
      update source_records set is_deleted = true, is_pending = true, read_id = $3, updated_at = $5
      where organization_id = $1 and source_id = $2 and not is_deleted
        and anchor = any (array(select anchor from taken where raw_hash is null)))
    select count(*) as count from taken`,
}

export type AbsenceSlice = { readonly after: string | null; readonly rowsMax: number; readonly now: Date }

/**
 * Counts absence in the next records after an anchor: one more for whom a complete read did not show, none for whom it did.
 * Undefined: there are no more records.
 */
export async function countAbsences(
  tx: Queryable,
  read: ReadOf,
  slice: AbsenceSlice,
): Promise<{ readonly last: string; readonly absent: number } | undefined> {
  const { rows } = await tx.query<{ last: string | null; absent: number }>(absences, [
    read.organizationId,
    read.sourceId,
    read.readId,
    slice.after,
    slice.rowsMax,
    slice.now,
  ])
  const [row] = rows
  return row === undefined || row.last === null ? undefined : { last: row.last, absent: row.absent }
}

// More than any rules wait for: who was away that often is not looked at again for it.
const absencesMax = 10

const absences = {
  text: `with slice as (
      select anchor, absent_reads, is_deleted from source_records
      where organization_id = $1 and source_id = $2 and ($4::text is null or anchor > $4) order by anchor limit $5),
    seen as (
      select anchor from source_seen where organization_id = $1 and read_id = $3 and ($4::text is null or anchor > $4)
        and anchor <= (select max(anchor) from slice)),
    absent as (
      select anchor, absent_reads from slice where not is_deleted and anchor not in (select anchor from seen)),
    counted as (
      update source_records set absent_reads = absent_reads + 1, absent_since = coalesce(absent_since, $6), is_pending = true,
        updated_at = $6
      where organization_id = $1 and source_id = $2
        and anchor = any (array(select anchor from absent where absent_reads < ${absencesMax}))),
    back as (
      update source_records set absent_reads = 0, absent_since = null, is_pending = true, updated_at = $6
      where organization_id = $1 and source_id = $2
        and anchor = any (array(select anchor from slice where absent_reads > 0 and anchor in (select anchor from seen))))
    select (select max(anchor) from slice) as last, (select count(*) from absent) as absent`,
}

/** One absence more for whom the last complete read did not show either. */
export async function countStillAbsent(tx: Queryable, read: ReadOf, now: Date): Promise<void> {
  await tx.query(
    {
      text: `update source_records set absent_reads = absent_reads + 1, is_pending = true, updated_at = $3
        where organization_id = $1 and source_id = $2 and absent_reads between 1 and ${absencesMax - 1} and not is_deleted`,
    },
    [read.organizationId, read.sourceId, now],
  )
}

/** Forgets what a read staged and whom it saw, some at a time; how many rows went. */
export async function clearRead(db: Queryable, read: ReadOf, rowsMax: number): Promise<number> {
  let cleared = 0
  for (const table of clearedTables) {
    const { rowCount } = await db.query(
      {
        text: `delete from ${table} where ctid = any (array(
          select ctid from ${table} where organization_id = $1 and read_id = $2 limit $3))`,
      },
      [read.organizationId, read.readId, rowsMax],
    )
    cleared += rowCount
  }
  return cleared
}

const clearedTables = [
  'source_staged',
  'source_seen',
  'source_staged_groups',
  'source_staged_members',
  'source_seen_groups',
]
