import type { Queryable } from '../pool.ts'

/** A value that one object of an app has, or is about to get; `valueKey` is folded. */
export type ReservedValue = {
  readonly organizationId: string
  readonly appId: string
  readonly attribute: string
  readonly valueKey: string
  readonly objectId: string
}

/** Takes a value for an object, unless it has it already; false: somebody else has it. */
export async function reserveValue(db: Queryable, value: ReservedValue): Promise<'taken' | 'new' | 'own'> {
  const { organizationId, appId, attribute, valueKey, objectId } = value
  const { rows } = await db.query<{ object_id: string; is_new: boolean }>(insert, [
    organizationId,
    appId,
    attribute,
    valueKey,
    objectId,
  ])
  const [row] = rows
  if (row === undefined || row.object_id !== objectId) return 'taken'
  return row.is_new ? 'new' : 'own'
}

/** What taking it would come to; it stays as free as it is. */
export async function findReservation(db: Queryable, value: ReservedValue): Promise<'taken' | 'new' | 'own'> {
  const { organizationId, appId, attribute, valueKey, objectId } = value
  const { rows } = await db.query<{ object_id: string }>(find, [organizationId, appId, attribute, valueKey])
  const [row] = rows
  if (row === undefined) return 'new'
  return row.object_id === objectId ? 'own' : 'taken'
}

/** Which values of an attribute the object has taken. */
export async function selectReservedKeys(
  db: Queryable,
  { organizationId, appId, attribute, objectId }: Omit<ReservedValue, 'valueKey'>,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ value_key: string }>(own, [organizationId, appId, attribute, objectId])
  return new Set(rows.map((row) => row.value_key))
}

export async function deleteReservedValue(db: Queryable, value: ReservedValue): Promise<void> {
  const { organizationId, appId, attribute, valueKey, objectId } = value
  await db.query(release, [organizationId, appId, attribute, valueKey, objectId])
}

const insert = {
  name: 'reserve_value',
  text: `with added as (
      insert into reserved_values (organization_id, app_id, attribute, value_key, object_id) values ($1, $2, $3, $4, $5)
      on conflict do nothing returning object_id
    )
    select object_id, true as is_new from added
    union all
    select object_id, false from reserved_values
    where organization_id = $1 and app_id = $2 and attribute = $3 and value_key = $4`,
}

const find = {
  name: 'find_reserved_value',
  text: `select object_id from reserved_values
    where organization_id = $1 and app_id = $2 and attribute = $3 and value_key = $4`,
}

const own = {
  name: 'reserved_values_of',
  text: `select value_key from reserved_values
    where organization_id = $1 and app_id = $2 and attribute = $3 and object_id = $4`,
}

const release = {
  name: 'release_value',
  text: `delete from reserved_values
    where organization_id = $1 and app_id = $2 and attribute = $3 and value_key = $4 and object_id = $5`,
}
