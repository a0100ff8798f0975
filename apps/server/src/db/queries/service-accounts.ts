import type { Queryable } from '../pool.ts'

export type ServiceAccountRow = {
  readonly organizationId: string
  readonly id: string
  readonly name: string
  readonly state: 'active' | 'disabled'
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `organization_id as "organizationId", id, name, state, version, created_at as "createdAt", updated_at as "updatedAt"`

/** Undefined when there is one of that name already. */
export async function insertServiceAccount(
  db: Queryable,
  row: Pick<ServiceAccountRow, 'organizationId' | 'id' | 'name' | 'createdAt'>,
): Promise<ServiceAccountRow | undefined> {
  const { rows } = await db.query<ServiceAccountRow>(
    {
      text: `insert into service_accounts (organization_id, id, name, created_at, updated_at) values ($1, $2, $3, $4, $4)
        on conflict (organization_id, name) do nothing returning ${columns}`,
    },
    [row.organizationId, row.id, row.name, row.createdAt],
  )
  return rows[0]
}

export async function selectServiceAccount(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<ServiceAccountRow | undefined> {
  const { rows } = await db.query<ServiceAccountRow>(
    { text: `select ${columns} from service_accounts where organization_id = $1 and id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

export async function selectServiceAccountByName(
  db: Queryable,
  organizationId: string,
  name: string,
): Promise<ServiceAccountRow | undefined> {
  const { rows } = await db.query<ServiceAccountRow>(
    { text: `select ${columns} from service_accounts where organization_id = $1 and name = $2` },
    [organizationId, name],
  )
  return rows[0]
}

/** Oldest first, those after `after`. */
export async function selectServiceAccounts(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly ServiceAccountRow[]> {
  const { rows } = await db.query<ServiceAccountRow>(
    {
      text: `select ${columns} from service_accounts
        where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Undefined when the account is not there or is in that state already. */
export async function updateServiceAccountState(
  db: Queryable,
  row: Pick<ServiceAccountRow, 'organizationId' | 'id' | 'state' | 'updatedAt'>,
): Promise<ServiceAccountRow | undefined> {
  const { rows } = await db.query<ServiceAccountRow>(
    {
      text: `update service_accounts set state = $3, version = version + 1, updated_at = $4
        where organization_id = $1 and id = $2 and state <> $3 returning ${columns}`,
    },
    [row.organizationId, row.id, row.state, row.updatedAt],
  )
  return rows[0]
}
