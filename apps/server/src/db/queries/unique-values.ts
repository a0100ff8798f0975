import type { Queryable } from '../pool.ts'

/** A folded value that no other resource of the type may have. */
export type UniqueValue = { readonly attribute: string; readonly value: string }

/** The people or the teams whose extensions have unique values; other types keep theirs with the resource. */
export type UniqueOwner = {
  readonly organizationId: string
  readonly table: 'users' | 'teams'
  readonly type: string
  readonly scimId: string
}

/**
 * Replaces the unique values of a resource. A value that another one has breaks the primary key of unique_values;
 * values of resources that are gone are free.
 */
export async function replaceUniqueValues(
  tx: Queryable,
  owner: UniqueOwner,
  values: readonly UniqueValue[],
): Promise<void> {
  const { organizationId, table, type, scimId } = owner
  const parameters = [
    organizationId,
    type,
    scimId,
    values.map(({ attribute }) => attribute),
    values.map(({ value }) => value),
  ]
  // Two statements: one that deletes and inserts the same key would break it.
  await tx.query(table === 'users' ? freeOfUsers : freeOfTeams, parameters)
  if (values.length > 0) await tx.query(keep, parameters)
}

const toFree = (table: UniqueOwner['table']) => ({
  name: `free_unique_values_${table}`,
  text: `delete from unique_values u where u.organization_id = $1 and u.type = $2 and (u.resource_id = $3::uuid
    or (u.attribute, u.value) in (select * from unnest($4::text[], $5::text[]))
      and not exists (select from ${table} r where r.organization_id = u.organization_id and r.scim_id = u.resource_id))`,
})

const freeOfUsers = toFree('users')
const freeOfTeams = toFree('teams')

const keep = {
  name: 'keep_unique_values',
  text: `insert into unique_values (organization_id, type, attribute, value, resource_id)
    select $1, $2, u.attribute, u.value, $3::uuid from unnest($4::text[], $5::text[]) u (attribute, value)`,
}
