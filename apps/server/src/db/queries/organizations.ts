import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type OrganizationRow = {
  readonly id: string
  readonly slug: string
  readonly shortId: string
  readonly name: string
  readonly settings: JsonObject
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `id, slug, short_id as "shortId", name, settings, version, created_at as "createdAt", updated_at as "updatedAt"`

export async function insertOrganization(
  db: Queryable,
  row: Pick<OrganizationRow, 'id' | 'slug' | 'shortId' | 'name' | 'settings' | 'createdAt'>,
): Promise<OrganizationRow> {
  const { rows } = await db.query<OrganizationRow>(
    {
      text: `insert into organizations (id, slug, short_id, name, settings, created_at, updated_at)
        values ($1, $2, $3, $4, $5::jsonb, $6, $6) returning ${columns}`,
    },
    [row.id, row.slug, row.shortId, row.name, JSON.stringify(row.settings), row.createdAt],
  )
  return only(rows)
}

export async function selectOrganization(db: Queryable, id: string): Promise<OrganizationRow | undefined> {
  const { rows } = await db.query<OrganizationRow>(
    { name: 'organization-by-id', text: `select ${columns} from organizations where id = $1` },
    [id],
  )
  return rows[0]
}

export async function selectOrganizationBySlug(db: Queryable, slug: string): Promise<OrganizationRow | undefined> {
  const { rows } = await db.query<OrganizationRow>(
    { name: 'organization-by-slug', text: `select ${columns} from organizations where slug = $1` },
    [slug],
  )
  return rows[0]
}

/** In order of their slugs, those after `after`. */
export async function selectOrganizations(
  db: Queryable,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly OrganizationRow[]> {
  const { rows } = await db.query<OrganizationRow>(
    { name: 'organizations', text: `select ${columns} from organizations where slug > $1 order by slug limit $2` },
    [page.after ?? '', page.rowsMax],
  )
  return rows
}

/** Undefined when the organization is not there or has another version. */
export async function updateOrganizationRow(
  db: Queryable,
  row: Pick<OrganizationRow, 'id' | 'slug' | 'name' | 'settings' | 'version' | 'updatedAt'>,
): Promise<OrganizationRow | undefined> {
  const { rows } = await db.query<OrganizationRow>(
    {
      text: `update organizations set slug = $2, name = $3, settings = $4::jsonb, version = version + 1, updated_at = $6
        where id = $1 and version = $5 returning ${columns}`,
    },
    [row.id, row.slug, row.name, JSON.stringify(row.settings), row.version, row.updatedAt],
  )
  return rows[0]
}

/** Also what refers to it; what does not is deleted by a run. */
export async function deleteOrganizationRow(db: Queryable, id: string): Promise<void> {
  await db.query({ text: 'delete from organizations where id = $1' }, [id])
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new Error('The statement returned no row')
  return row
}

/** Makes those who change something that the organization counts take turns, until the transaction ends. */
export async function lockOrganization(tx: Queryable, organizationId: string): Promise<void> {
  await tx.query({ text: 'select from organizations where id = $1 for no key update' }, [organizationId])
}
