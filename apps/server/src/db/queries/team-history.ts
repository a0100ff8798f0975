import type { Queryable } from '../pool.ts'
import type { ChangeData } from './changes.ts'

/** One change of a team. */
export type TeamChange = {
  readonly position: number
  readonly at: Date
  readonly action: string
  readonly version: number
  readonly connectionId: string | null
  readonly actor: string
  readonly requestId: string | null
  readonly data: ChangeData & { readonly groupId?: string | null; readonly userId?: string }
}

/** Newest first, those before the position. */
export async function selectTeamChanges(
  db: Queryable,
  organizationId: string,
  page: { readonly teamId: string; readonly before: number | undefined; readonly rowsMax: number },
): Promise<readonly TeamChange[]> {
  const { rows } = await db.query<TeamChange>(select, [organizationId, page.teamId, page.before ?? null, page.rowsMax])
  return rows
}

const select = {
  text: `select position, at, action, subject_version as version, connection_id as "connectionId", actor,
      request_id as "requestId", data
    from changes where organization_id = $1 and subject_id = $2 and subject_kind = 'team' and ($3::bigint is null or position < $3)
    order by position desc limit $4`,
}

export async function countTeamChanges(db: Queryable, organizationId: string, teamId: string): Promise<number> {
  const text = `select count(*) as count from changes
    where organization_id = $1 and subject_id = $2 and subject_kind = 'team'`
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, teamId])
  return rows[0]?.count ?? 0
}

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
