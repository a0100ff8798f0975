import type { Queryable } from '../pool.ts'

export type ServiceAccountRow = {
  readonly organizationId: string
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly state: 'active' | 'disabled'
  /** Account id of the person who answers for it. */
  readonly ownerId: string | null
  readonly createdBy: string
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

type WrittenServiceAccount = Omit<ServiceAccountRow, 'version'> & { readonly searchKey: string }

const columns = `organization_id as "organizationId", id, name, email, state, owner_id as "ownerId",
  created_by as "createdBy", version, created_at as "createdAt", updated_at as "updatedAt"`

/** Undefined when there is one of that name already. */
export async function insertServiceAccount(
  db: Queryable,
  row: Omit<WrittenServiceAccount, 'state' | 'updatedAt'>,
): Promise<ServiceAccountRow | undefined> {
  const { rows } = await db.query<ServiceAccountRow>(
    {
      text: `insert into service_accounts (organization_id, id, name, email, owner_id, created_by, search_key, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        on conflict (organization_id, name) do nothing returning ${columns}`,
    },
    [row.organizationId, row.id, row.name, row.email, row.ownerId, row.createdBy, row.searchKey, row.createdAt],
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

/** What a list shows; undefined members ask for nothing. */
export type ServiceAccountFilter = {
  readonly state?: 'active' | 'disabled' | undefined
  /** Folded; found anywhere in name or address. */
  readonly searchKey?: string | undefined
  readonly ownerId?: string | undefined
}

const matches = `organization_id = $1 and ($2::text is null or state = $2)
  and ($3::text is null or strpos(search_key, $3) > 0) and ($4::uuid is null or owner_id = $4)`

function filterValues(organizationId: string, filter: ServiceAccountFilter): readonly unknown[] {
  return [organizationId, filter.state ?? null, filter.searchKey ?? null, filter.ownerId ?? null]
}

/** Oldest first, those after `after`. */
export async function selectServiceAccounts(
  db: Queryable,
  organizationId: string,
  page: ServiceAccountFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly ServiceAccountRow[]> {
  const { rows } = await db.query<ServiceAccountRow>(
    {
      text: `select ${columns} from service_accounts
        where ${matches} and ($5::uuid is null or id > $5) order by id limit $6`,
    },
    [...filterValues(organizationId, page), page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectServiceAccountCount(
  db: Queryable,
  organizationId: string,
  filter: ServiceAccountFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from service_accounts where ${matches}` },
    filterValues(organizationId, filter),
  )
  return rows[0]?.count ?? 0
}

/** Undefined when the account is not there or has another version. */
export async function updateServiceAccountRow(
  db: Queryable,
  row: Omit<WrittenServiceAccount, 'createdBy' | 'createdAt'> & { readonly version: number },
): Promise<ServiceAccountRow | undefined> {
  const { rows } = await db.query<ServiceAccountRow>(
    {
      text: `update service_accounts set name = $4, email = $5, state = $6, owner_id = $7, search_key = $8,
          version = version + 1, updated_at = $9
        where organization_id = $1 and id = $2 and version = $3 returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.version,
      row.name,
      row.email,
      row.state,
      row.ownerId,
      row.searchKey,
      row.updatedAt,
    ],
  )
  return rows[0]
}
