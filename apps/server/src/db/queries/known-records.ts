import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'

type SourceOf = { readonly organizationId: string; readonly sourceId: string }

/** Of these anchors those whose records are known and not gone. */
export const selectKnownAnchors = anchorsOf('source_records')
/** The same of groups. */
export const selectKnownGroupAnchors = anchorsOf('source_groups')

/** Records that are not gone, as the source said them, in the order of anchors. */
export const selectKnownRecords = recordsOf('source_records')
/** The same of groups. */
export const selectKnownGroups = recordsOf('source_groups')

type Table = 'source_records' | 'source_groups'

function anchorsOf(table: Table) {
  return async (
    db: Queryable,
    { organizationId, sourceId }: SourceOf,
    anchors: readonly string[],
  ): Promise<readonly string[]> => {
    const { rows } = await db.query<{ anchor: string }>(
      {
        text: `select anchor from ${table} where organization_id = $1 and source_id = $2 and not is_deleted
          and anchor = any ($3::text[]) order by anchor`,
      },
      [organizationId, sourceId, toTextArray(anchors)],
    )
    return rows.map(({ anchor }) => anchor)
  }
}

function recordsOf(table: Table) {
  return async (
    db: Queryable,
    { organizationId, sourceId }: SourceOf,
    page: { readonly after: string | undefined; readonly rowsMax: number },
  ): Promise<readonly { readonly anchor: string; readonly raw: string }[]> => {
    const { rows } = await db.query<{ anchor: string; raw: string }>(
      {
        text: `select anchor, raw from ${table} where organization_id = $1 and source_id = $2 and not is_deleted
          and ($3::text is null or anchor > $3) order by anchor limit $4`,
      },
      [organizationId, sourceId, page.after ?? null, page.rowsMax],
    )
    return rows
  }
}
