import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type ReadState =
  | 'reading'
  | 'held'
  | 'accepted'
  | 'judged'
  | 'planned'
  | 'applying'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'rejected'

export type ReadRow = {
  readonly organizationId: string
  readonly id: string
  readonly sourceId: string
  readonly mode: 'full' | 'delta' | 'session' | 'due'
  readonly state: ReadState
  readonly heldReason: string | null
  readonly heldDetail: string | null
  readonly errorReason: string | null
  readonly errorDetail: string | null
  readonly revision: number | null
  readonly requiresApproval: boolean
  /** Who let its plan be carried out. */
  readonly approvedBy: string | null
  readonly cursor: JsonObject | null
  readonly checkpoint: JsonObject | null
  readonly progress: JsonObject | null
  readonly counts: JsonObject
  readonly columns: JsonObject
  readonly fileId: string | null
  readonly startedBy: string
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly failures: number
  readonly retryAt: Date | null
  /** Whoever has another one has lost the read. */
  readonly epoch: number
}

export type ReadOf = { readonly organizationId: string; readonly sourceId: string; readonly readId: string }

const columns = `organization_id as "organizationId", id, source_id as "sourceId", mode, state, held_reason as "heldReason",
  held_detail as "heldDetail", error_reason as "errorReason", error_detail as "errorDetail", revision,
  requires_approval as "requiresApproval", approved_by as "approvedBy", cursor, checkpoint, progress, counts, columns, file_id as "fileId",
  started_by as "startedBy", started_at as "startedAt", ended_at as "endedAt", failures, retry_at as "retryAt",
  lease_epoch as epoch`

/** States in which a read keeps others of its source from beginning. */
export const openStates: readonly ReadState[] = ['reading', 'held', 'accepted', 'judged', 'planned', 'applying']

/** Undefined where a read of the source is open already. */
export async function insertRead(
  tx: Queryable,
  row: Pick<
    ReadRow,
    | 'organizationId'
    | 'id'
    | 'sourceId'
    | 'mode'
    | 'revision'
    | 'requiresApproval'
    | 'fileId'
    | 'startedBy'
    | 'startedAt'
  >,
): Promise<ReadRow | undefined> {
  const { rows } = await tx.query<ReadRow>(
    {
      text: `insert into source_reads (organization_id, id, source_id, mode, state, revision, requires_approval, file_id,
          started_by, started_at)
        values ($1, $2, $3, $4, 'reading', $5, $6, $7, $8, $9)
        on conflict (organization_id, source_id) where state in ('reading', 'held', 'accepted', 'judged', 'planned', 'applying')
        do nothing returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.sourceId,
      row.mode,
      row.revision,
      row.requiresApproval,
      row.fileId,
      row.startedBy,
      row.startedAt,
    ],
  )
  return rows[0]
}

export async function selectRead(
  db: Queryable,
  read: Pick<ReadOf, 'organizationId' | 'readId'>,
  options: { readonly lock?: boolean } = {},
): Promise<ReadRow | undefined> {
  const text = `select ${columns} from source_reads where organization_id = $1 and id = $2`
  const { rows } = await db.query<ReadRow>({ text: options.lock === true ? `${text} for update` : text }, [
    read.organizationId,
    read.readId,
  ])
  return rows[0]
}

type SourceOf = { readonly organizationId: string; readonly sourceId: string }

export type ReadFilter = { readonly state?: ReadState | undefined }

/** Newest first. */
export async function selectReads(
  db: Queryable,
  source: SourceOf,
  page: ReadFilter & { readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly ReadRow[]> {
  const { rows } = await db.query<ReadRow>(
    {
      text: `select ${columns} from source_reads where organization_id = $1 and source_id = $2
        and ($3::text is null or state = $3) and ($4::uuid is null or id < $4) order by id desc limit $5`,
    },
    [source.organizationId, source.sourceId, page.state ?? null, page.before ?? null, page.rowsMax],
  )
  return rows
}

export async function countReads(db: Queryable, source: SourceOf, filter: ReadFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from source_reads where organization_id = $1 and source_id = $2
        and ($3::text is null or state = $3)`,
    },
    [source.organizationId, source.sourceId, filter.state ?? null],
  )
  return rows[0]?.count ?? 0
}

/** The read that has not ended yet. */
export async function selectOpenRead(db: Queryable, source: SourceOf): Promise<ReadRow | undefined> {
  const { rows } = await db.query<ReadRow>(
    {
      text: `select ${columns} from source_reads where organization_id = $1 and source_id = $2 and state = any ($3)`,
    },
    [source.organizationId, source.sourceId, openStates],
  )
  return rows[0]
}

/** Complete reads whose records became those of the source, newest first; without those that found nothing to read anew. */
export async function selectAcceptedReads(
  db: Queryable,
  source: SourceOf,
  { modes, rowsMax }: { readonly modes: readonly ReadRow['mode'][]; readonly rowsMax: number },
): Promise<readonly ReadRow[]> {
  const { rows } = await db.query<ReadRow>(
    {
      text: `select ${columns} from source_reads where organization_id = $1 and source_id = $2 and mode = any ($3)
        and state in ('judged', 'planned', 'applying', 'done') and not counts ? 'unchanged' order by id desc limit $4`,
    },
    [source.organizationId, source.sourceId, modes, rowsMax],
  )
  return rows
}

export type ReadClaim = { readonly owner: string; readonly now: Date; readonly leaseUntil: Date }

/** Reads of one organization that are worked on at once, in all processes together: its slow sources are not everybody's. */
const readsOfOneMax = 2

/** Whether a read waits for somebody to take it. Over all organizations: for the loop. */
export async function hasWaitingRead(db: Queryable, now: Date): Promise<boolean> {
  const { rows } = await db.query<{ waits: boolean }>(anyWaits, [now])
  return rows[0]?.waits === true
}

/** Takes the read that waits longest, also from a process whose lease ran out. Over all organizations: for the loop. */
export async function claimRead(tx: Queryable, { owner, now, leaseUntil }: ReadClaim): Promise<ReadRow | undefined> {
  // One after the other: two who count at the same moment would both find room.
  await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('source reads', 0))` })
  const { rows } = await tx.query<ReadRow>(claim, [now, leaseUntil, owner])
  return rows[0]
}

const waiting = `r.state in ('reading', 'accepted', 'judged', 'planned', 'applying')
        and not (r.state = 'planned' and r.requires_approval and r.approved_by is null)
        and (r.lease_until is null or r.lease_until <= $1) and (r.retry_at is null or r.retry_at <= $1)
        and (select count(*) from source_reads o
          where o.organization_id = r.organization_id and o.state in ('reading', 'accepted', 'judged', 'planned', 'applying')
            and o.lease_until > $1) < ${readsOfOneMax}`

const anyWaits = { text: `select exists (select from source_reads r where ${waiting}) as waits` }

const claim = {
  text: `update source_reads set lease_owner = $3, lease_until = $2, lease_epoch = lease_epoch + 1
    where ctid = any (array(
      select r.ctid from source_reads r
      where ${waiting}
      order by r.started_at limit 1 for update skip locked))
    returning ${columns}`,
}

type Leased = Pick<ReadRow, 'organizationId' | 'id' | 'epoch'>

/** Makes the lease longer; false: the read is somebody else's by now, or has ended. */
export async function extendReadLease(db: Queryable, read: Leased, until: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    {
      text: `update source_reads set lease_until = $4 where organization_id = $1 and id = $2 and lease_epoch = $3
        and lease_owner is not null and state in ('reading', 'accepted', 'judged', 'planned', 'applying')`,
    },
    [read.organizationId, read.id, read.epoch, until],
  )
  return rowCount > 0
}

/** What may change of a read besides its lease. */
export type ReadChange = Partial<
  Pick<
    ReadRow,
    | 'state'
    | 'mode'
    | 'heldReason'
    | 'heldDetail'
    | 'errorReason'
    | 'errorDetail'
    | 'cursor'
    | 'checkpoint'
    | 'progress'
    | 'counts'
    | 'columns'
    | 'endedAt'
    | 'failures'
    | 'retryAt'
  >
> & { readonly releases?: boolean }

/** Writes the read as a whole; false: its epoch is another one by now. */
export async function updateRead(tx: Queryable, read: ReadRow, change: ReadChange): Promise<boolean> {
  const { releases = false, ...fields } = change
  const row: ReadRow = { ...read, ...fields }
  const { rowCount } = await tx.query(update, [
    row.organizationId,
    row.id,
    row.epoch,
    row.state,
    row.mode,
    row.heldReason,
    row.heldDetail,
    row.errorReason,
    row.errorDetail,
    toText(row.cursor),
    toText(row.checkpoint),
    toText(row.progress),
    JSON.stringify(row.counts),
    JSON.stringify(row.columns),
    row.endedAt,
    row.failures,
    row.retryAt,
    releases,
  ])
  return rowCount > 0
}

const update = {
  text: `update source_reads set state = $4, mode = $5, held_reason = $6, held_detail = $7, error_reason = $8,
      error_detail = $9, cursor = $10::jsonb, checkpoint = $11::jsonb, progress = $12::jsonb, counts = $13::jsonb,
      columns = $14::jsonb, ended_at = $15, failures = $16, retry_at = $17,
      lease_owner = case when $18 then null else lease_owner end, lease_until = case when $18 then null else lease_until end
    where organization_id = $1 and id = $2 and lease_epoch = $3`,
}

function toText(value: JsonObject | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Takes the read away from whoever works on it. */
export async function endLease(tx: Queryable, read: Pick<ReadRow, 'organizationId' | 'id'>): Promise<number> {
  const { rows } = await tx.query<{ epoch: number }>(
    {
      text: `update source_reads set lease_owner = null, lease_until = null, lease_epoch = lease_epoch + 1
        where organization_id = $1 and id = $2 returning lease_epoch as epoch`,
    },
    [read.organizationId, read.id],
  )
  return rows[0]?.epoch ?? 0
}

export async function selectCheckpoint(db: Queryable, source: SourceOf): Promise<JsonObject | undefined> {
  const { rows } = await db.query<{ checkpoint: JsonObject }>(
    { text: 'select checkpoint from source_cursors where organization_id = $1 and source_id = $2' },
    [source.organizationId, source.sourceId],
  )
  return rows[0]?.checkpoint
}

export async function saveCheckpoint(
  tx: Queryable,
  { organizationId, sourceId, readId }: ReadOf,
  { checkpoint, now }: { readonly checkpoint: JsonObject; readonly now: Date },
): Promise<void> {
  await tx.query(
    {
      text: `insert into source_cursors (organization_id, source_id, checkpoint, read_id, updated_at)
        values ($1, $2, $3::jsonb, $4, $5)
        on conflict (organization_id, source_id)
        do update set checkpoint = excluded.checkpoint, read_id = excluded.read_id, updated_at = excluded.updated_at`,
    },
    [organizationId, sourceId, JSON.stringify(checkpoint), readId, now],
  )
}

/** The next read is a full one. */
export async function forgetCheckpoint(tx: Queryable, source: SourceOf): Promise<void> {
  await tx.query({ text: 'delete from source_cursors where organization_id = $1 and source_id = $2' }, [
    source.organizationId,
    source.sourceId,
  ])
}
