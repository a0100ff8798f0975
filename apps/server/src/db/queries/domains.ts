import type { Queryable } from '../pool.ts'

export type DomainRow = {
  readonly id: string
  readonly domain: string
  readonly token: string
  readonly created_by: string
  readonly created_at: Date
  readonly checked_at: Date | null
  readonly verified_at: Date | null
  readonly last_error: string | null
}

const columns = 'id, domain, token, created_by, created_at, checked_at, verified_at, last_error'

/** False when the organization has the domain already. */
export async function insertDomain(
  tx: Queryable,
  organizationId: string,
  row: Pick<DomainRow, 'id' | 'domain' | 'token' | 'created_by' | 'created_at'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into domains (organization_id, id, domain, token, created_by, created_at)
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    },
    [organizationId, row.id, row.domain, row.token, row.created_by, row.created_at],
  )
  return rowCount === 1
}

export async function selectDomain(db: Queryable, organizationId: string, id: string): Promise<DomainRow | undefined> {
  const { rows } = await db.query<DomainRow>(
    { text: `select ${columns} from domains where organization_id = $1 and id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** Oldest first. */
export async function selectDomains(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly DomainRow[]> {
  const { rows } = await db.query<DomainRow>(
    {
      text: `select ${columns} from domains
        where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** What a check found; a domain that was verified once stays so. */
export async function updateDomainChecked(
  tx: Queryable,
  organizationId: string,
  check: { readonly id: string; readonly at: Date; readonly error: string | null },
): Promise<DomainRow | undefined> {
  const { rows } = await tx.query<DomainRow>(
    {
      text: `update domains set checked_at = $3, last_error = $4,
          verified_at = case when $4::text is null then coalesce(verified_at, $3) else verified_at end
        where organization_id = $1 and id = $2 returning ${columns}`,
    },
    [organizationId, check.id, check.at, check.error],
  )
  return rows[0]
}

export async function deleteDomainRow(
  tx: Queryable,
  organizationId: string,
  id: string,
): Promise<DomainRow | undefined> {
  const { rows } = await tx.query<DomainRow>(
    { text: `delete from domains where organization_id = $1 and id = $2 returning ${columns}` },
    [organizationId, id],
  )
  return rows[0]
}

/** The domains that DNS has proven. */
export async function selectVerifiedDomains(db: Queryable, organizationId: string): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ domain: string }>(verified, [organizationId])
  return new Set(rows.map((row) => row.domain))
}

const verified = {
  name: 'verified_domains',
  text: 'select domain from domains where organization_id = $1 and verified_at is not null',
}

/** The domain that the organization has proved for the longest time. */
export async function selectDefaultDomain(db: Queryable, organizationId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ domain: string }>(
    {
      text: `select domain from domains where organization_id = $1 and verified_at is not null
        order by verified_at, id limit 1`,
    },
    [organizationId],
  )
  return rows[0]?.domain
}
