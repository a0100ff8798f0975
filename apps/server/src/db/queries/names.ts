import type { Queryable } from '../pool.ts'

/** Names of people and teams by our ids; who is gone has kept theirs. */
export async function selectNames(
  db: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly kind: 'user' | 'team'; readonly name: string | null }>> {
  const { rows } = await db.query<{ id: string; kind: 'user' | 'team'; name: string | null }>(names, [
    organizationId,
    ids,
  ])
  return new Map(rows.map(({ id, kind, name }) => [id, { kind, name }]))
}

const names = {
  text: `select id, 'user' as kind, display as name from users where organization_id = $1 and id = any($2::uuid[])
    union all select id, 'team', display from teams where organization_id = $1 and id = any($2::uuid[])`,
}
