import type { Queryable } from '../pool.ts'
import type { TeamOf } from './team-rules.ts'

export type ExceptionRow = {
  readonly userId: string
  readonly name: string | null
  readonly kind: 'always' | 'never'
  readonly reason: string
  readonly madeBy: string
  readonly madeAt: Date
}

const columns = `e.user_id as "userId", u.display as name, e.kind, e.reason, e.made_by as "madeBy", e.made_at as "madeAt"`

/** By their ids; `userId`: that one alone. */
export async function selectExceptions(
  db: Queryable,
  { organizationId, teamId }: TeamOf,
  page: { readonly after: string | undefined; readonly userId?: string; readonly rowsMax: number },
): Promise<readonly ExceptionRow[]> {
  const text = `select ${columns} from team_rule_exceptions e
    left join users u on u.organization_id = e.organization_id and u.id = e.user_id
    where e.organization_id = $1 and e.team_id = $2 and ($3::uuid is null or e.user_id > $3)
      and ($4::uuid is null or e.user_id = $4)
    order by e.user_id limit $5`
  const values = [organizationId, teamId, page.after ?? null, page.userId ?? null, page.rowsMax]
  const { rows } = await db.query<ExceptionRow>({ text }, values)
  return rows
}

export async function countExceptions(db: Queryable, { organizationId, teamId }: TeamOf): Promise<number> {
  const text = 'select count(*) as count from team_rule_exceptions where organization_id = $1 and team_id = $2'
  const { rows } = await db.query<{ count: number }>({ text }, [organizationId, teamId])
  return rows[0]?.count ?? 0
}

/** False when there is no such account, or it is gone. */
export async function upsertException(
  tx: Queryable,
  { organizationId, teamId }: TeamOf,
  exception: Omit<ExceptionRow, 'name'>,
): Promise<boolean> {
  const { userId, kind, reason, madeBy, madeAt } = exception
  const { rowCount } = await tx.query(
    {
      text: `insert into team_rule_exceptions (organization_id, team_id, user_id, kind, reason, made_by, made_at)
        select $1, $2, u.id, $4, $5, $6, $7 from users u
        where u.organization_id = $1 and u.id = $3 and u.scim_id is not null
        on conflict (organization_id, team_id, user_id) do update set kind = $4, reason = $5, made_by = $6, made_at = $7`,
    },
    [organizationId, teamId, userId, kind, reason, madeBy, madeAt],
  )
  return rowCount > 0
}

/** False when there was none. */
export async function deleteException(
  tx: Queryable,
  { organizationId, teamId }: TeamOf,
  userId: string,
): Promise<boolean> {
  const text = 'delete from team_rule_exceptions where organization_id = $1 and team_id = $2 and user_id = $3'
  const { rowCount } = await tx.query({ text }, [organizationId, teamId, userId])
  return rowCount > 0
}

/** Of these people and teams. */
export async function selectExceptionsAmong(
  db: Queryable,
  organizationId: string,
  among: { readonly teamIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<readonly { readonly teamId: string; readonly userId: string; readonly kind: 'always' | 'never' }[]> {
  const { rows } = await db.query<{ teamId: string; userId: string; kind: 'always' | 'never' }>(exceptionsAmong, [
    organizationId,
    among.teamIds,
    among.userIds,
  ])
  return rows
}

const exceptionsAmong = {
  name: 'team_rule_exceptions_among',
  text: `select team_id as "teamId", user_id as "userId", kind from team_rule_exceptions
    where organization_id = $1 and user_id = any($3::uuid[]) and team_id = any($2::uuid[])`,
}
