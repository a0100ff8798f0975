import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

type Revision = {
  readonly revision: number
  /** As it was saved, see `provisioningRules` and `sourceRules` of the admin API. */
  readonly document: JsonObject
  readonly note: string | null
  readonly createdBy: string
  readonly createdAt: Date
}

const tables = {
  appId: { table: 'app_rules', column: 'app_id' },
  sourceId: { table: 'source_rules', column: 'source_id' },
} as const

type Owner = keyof typeof tables
type Owned<By extends Owner> = { readonly organizationId: string } & { readonly [id in By]: string }

/** Rules of an app or of a source, as they were saved once. */
export type RevisionRow<By extends Owner> = Owned<By> & Revision

/** The statements about revisions, which are the same whosever rules they are. */
export function revisionsOf<By extends Owner>(owner: By) {
  const { table, column } = tables[owner]
  const columns = `organization_id as "organizationId", ${column} as "${owner}", revision, document, note, created_by as "createdBy",
    created_at as "createdAt"`
  const own = `organization_id = $1 and ${column} = $2`
  return {
    /** Under the next number; the caller holds the owner's row. */
    insert: async (tx: Queryable, row: Owned<By> & Omit<Revision, 'revision'>): Promise<RevisionRow<By>> => {
      const { rows } = await tx.query<RevisionRow<By>>(
        {
          text: `insert into ${table} (organization_id, ${column}, revision, document, note, created_by, created_at)
            select $1, $2, coalesce(max(revision), 0) + 1, $3::json, $4, $5, $6 from ${table} where ${own} returning ${columns}`,
        },
        [row.organizationId, row[owner], JSON.stringify(row.document), row.note, row.createdBy, row.createdAt],
      )
      const [made] = rows
      if (made === undefined) throw new Error('Inserted rules came back without a row')
      return made
    },
    select: async (db: Queryable, of: Owned<By>, revision: number): Promise<RevisionRow<By> | undefined> => {
      const { rows } = await db.query<RevisionRow<By>>(
        { text: `select ${columns} from ${table} where ${own} and revision = $3` },
        [of.organizationId, of[owner], revision],
      )
      return rows[0]
    },
    /** Latest first. */
    list: async (
      db: Queryable,
      of: Owned<By>,
      page: { readonly before: number | undefined; readonly rowsMax: number },
    ): Promise<readonly RevisionRow<By>[]> => {
      const { rows } = await db.query<RevisionRow<By>>(
        {
          text: `select ${columns} from ${table} where ${own}
            and ($3::integer is null or revision < $3) order by revision desc limit $4`,
        },
        [of.organizationId, of[owner], page.before ?? null, page.rowsMax],
      )
      return rows
    },
  }
}
