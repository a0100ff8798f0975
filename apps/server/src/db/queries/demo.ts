import type { Queryable } from '../pool.ts'

/** Marks an organization as made up. */
export async function insertDemoOrganization(
  db: Queryable,
  row: { readonly organizationId: string; readonly seed: number; readonly people: number; readonly createdAt: Date },
): Promise<void> {
  await db.query(
    { text: 'insert into demo_organizations (organization_id, seed, people, created_at) values ($1, $2, $3, $4)' },
    [row.organizationId, row.seed, row.people, row.createdAt],
  )
}

/** The slug of an organization that is made up, of any; undefined when there is none. */
export async function selectDemoSlug(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ slug: string }>({
    text: 'select o.slug from demo_organizations d join organizations o on o.id = d.organization_id limit 1',
  })
  return rows[0]?.slug
}

/** Our ids of people, by their ids over SCIM. */
export async function selectUserIds(
  db: Queryable,
  organizationId: string,
  scimIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    { text: 'select id from users where organization_id = $1 and scim_id = any($2) order by id' },
    [organizationId, scimIds],
  )
  return rows.map(({ id }) => id)
}
