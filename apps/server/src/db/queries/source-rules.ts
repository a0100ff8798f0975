import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type SourceRulesRow = {
  readonly organizationId: string
  readonly sourceId: string
  readonly revision: number
  /** As it was saved, see `sourceRules` of the admin API. */
  readonly document: JsonObject
  readonly note: string | null
  readonly createdBy: string
  readonly createdAt: Date
}

const columns = `organization_id as "organizationId", source_id as "sourceId", revision, document, note, created_by as "createdBy",
  created_at as "createdAt"`

/** Under the next number; the caller holds the row of the source. */
export async function insertSourceRules(tx: Queryable, row: Omit<SourceRulesRow, 'revision'>): Promise<SourceRulesRow> {
  const { rows } = await tx.query<SourceRulesRow>(
    {
      text: `insert into source_rules (organization_id, source_id, revision, document, note, created_by, created_at)
        select $1, $2, coalesce(max(revision), 0) + 1, $3::json, $4, $5, $6 from source_rules
        where organization_id = $1 and source_id = $2 returning ${columns}`,
    },
    [row.organizationId, row.sourceId, JSON.stringify(row.document), row.note, row.createdBy, row.createdAt],
  )
  const [made] = rows
  if (made === undefined) throw new Error('Inserted rules came back without a row')
  return made
}

export async function selectSourceRules(
  db: Queryable,
  source: { readonly organizationId: string; readonly sourceId: string },
  revision: number,
): Promise<SourceRulesRow | undefined> {
  const { rows } = await db.query<SourceRulesRow>(
    { text: `select ${columns} from source_rules where organization_id = $1 and source_id = $2 and revision = $3` },
    [source.organizationId, source.sourceId, revision],
  )
  return rows[0]
}

/** Latest first. */
export async function selectSourceRevisions(
  db: Queryable,
  source: { readonly organizationId: string; readonly sourceId: string },
  page: { readonly before: number | undefined; readonly rowsMax: number },
): Promise<readonly SourceRulesRow[]> {
  const { rows } = await db.query<SourceRulesRow>(
    {
      text: `select ${columns} from source_rules where organization_id = $1 and source_id = $2
          and ($3::integer is null or revision < $3) order by revision desc limit $4`,
    },
    [source.organizationId, source.sourceId, page.before ?? null, page.rowsMax],
  )
  return rows
}
