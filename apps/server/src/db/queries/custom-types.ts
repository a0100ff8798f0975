import type { Queryable } from '../pool.ts'

export type CustomTypes = {
  /** Schema definitions, oldest first. */
  readonly schemas: readonly unknown[]
  /** Resource types and extensions of types, oldest first. */
  readonly resourceTypes: readonly unknown[]
}

/** What an organization registered besides the built-in schemas and resource types. */
export async function selectCustomTypes(db: Queryable, organizationId: string): Promise<CustomTypes> {
  const { rows } = await db.query<CustomTypes>(
    {
      name: 'custom-types',
      text: `select
        (select coalesce(json_agg(definition order by created_at, urn_key), '[]') from custom_schemas where organization_id = $1) as schemas,
        (select coalesce(json_agg(definition order by created_at, name), '[]') from custom_resource_types where organization_id = $1) as "resourceTypes"`,
    },
    [organizationId],
  )
  return rows[0] ?? { schemas: [], resourceTypes: [] }
}

export async function insertCustomSchema(
  db: Queryable,
  row: { readonly organizationId: string; readonly urnKey: string; readonly definition: unknown; readonly at: Date },
): Promise<void> {
  await db.query(
    {
      text: 'insert into custom_schemas (organization_id, urn_key, definition, created_at) values ($1, $2, $3::jsonb, $4)',
    },
    [row.organizationId, row.urnKey, JSON.stringify(row.definition), row.at],
  )
}

export async function insertCustomResourceType(
  db: Queryable,
  row: { readonly organizationId: string; readonly name: string; readonly definition: unknown; readonly at: Date },
): Promise<void> {
  await db.query(
    {
      text: 'insert into custom_resource_types (organization_id, name, definition, created_at) values ($1, $2, $3::jsonb, $4)',
    },
    [row.organizationId, row.name, JSON.stringify(row.definition), row.at],
  )
}
