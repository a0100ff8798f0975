import type { Queryable } from '../pool.ts'
import { toTextArray, toUuidArray } from '../binary-array.ts'
import type { ReadOf } from './source-reads.ts'

export type EscrowRow = {
  readonly id: string
  readonly readId: string
  readonly anchor: string | null
  readonly place: string
  readonly attribute: string | null
  readonly reason: string
  readonly detail: string
  readonly createdAt: Date
}

export async function insertEscrow(
  tx: Queryable,
  read: ReadOf,
  rows: readonly Omit<EscrowRow, 'readId' | 'createdAt'>[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    {
      text: `insert into source_escrow (organization_id, source_id, read_id, created_at, id, anchor, place, attribute, reason, detail)
        select $1, $2, $3, $4, * from unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])`,
    },
    [
      read.organizationId,
      read.sourceId,
      read.readId,
      now,
      toUuidArray(rows.map(({ id }) => id)),
      toTextArray(rows.map(({ anchor }) => anchor)),
      toTextArray(rows.map(({ place }) => place)),
      toTextArray(rows.map(({ attribute }) => attribute)),
      toTextArray(rows.map(({ reason }) => reason)),
      toTextArray(rows.map(({ detail }) => detail)),
    ],
  )
}

/** What an accepted full read did not find bad is bad no longer. */
export async function deleteEarlierEscrow(tx: Queryable, read: ReadOf): Promise<void> {
  await tx.query(
    { text: 'delete from source_escrow where organization_id = $1 and source_id = $2 and read_id <> $3' },
    [read.organizationId, read.sourceId, read.readId],
  )
}

/** The same after a delta: only of those whom it showed. */
export async function deleteMendedEscrow(tx: Queryable, read: ReadOf): Promise<void> {
  await tx.query(
    {
      text: `delete from source_escrow e using source_staged t
        where e.organization_id = $1 and e.source_id = $2 and e.read_id <> $3
          and t.organization_id = $1 and t.read_id = $3 and t.anchor = e.anchor`,
    },
    [read.organizationId, read.sourceId, read.readId],
  )
}

/** Keeps the newest so many of a source: what deltas find is forgotten by no full read in between. */
export async function trimEscrow(
  tx: Queryable,
  { organizationId, sourceId }: SourceOf,
  rowsMax: number,
): Promise<void> {
  await tx.query(
    {
      text: `delete from source_escrow where organization_id = $1 and source_id = $2 and id < (
        select id from source_escrow where organization_id = $1 and source_id = $2 order by id desc offset $3 limit 1)`,
    },
    [organizationId, sourceId, rowsMax - 1],
  )
}

/** Of a read that begins anew. */
export async function deleteEscrowOfRead(tx: Queryable, read: ReadOf): Promise<void> {
  await tx.query({ text: 'delete from source_escrow where organization_id = $1 and source_id = $2 and read_id = $3' }, [
    read.organizationId,
    read.sourceId,
    read.readId,
  ])
}

type SourceOf = { readonly organizationId: string; readonly sourceId: string }

/** In the order in which they were found. */
export async function selectEscrow(
  db: Queryable,
  source: SourceOf,
  page: { readonly reason: string | undefined; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly EscrowRow[]> {
  const { rows } = await db.query<EscrowRow>(
    {
      text: `select id, read_id as "readId", anchor, place, attribute, reason, detail, created_at as "createdAt"
        from source_escrow where organization_id = $1 and source_id = $2 and ($3::text is null or reason = $3)
        and ($4::uuid is null or id > $4) order by id limit $5`,
    },
    [source.organizationId, source.sourceId, page.reason ?? null, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countEscrow(db: Queryable, source: SourceOf, reason: string | undefined): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from source_escrow where organization_id = $1 and source_id = $2
        and ($3::text is null or reason = $3)`,
    },
    [source.organizationId, source.sourceId, reason ?? null],
  )
  return rows[0]?.count ?? 0
}
