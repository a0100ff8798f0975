import { toTextArray, toUuidArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { ReadState } from './source-reads.ts'

export type BatchKind = 'records' | 'bulk' | 'session'

/** What one request, or one session of requests, uploaded. */
export type BatchRow = {
  readonly organizationId: string
  readonly sourceId: string
  readonly id: string
  readonly kind: BatchKind
  readonly state: 'open' | 'received' | 'cancelled'
  /** The read that took it; null: it waits. */
  readonly readId: string | null
  readonly readState: ReadState | null
  readonly readRevision: number | null
  readonly entries: number
  readonly pages: number
  readonly hasPages: boolean
  readonly uploadedBy: string
  readonly openedAt: Date
  readonly changedAt: Date
}

type SourceOf = { readonly organizationId: string; readonly sourceId: string }
export type BatchOf = { readonly organizationId: string; readonly batchId: string }

const columns = `b.organization_id as "organizationId", b.source_id as "sourceId", b.id, b.kind, b.state, b.read_id as "readId",
  r.state as "readState", r.revision as "readRevision", b.entries, b.pages, b.has_pages as "hasPages",
  b.uploaded_by as "uploadedBy", b.opened_at as "openedAt", b.changed_at as "changedAt"`
const from = `from source_batches b
  left join source_reads r on r.organization_id = b.organization_id and r.id = b.read_id`

export async function insertBatch(
  tx: Queryable,
  row: Pick<BatchRow, 'organizationId' | 'sourceId' | 'id' | 'kind' | 'state' | 'uploadedBy' | 'openedAt'>,
): Promise<void> {
  const values = [row.organizationId, row.sourceId, row.id, row.kind, row.state, row.uploadedBy, row.openedAt]
  await tx.query(insert, values)
}

const insert = {
  name: 'insert_source_batch',
  text: `insert into source_batches (organization_id, source_id, id, kind, state, uploaded_by, opened_at, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $7)`,
}

/** Adds a page behind those that are there; the caller holds the row of the batch, or has just made it. */
export async function insertBatchPage(
  tx: Queryable,
  { organizationId, sourceId, id }: Pick<BatchRow, 'organizationId' | 'sourceId' | 'id'>,
  page: { readonly entries: number; readonly content: Buffer; readonly now: Date },
): Promise<void> {
  await tx.query(insertPage, [organizationId, sourceId, id, page.content, page.entries, page.now])
}

const insertPage = {
  name: 'insert_source_batch_page',
  text: `with batch as (
      update source_batches set pages = pages + 1, entries = entries + $5, changed_at = $6
      where organization_id = $1 and id = $3 returning pages)
    insert into source_batch_pages (organization_id, source_id, batch_id, number, content)
    select $1, $2, $3, pages, $4 from batch`,
}

export async function selectBatch(
  db: Queryable,
  { organizationId, batchId }: BatchOf,
  options: { readonly lock?: boolean } = {},
): Promise<BatchRow | undefined> {
  const text = `select ${columns} ${from} where b.organization_id = $1 and b.id = $2`
  const locked = options.lock === true ? `${text} for update of b` : text
  const { rows } = await db.query<BatchRow>({ text: locked }, [organizationId, batchId])
  return rows[0]
}

/** Newest first. */
export async function selectBatches(
  db: Queryable,
  { organizationId, sourceId }: SourceOf,
  page: { readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly BatchRow[]> {
  const { rows } = await db.query<BatchRow>(
    {
      text: `select ${columns} ${from} where b.organization_id = $1 and b.source_id = $2
        and ($3::uuid is null or b.id < $3) order by b.id desc limit $4`,
    },
    [organizationId, sourceId, page.before ?? null, page.rowsMax],
  )
  return rows
}

export async function countBatches(db: Queryable, { organizationId, sourceId }: SourceOf): Promise<number> {
  const text = 'select count(*) as count from source_batches where organization_id = $1 and source_id = $2'
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, sourceId])
  return rows[0]?.count ?? 0
}

export async function countOpenSessions(db: Queryable, { organizationId, sourceId }: SourceOf): Promise<number> {
  const text = `select count(*) as count from source_batches
    where organization_id = $1 and source_id = $2 and state = 'open' and kind = 'session'`
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, sourceId])
  return rows[0]?.count ?? 0
}

export async function updateBatchState(
  tx: Queryable,
  { organizationId, batchId }: BatchOf,
  { state, now }: { readonly state: BatchRow['state']; readonly now: Date },
): Promise<void> {
  await tx.query(
    { text: 'update source_batches set state = $3, changed_at = $4 where organization_id = $1 and id = $2' },
    [organizationId, batchId, state, now],
  )
}

const isWaiting = `state = 'received' and read_id is null`

/** Batches that wait, in their order. */
export async function selectWaitingBatches(
  db: Queryable,
  { organizationId, sourceId }: SourceOf,
  rowsMax: number,
): Promise<readonly Pick<BatchRow, 'id' | 'kind'>[]> {
  const { rows } = await db.query<Pick<BatchRow, 'id' | 'kind'>>(
    {
      text: `select id, kind from source_batches where organization_id = $1 and source_id = $2 and ${isWaiting}
        order by position limit $3`,
    },
    [organizationId, sourceId, rowsMax],
  )
  return rows
}

export async function giveBatchesToRead(
  tx: Queryable,
  { organizationId, readId }: { readonly organizationId: string; readonly readId: string },
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await tx.query(
    { text: `update source_batches set read_id = $2 where organization_id = $1 and id = any ($3::uuid[])` },
    [organizationId, readId, toUuidArray(ids)],
  )
}

/** Those of reads that failed wait again. */
export async function releaseFailedBatches(tx: Queryable, { organizationId, sourceId }: SourceOf): Promise<void> {
  await tx.query(
    {
      text: `update source_batches b set read_id = null from source_reads r
        where b.organization_id = $1 and b.source_id = $2 and b.state = 'received' and b.has_pages
          and r.organization_id = $1 and r.id = b.read_id and r.state = 'failed'`,
    },
    [organizationId, sourceId],
  )
}

/** Forgets what waits; how many batches there were. */
export async function cancelWaitingBatches(
  tx: Queryable,
  { organizationId, sourceId }: SourceOf,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    {
      text: `with cancelled as (
          update source_batches set state = 'cancelled', has_pages = false, changed_at = $3
          where organization_id = $1 and source_id = $2 and ${isWaiting} returning id),
        gone as (
          delete from source_batch_pages where organization_id = $1 and batch_id in (select id from cancelled))
        select count(*) as count from cancelled`,
    },
    [organizationId, sourceId, now],
  )
  return rows[0]?.count ?? 0
}

/** Active sources for which batches wait and that no read keeps busy. Over all organizations: for the loop. */
export async function selectSourcesWithBatches(db: Queryable, rowsMax: number): Promise<readonly SourceOf[]> {
  const { rows } = await db.query<SourceOf>(
    {
      text: `select s.organization_id as "organizationId", s.id as "sourceId" from sources s
        where s.kind = 'upload' and s.state = 'active'
          and exists (select from source_batches b
            where b.organization_id = s.organization_id and b.source_id = s.id and b.state = 'received' and b.read_id is null)
          and not exists (select from source_reads r where r.organization_id = s.organization_id and r.source_id = s.id
            and r.state in ('reading', 'held', 'accepted', 'judged', 'planned', 'applying'))
        order by s.id limit $1`,
    },
    [rowsMax],
  )
  return rows
}

export type BatchPageAt = { readonly position: number; readonly number: number }
export type BatchPageRow = BatchPageAt & {
  readonly kind: BatchKind
  readonly batchId: string
  readonly content: Buffer
}

/** Pages of all batches of a read, in their order. */
export async function selectReadPages(
  db: Queryable,
  read: { readonly organizationId: string; readonly readId: string },
  { after, rowsMax }: { readonly after: BatchPageAt; readonly rowsMax: number },
): Promise<readonly BatchPageRow[]> {
  const { rows } = await db.query<BatchPageRow>(
    {
      text: `select b.position, p.number, b.kind, b.id as "batchId", p.content from source_batches b
        join source_batch_pages p on p.organization_id = b.organization_id and p.batch_id = b.id
        where b.organization_id = $1 and b.read_id = $2 and b.position >= $3 and (b.position, p.number) > ($3::bigint, $4::integer)
        order by b.position, p.number limit $5`,
    },
    [read.organizationId, read.readId, after.position, after.number, rowsMax],
  )
  return rows
}

export async function countReadEntries(
  db: Queryable,
  { organizationId, readId }: { readonly organizationId: string; readonly readId: string },
): Promise<number> {
  const text = `select coalesce(sum(entries), 0)::bigint as count from source_batches where organization_id = $1 and read_id = $2`
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, readId])
  return rows[0]?.count ?? 0
}

export async function selectBatchPage(
  db: Queryable,
  { organizationId, batchId }: BatchOf,
  number: number,
): Promise<Buffer | undefined> {
  const text = 'select content from source_batch_pages where organization_id = $1 and batch_id = $2 and number = $3'
  const { rows } = await db.query<{ content: Buffer }>({ text }, [organizationId, batchId, number])
  return rows[0]?.content
}

/** What became of a record, and what its read did about it. */
export type RecordOutcomeRow = {
  readonly anchor: string
  readonly situation: string | null
  readonly userId: string | null
  readonly errorReason: string | null
  readonly errorAttribute: string | null
  readonly errorDetail: string | null
  readonly operation: string | null
  readonly operationState: string | null
  readonly operationDetail: string | null
}

export async function selectOutcomes(
  db: Queryable,
  source: SourceOf & { readonly readId: string | null },
  anchors: readonly string[],
): Promise<readonly RecordOutcomeRow[]> {
  const { rows } = await db.query<RecordOutcomeRow>(
    {
      text: `select w.anchor, r.situation, r.user_id as "userId", r.error_reason as "errorReason",
          r.error_attribute as "errorAttribute", r.error_detail as "errorDetail", o.operation, o.state as "operationState",
          o.error_detail as "operationDetail"
        from unnest($4::text[]) w (anchor)
        left join source_records r on r.organization_id = $1 and r.source_id = $2 and r.anchor = w.anchor
        left join lateral (
          select operation, state, error_detail from source_operations
          where organization_id = $1 and read_id = $3 and anchor = w.anchor
          order by (operation = 'none'), round limit 1) o on true`,
    },
    [source.organizationId, source.sourceId, source.readId, toTextArray(anchors)],
  )
  return rows
}

export type OldBatches = {
  /** Of batches whose read is over, or that were given up. */
  readonly endedBefore: Date
  /** Open ones to which nothing was added since. */
  readonly silentBefore: Date
  /** Rows of those that hold nothing any more. */
  readonly forgottenBefore: Date
}

/** Of all organizations: a job of the instance. */
export async function trimBatchRows(db: Queryable, old: OldBatches): Promise<void> {
  await db.query(
    { text: `update source_batches set state = 'cancelled' where state = 'open' and has_pages and changed_at < $1` },
    [old.silentBefore],
  )
  await db.query(
    {
      text: `with old as (
          update source_batches b set has_pages = false
          where has_pages and changed_at < $1 and (state = 'cancelled' or exists (
            select from source_reads r where r.organization_id = b.organization_id and r.id = b.read_id
              and r.state in ('done', 'failed', 'cancelled', 'rejected')))
          returning organization_id, id)
        delete from source_batch_pages p using old where p.organization_id = old.organization_id and p.batch_id = old.id`,
    },
    [old.endedBefore],
  )
  await db.query({ text: 'delete from source_batches where not has_pages and changed_at < $1' }, [old.forgottenBefore])
}
