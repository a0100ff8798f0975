import { toArrayText } from './array-text.ts'
import type { Queryable } from '../pool.ts'

type Sequence = { readonly organizationId: string; readonly appId: string; readonly sequence: string }

/** The numbers of these objects in a sequence; those who have none yet get the next ones, in the order given. */
export async function takeUniqueNumbers(
  db: Queryable,
  { organizationId, appId, sequence }: Sequence,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const values = [organizationId, appId, sequence, toArrayText(objectIds)]
  const known = await db.query<{ object_id: string; number: number }>(select, values)
  if (known.rows.length === objectIds.length) return toMap(known.rows)
  await db.query(insert, values)
  // What another worker gave one of them meanwhile is his number.
  return toMap((await db.query<{ object_id: string; number: number }>(select, values)).rows)
}

/** The numbers that these objects have, and for the others those that are next; nothing is taken. */
export async function foreseeUniqueNumbers(
  db: Queryable,
  { organizationId, appId, sequence }: Sequence,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ object_id: string; number: number }>(foresee, [
    organizationId,
    appId,
    sequence,
    toArrayText(objectIds),
  ])
  return toMap(rows)
}

function toMap(rows: readonly { readonly object_id: string; readonly number: number }[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ object_id: id, number }) => [id, number]))
}

const select = {
  name: 'unique_numbers',
  text: `select object_id, number from unique_numbers
    where organization_id = $1 and app_id = $2 and sequence = $3 and object_id = any($4::uuid[])`,
}

const insert = {
  name: 'take_unique_numbers',
  text: `with wanted as materialized (
      select o.id, row_number() over (order by o.place) as place from unnest($4::uuid[]) with ordinality o (id, place)
      where not exists (select from unique_numbers n
        where n.organization_id = $1 and n.app_id = $2 and n.sequence = $3 and n.object_id = o.id)
    ), taken as (
      insert into number_sequences as s (organization_id, app_id, name, last)
      select $1, $2, $3, count(*) from wanted having count(*) > 0
      on conflict (organization_id, app_id, name) do update set last = s.last + excluded.last
      returning s.last
    )
    insert into unique_numbers (organization_id, app_id, sequence, object_id, number)
    select $1, $2, $3, w.id, t.last - (select count(*) from wanted) + w.place from wanted w cross join taken t
    on conflict do nothing`,
}

const foresee = {
  name: 'foresee_unique_numbers',
  text: `select o.id as object_id, coalesce(n.number, coalesce(s.last, 0)
      + count(*) filter (where n.number is null) over (order by o.place)) as number
    from unnest($4::uuid[]) with ordinality o (id, place)
    left join unique_numbers n on n.organization_id = $1 and n.app_id = $2 and n.sequence = $3 and n.object_id = o.id
    left join number_sequences s on s.organization_id = $1 and s.app_id = $2 and s.name = $3`,
}
