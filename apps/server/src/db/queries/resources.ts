import type { Queryable } from '../pool.ts'
import { changeColumns, type ChangeOrigin } from './changes.ts'
import { rowColumns, type ResourceRow } from './rows.ts'

/** Columns of a resource of any other type. */
export type OtherValues = {
  readonly externalId: string | null
  readonly document: string
  readonly search: string
  readonly searchText: string
  /** Folded values of attributes whose uniqueness is server or global. */
  readonly unique: readonly { readonly attribute: string; readonly value: string }[]
}

export async function selectResource(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly connectionId: string | null
    readonly type: string
    readonly scimId: string
  },
): Promise<ResourceRow | undefined> {
  const values = [query.organizationId, query.scimId, query.connectionId, query.type]
  const { rows } = await db.query<ResourceRow>(select, values)
  return rows[0]
}

const select = {
  name: 'resource_by_id',
  text: `select ${rowColumns} from resources p where p.organization_id = $1 and p.scim_id = $2 and p.type = $4`,
}

const parameters = (origin: ChangeOrigin, type: string): readonly unknown[] => {
  return [origin.organizationId, origin.connectionId, origin.now, origin.actor, origin.requestId, type]
}

/** Creates a resource and its change. A taken unique value breaks the primary key of unique_values. */
export async function insertResource(
  tx: Queryable,
  origin: ChangeOrigin,
  resource: OtherValues & { readonly id: string; readonly scimId: string; readonly type: string },
  data: string,
): Promise<void> {
  const { externalId, document, search, searchText, unique } = resource
  await tx.query(insert, [
    ...parameters(origin, resource.type),
    resource.id,
    resource.scimId,
    externalId,
    document,
    search,
    searchText,
    data,
    unique.map(({ attribute }) => attribute),
    unique.map(({ value }) => value),
  ])
}

const insert = {
  name: 'insert_resource',
  text: `with created as (
      insert into resources (organization_id, id, type, scim_id, connection_id, external_id, document, search, search_text, version, created_at, updated_at)
      values ($1, $7, $6, $8, $2, $9, $10, $11::jsonb, $12, 1, $3, $3) returning id
    ), kept as (
      insert into unique_values (organization_id, type, attribute, value, resource_id)
      select $1, $6, u.attribute, u.value, $7 from unnest($14::text[], $15::text[]) u (attribute, value)
    )
    insert into changes (${changeColumns})
    select $1, $3, 'resource.created', $6, id, 1, $2, $4, $5, 0, $13::jsonb from created`,
}

export type ResourceStanding = { readonly id: string; readonly version: number; readonly connection_id: string | null }

/** Locks a resource until the end of the transaction. */
export async function lockResource(
  tx: Queryable,
  query: { readonly organizationId: string; readonly type: string; readonly scimId: string },
): Promise<ResourceStanding | undefined> {
  const { rows } = await tx.query<ResourceStanding>(lock, [query.organizationId, query.type, query.scimId])
  return rows[0]
}

const lock = {
  name: 'lock_resource',
  text: 'select id, version, connection_id from resources where organization_id = $1 and type = $2 and scim_id = $3 for update',
}

/** Stores new attributes and a new version of a locked resource, and its change. */
export async function updateResourceRow(
  tx: Queryable,
  origin: ChangeOrigin,
  resource: OtherValues & { readonly id: string; readonly type: string },
  data: string,
): Promise<void> {
  const { externalId, document, search, searchText, unique } = resource
  // Two statements: one that deletes and inserts the same key would break it.
  await tx.query(forgetUnique, [origin.organizationId, resource.id])
  await tx.query(update, [
    ...parameters(origin, resource.type),
    resource.id,
    externalId,
    document,
    search,
    searchText,
    data,
    unique.map(({ attribute }) => attribute),
    unique.map(({ value }) => value),
  ])
}

const forgetUnique = {
  name: 'forget_unique_values',
  text: 'delete from unique_values where organization_id = $1 and resource_id = $2',
}

const update = {
  name: 'update_resource',
  text: `with changed as (
      update resources set connection_id = $2, external_id = $8, document = $9, search = $10::jsonb, search_text = $11,
        version = version + 1, updated_at = $3
      where organization_id = $1 and id = $7 returning id, version
    ), kept as (
      insert into unique_values (organization_id, type, attribute, value, resource_id)
      select $1, $6, u.attribute, u.value, $7 from unnest($13::text[], $14::text[]) u (attribute, value)
    )
    insert into changes (${changeColumns})
    select $1, $3, 'resource.updated', $6, id, version, $2, $4, $5, 0, $12::jsonb from changed`,
}

/** Deletes a locked resource; its change keeps what it was. */
export async function deleteResourceRow(
  tx: Queryable,
  origin: ChangeOrigin,
  resource: { readonly id: string; readonly type: string; readonly via: string },
): Promise<void> {
  await tx.query(remove, [...parameters(origin, resource.type), resource.id, resource.via])
}

const remove = {
  name: 'delete_resource',
  text: `with gone as (
      delete from resources where organization_id = $1 and id = $7 and type = $6 returning id, version, document
    ), freed as (
      delete from unique_values where organization_id = $1 and resource_id = $7
    )
    insert into changes (${changeColumns})
    select $1, $3, 'resource.deleted', $6, id, version + 1, $2, $4, $5, 0,
      jsonb_build_object('via', $8::text, 'before', document::jsonb) from gone`,
}
