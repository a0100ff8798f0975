import type { Queryable } from '../pool.ts'
import { toTextArray } from '../binary-array.ts'

export type SourceName = { readonly organizationId: string; readonly sourceId: string }
export type ReadName = SourceName & { readonly readId: string }

/** A record that is to be settled. */
export type PendingRecord = {
  readonly anchor: string
  readonly raw: string
  readonly user_id: string | null
  readonly situation: string
  readonly mapped: string | null
  readonly is_deleted: boolean
  readonly absent_reads: number
  readonly place: string | null
  readonly left_at: Date | null
  readonly left_reason: string | null
}

/** All raw text of a batch, in bytes; the first record comes in any case. */
const rawBytesMax = 16 * 1024 * 1024

/** The next so many pending records behind an anchor, in the order of anchors; fewer where they are large. */
export async function selectPendingRecords(
  tx: Queryable,
  name: SourceName,
  page: { readonly after: string; readonly rowsMax: number },
): Promise<readonly PendingRecord[]> {
  const { organizationId, sourceId } = name
  const { rows } = await tx.query<PendingRecord>(pending, [organizationId, sourceId, page.after, page.rowsMax])
  return rows
}

const recordColumns = `anchor, raw, user_id, situation, mapped, is_deleted, absent_reads, place, left_at, left_reason`

const pending = {
  name: 'source_pending_records',
  // The length is known without unpacking what it is of.
  text: `select ${recordColumns} from (
      select *, sum(octet_length(raw)) over (order by anchor) - octet_length(raw) as before from (
        select ${recordColumns} from source_records
        where organization_id = $1 and source_id = $2 and is_pending and anchor > $3 order by anchor limit $4) page
    ) page where before < ${rawBytesMax} order by anchor`,
}

/** One record, whether or not it is pending. */
export async function selectRawRecord(
  db: Queryable,
  name: SourceName,
  anchor: string,
): Promise<PendingRecord | undefined> {
  const text = `select ${recordColumns} from source_records where organization_id = $1 and source_id = $2 and anchor = $3`
  const { rows } = await db.query<PendingRecord>({ text }, [name.organizationId, name.sourceId, anchor])
  return rows[0]
}

/** These records, which nobody else writes until the end of the transaction. */
export async function lockRecords(
  tx: Queryable,
  name: SourceName,
  anchors: readonly string[],
): Promise<readonly PendingRecord[]> {
  const text = `select ${recordColumns} from source_records
    where organization_id = $1 and source_id = $2 and anchor = any($3::text[]) order by anchor for update`
  const { rows } = await tx.query<PendingRecord>({ text }, [name.organizationId, name.sourceId, anchors])
  return rows
}

/** Which of these wait to be settled. */
export async function selectPendingAmong(
  tx: Queryable,
  name: SourceName,
  anchors: readonly string[],
): Promise<readonly string[]> {
  const text = `select anchor from source_records
    where organization_id = $1 and source_id = $2 and anchor = any($3::text[]) and is_pending order by anchor`
  const { rows } = await tx.query<{ anchor: string }>({ text }, [name.organizationId, name.sourceId, anchors])
  return rows.map(({ anchor }) => anchor)
}

/** What settling made of a record. */
export type SettledRecord = {
  readonly anchor: string
  readonly userId: string | null
  readonly situation: string
  readonly mapped: string | null
  readonly leftAt: Date | null
  readonly leftReason: string | null
  /** JSON; groups that it lists. */
  readonly groups: string | null
  /** When the account is deleted, unless something else is said until then. */
  readonly deletesAt?: Date
  readonly error: { readonly reason: string; readonly attribute: string | null; readonly detail: string } | undefined
}

/** Writes what was settled; the records wait for nothing any more. */
export async function updateSettledRecords(
  tx: Queryable,
  name: SourceName,
  settled: { readonly revision: number; readonly now: Date; readonly records: readonly SettledRecord[] },
): Promise<void> {
  const { records, revision, now } = settled
  const texts = (textOf: (record: SettledRecord) => string | null | undefined): Buffer =>
    toTextArray(records.map((record) => textOf(record) ?? null))
  await tx.query(update, [
    name.organizationId,
    name.sourceId,
    revision,
    now,
    texts(({ anchor }) => anchor),
    texts(({ userId }) => userId),
    texts(({ situation }) => situation),
    texts(({ mapped }) => mapped),
    texts(({ leftAt }) => leftAt?.toISOString()),
    texts(({ leftReason }) => leftReason),
    texts(({ error }) => error?.reason),
    texts(({ error }) => error?.attribute),
    texts(({ error }) => error?.detail),
    texts(({ groups }) => groups),
  ])
}

// Row by row through the key: without statistics, which a first read has none of, a plain join reads all records for each batch.
const eachByAnchor = `cross join lateral (
      select x.ctid from source_records x where x.organization_id = $1 and x.source_id = $2 and x.anchor = w.anchor limit 1) x`

const update = {
  name: 'update_settled_records',
  text: `update source_records r set user_id = w.user_id::uuid, situation = w.situation, mapped = w.mapped, mapped_revision = $3,
      is_pending = false, left_at = w.left_at::timestamptz, left_reason = w.left_reason, error_reason = w.error_reason,
      error_attribute = w.error_attribute, error_detail = w.error_detail, next_groups = w.groups, updated_at = $4
    from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
        $14::text[])
      w (anchor, user_id, situation, mapped, left_at, left_reason, error_reason, error_attribute, error_detail, groups)
      ${eachByAnchor}
    where r.ctid = x.ctid`,
}

/**
 * Makes pending what is to be looked at again though its source said nothing new: conflicts that somebody may have mended, who has been
 * absent for long enough, who came back, whose grace is over, and who waits for somebody named by an attribute.
 */
export async function wakeRecords(
  tx: Queryable,
  name: SourceName,
  when: { readonly absentReads: number; readonly leftBefore: Date | null },
): Promise<void> {
  await tx.query(wake, [name.organizationId, name.sourceId, when.absentReads, when.leftBefore])
}

const wake = {
  name: 'wake_source_records',
  text: `update source_records set is_pending = true where not is_pending and ctid = any(array(
      select ctid from source_records where organization_id = $1 and source_id = $2
        and situation in ('ambiguous', 'taken', 'ownedElsewhere', 'asked', 'escrowed') and situation not in ('linked', 'new')
      union all
      select ctid from source_records where organization_id = $1 and source_id = $2 and (absent_reads > 0 or left_at is not null)
        and ((absent_reads >= $3 and left_at is null and user_id is not null)
          or (absent_reads = 0 and left_reason = 'absent') or (left_at <= $4 and situation <> 'removed'))
      union all
      select x.ctid from source_references w ${eachByAnchor}
      where w.organization_id = $1 and w.source_id = $2 and w.match_on <> ''
    ))`,
}

/** Makes all records pending that other rules mapped, behind an anchor; undefined when there are no more. */
export async function wakeForRevision(
  tx: Queryable,
  name: SourceName,
  page: { readonly revision: number; readonly after: string; readonly rowsMax: number },
): Promise<string | undefined> {
  const values = [name.organizationId, name.sourceId, page.revision, page.after, page.rowsMax]
  const { rows } = await tx.query<{ last: string | null }>(
    {
      text: `with page as (
          select ctid, anchor, mapped_revision, is_pending from source_records
          where organization_id = $1 and source_id = $2 and anchor > $4 order by anchor limit $5
        ), woken as (
          update source_records set is_pending = true where ctid = any(array(
            select ctid from page where not is_pending and mapped_revision is distinct from $3))
        )
        select max(anchor) as last from page`,
    },
    values,
  )
  return rows[0]?.last ?? undefined
}

/** Links records and says what they are now; one row an operation that was carried out. */
export async function updateAppliedRecords(
  tx: Queryable,
  name: SourceName,
  applied: {
    readonly now: Date
    readonly records: readonly {
      readonly anchor: string
      readonly userId: string
      readonly situation: string
      /** Why the person counts as gone from now on; null: he is there; `keep`: as before. */
      readonly leftReason: string | null
    }[]
  },
): Promise<void> {
  await tx.query(apply, [
    name.organizationId,
    name.sourceId,
    applied.now,
    toTextArray(applied.records.map(({ anchor }) => anchor)),
    toTextArray(applied.records.map(({ userId }) => userId)),
    toTextArray(applied.records.map(({ situation }) => situation)),
    toTextArray(applied.records.map(({ leftReason }) => leftReason)),
  ])
}

const apply = {
  name: 'update_applied_records',
  text: `update source_records r set user_id = w.user_id::uuid, situation = w.situation,
      left_at = case when w.left_reason = 'keep' then r.left_at when w.left_reason is not null then coalesce(r.left_at, $3) end,
      left_reason = case when w.left_reason = 'keep' then r.left_reason else w.left_reason end
    from unnest($4::text[], $5::text[], $6::text[], $7::text[]) w (anchor, user_id, situation, left_reason)
      ${eachByAnchor}
    where r.ctid = x.ctid`,
}

/** Makes records pending, so that they are settled again; `error` shows why. */
export async function markPending(
  tx: Queryable,
  name: SourceName,
  records: readonly { readonly anchor: string; readonly detail: string | null }[],
): Promise<void> {
  if (records.length === 0) return
  await tx.query(
    {
      text: `update source_records r set is_pending = true, error_detail = coalesce(w.detail, r.error_detail)
        from unnest($3::text[], $4::text[]) w (anchor, detail) ${eachByAnchor}
        where r.ctid = x.ctid`,
    },
    [
      name.organizationId,
      name.sourceId,
      toTextArray(records.map(({ anchor }) => anchor)),
      toTextArray(records.map(({ detail }) => detail)),
    ],
  )
}
