import type { Queryable } from '../pool.ts'

export type RecordSummaryRow = {
  readonly anchor: string
  readonly situation: string
  readonly userId: string | null
  readonly isPending: boolean
  readonly isDeleted: boolean
  readonly absentReads: number
  readonly absentSince: Date | null
  readonly place: string | null
  readonly errorReason: string | null
  readonly errorAttribute: string | null
  readonly errorDetail: string | null
  readonly updatedAt: Date
}

export type RecordRow = RecordSummaryRow & {
  /** JSON, as the source said it; sealed where any of it is secret. */
  readonly raw: string
  /** JSON; likewise. */
  readonly mapped: string | null
  readonly mappedRevision: number | null
}

type SourceOf = { readonly organizationId: string; readonly sourceId: string }

const summary = `anchor, situation, user_id as "userId", is_pending as "isPending", is_deleted as "isDeleted",
  absent_reads as "absentReads", absent_since as "absentSince", place, error_reason as "errorReason",
  error_attribute as "errorAttribute", error_detail as "errorDetail", updated_at as "updatedAt"`

export type RecordFilter = {
  readonly situation?: string | undefined
  /** How the anchor begins. */
  readonly search?: string | undefined
}

const matches = `organization_id = $1 and source_id = $2 and ($3::text is null or situation = $3)
  and ($4::text is null or starts_with(anchor, $4))`

function valuesOf({ organizationId, sourceId }: SourceOf, { situation, search }: RecordFilter): readonly unknown[] {
  return [organizationId, sourceId, situation ?? null, search ?? null]
}

/** In the order of anchors. */
export async function selectRecords(
  db: Queryable,
  source: SourceOf,
  page: RecordFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly RecordSummaryRow[]> {
  const { rows } = await db.query<RecordSummaryRow>(
    {
      // Whoever looks for the beginning of an anchor starts there, by the index.
      text: `select ${summary} from source_records where ${matches} and ($4::text is null or anchor >= $4)
        and ($5::text is null or anchor > $5) order by anchor limit $6`,
    },
    [...valuesOf(source, page), page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countRecords(db: Queryable, source: SourceOf, filter: RecordFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from source_records where ${matches}` },
    valuesOf(source, filter),
  )
  return rows[0]?.count ?? 0
}

export async function selectRecord(
  db: Queryable,
  source: SourceOf,
  anchor: string,
  options: { readonly lock?: boolean } = {},
): Promise<RecordRow | undefined> {
  const { rows } = await db.query<RecordRow>(
    {
      text: `select ${summary}, raw, mapped, mapped_revision as "mappedRevision" from source_records
        where organization_id = $1 and source_id = $2 and anchor = $3 ${options.lock === true ? 'for update' : ''}`,
    },
    [source.organizationId, source.sourceId, anchor],
  )
  return rows[0]
}

/** Writes what holds of a record besides what its source says. */
export async function updateMapped(tx: Queryable, source: SourceOf, anchor: string, mapped: string): Promise<void> {
  await tx.query(
    { text: 'update source_records set mapped = $4 where organization_id = $1 and source_id = $2 and anchor = $3' },
    [source.organizationId, source.sourceId, anchor, mapped],
  )
}
