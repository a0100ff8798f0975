import type { Queryable } from '../pool.ts'
import type { SourceName } from './source-settling.ts'

/** By which rules of teams say that they read them. */
export const sourceGroupsRoot = 'sourceGroups'

/** What was found holds from now on, of so many linked records; whose they are. */
export async function publishRecordGroups(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  rowsMax: number,
): Promise<readonly string[]> {
  const text = `update source_records set groups = next_groups where ctid = any (array(
      select ctid from source_records where organization_id = $1 and source_id = $2 and user_id is not null
        and groups is distinct from next_groups limit $3))
    returning user_id as id`
  const { rows } = await tx.query<{ id: string }>({ name: 'publish_record_groups', text }, [
    organizationId,
    sourceId,
    rowsMax,
  ])
  return rows.map(({ id }) => id)
}

/** Groups as all sources list them of these people, JSON a record. */
export async function selectGroupsOfPeople(
  db: Queryable,
  organizationId: string,
  userIds: readonly string[],
): Promise<readonly { readonly userId: string; readonly groups: string }[]> {
  if (userIds.length === 0) return []
  const text = `select user_id as "userId", groups from source_records
    where organization_id = $1 and user_id = any ($2::uuid[]) and groups is not null`
  const { rows } = await db.query<{ userId: string; groups: string }>({ name: 'groups_of_people', text }, [
    organizationId,
    userIds,
  ])
  return rows
}
