import type { Queryable } from '../pool.ts'

export type OperatorRow = {
  readonly organizationId: string
  readonly organizationSlug: string
  readonly organizationName: string
  readonly userId: string
  readonly userName: string
  readonly name: string | null
  readonly isActive: boolean
  readonly version: number
  readonly grantedBy: string
  readonly grantedAt: Date
}

const columns = `p.organization_id as "organizationId", o.slug as "organizationSlug", o.name as "organizationName",
  p.user_id as "userId", coalesce(u.document::json ->> 'userName', u.user_name_key) as "userName", u.display as name,
  u.state = 'active' as "isActive", u.version, p.granted_by as "grantedBy", p.granted_at as "grantedAt"`
const from = `from operators p join organizations o on o.id = p.organization_id
  join users u on u.organization_id = p.organization_id and u.id = p.user_id`

/** In the order of their ids, those after `after`. */
export async function selectOperators(
  db: Queryable,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly OperatorRow[]> {
  const { rows } = await db.query<OperatorRow>(
    {
      text: `select ${columns} ${from} where $1::uuid is null or p.user_id > $1 order by p.user_id limit $2`,
    },
    [page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectOperator(db: Queryable, userId: string): Promise<OperatorRow | undefined> {
  const { rows } = await db.query<OperatorRow>({ text: `select ${columns} ${from} where p.user_id = $1` }, [userId])
  return rows[0]
}

export async function selectOperatorCount(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>({ text: `select count(*) as count ${from}` })
  return rows[0]?.count ?? 0
}

/** Undefined: nobody of that name may sign in there. */
export async function selectActivePersonByName(
  db: Queryable,
  organizationId: string,
  userNameKey: string,
): Promise<{ readonly id: string; readonly version: number } | undefined> {
  const { rows } = await db.query<{ id: string; version: number }>(
    {
      text: `select id, version from users
        where organization_id = $1 and user_name_key = $2 and scim_id is not null and state = 'active'`,
    },
    [organizationId, userNameKey],
  )
  return rows[0]
}

/** False when the person is one already. */
export async function insertOperator(
  tx: Queryable,
  row: {
    readonly organizationId: string
    readonly userId: string
    readonly grantedBy: string
    readonly grantedAt: Date
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into operators (organization_id, user_id, granted_by, granted_at) values ($1, $2, $3, $4)
        on conflict do nothing`,
    },
    [row.organizationId, row.userId, row.grantedBy, row.grantedAt],
  )
  return rowCount === 1
}

export async function deleteOperator(tx: Queryable, organizationId: string, userId: string): Promise<boolean> {
  const { rowCount } = await tx.query({ text: 'delete from operators where organization_id = $1 and user_id = $2' }, [
    organizationId,
    userId,
  ])
  return rowCount === 1
}

/** Whether whoever is signed in runs the server. */
export async function selectIsOperator(db: Queryable, organizationId: string, userId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    { name: 'is_operator', text: 'select from operators where organization_id = $1 and user_id = $2' },
    [organizationId, userId],
  )
  return rowCount === 1
}
