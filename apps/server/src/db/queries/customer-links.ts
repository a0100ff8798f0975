import type { Queryable } from '../pool.ts'

export type CustomerLinkRow = {
  readonly organizationId: string
  readonly id: string
  readonly purpose: 'scim' | 'saml' | 'both'
  readonly provider: 'okta' | 'entra' | 'onelogin' | 'jumpcloud' | 'google' | 'ping' | 'generic'
  readonly connectionId: string | null
  /** There may be none of that id yet. */
  readonly identityProviderId: string | null
  readonly keyId: string | null
  readonly recipient: string | null
  readonly locale: string
  readonly doneSteps: readonly string[]
  readonly step: string | null
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly openedAt: Date | null
  readonly doneAt: Date | null
  readonly revokedAt: Date | null
  readonly version: number
}

const columns = `l.organization_id as "organizationId", l.id, l.purpose, l.provider, l.connection_id as "connectionId",
  l.identity_provider_id as "identityProviderId", l.key_id as "keyId", l.recipient, l.locale, l.done_steps as "doneSteps", l.step,
  l.created_by as "createdBy", l.created_at as "createdAt", l.expires_at as "expiresAt", l.opened_at as "openedAt",
  l.done_at as "doneAt", l.revoked_at as "revokedAt", l.version`

export async function insertCustomerLink(tx: Queryable, row: CustomerLinkRow): Promise<void> {
  await tx.query(
    {
      text: `insert into customer_links (organization_id, id, purpose, provider, connection_id, identity_provider_id, key_id,
          recipient, locale, done_steps, step, created_by, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    },
    [
      row.organizationId,
      row.id,
      row.purpose,
      row.provider,
      row.connectionId,
      row.identityProviderId,
      row.keyId,
      row.recipient,
      row.locale,
      row.doneSteps,
      row.step,
      row.createdBy,
      row.createdAt,
      row.expiresAt,
    ],
  )
}

export async function selectCustomerLink(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<CustomerLinkRow | undefined> {
  const { rows } = await db.query<CustomerLinkRow>(
    {
      text: `select ${columns} from customer_links l
        where l.organization_id = $1 and l.id = $2${options.lock === true ? ' for update' : ''}`,
    },
    [organizationId, id],
  )
  return rows[0]
}

/** By the short id of the organization, as a link names it. */
export async function selectCustomerLinkByName(
  db: Queryable,
  name: { readonly shortId: string; readonly id: string },
): Promise<CustomerLinkRow | undefined> {
  const { rows } = await db.query<CustomerLinkRow>(
    {
      text: `select ${columns} from organizations o join customer_links l on l.organization_id = o.id and l.id = $2
        where o.short_id = $1`,
    },
    [name.shortId, name.id],
  )
  return rows[0]
}

/** Newest first. */
export async function selectCustomerLinks(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly CustomerLinkRow[]> {
  const { rows } = await db.query<CustomerLinkRow>(
    {
      text: `select ${columns} from customer_links l
        where l.organization_id = $1 and ($2::uuid is null or l.id < $2) order by l.id desc limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countCustomerLinks(db: Queryable, organizationId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from customer_links where organization_id = $1' },
    [organizationId],
  )
  return rows[0]?.count ?? 0
}

/** Writes what may change of a link. */
export async function updateCustomerLink(tx: Queryable, row: CustomerLinkRow): Promise<void> {
  await tx.query(
    {
      text: `update customer_links set key_id = $3, done_steps = $4, step = $5, opened_at = $6, done_at = $7, revoked_at = $8,
          version = version + 1
        where organization_id = $1 and id = $2`,
    },
    [row.organizationId, row.id, row.keyId, row.doneSteps, row.step, row.openedAt, row.doneAt, row.revokedAt],
  )
}

/** The latest sign-in by an identity provider since then; undefined: nobody has come in by it. */
export async function selectProviderSignIn(
  db: Queryable,
  organizationId: string,
  { providerId, since }: { readonly providerId: string; readonly since: Date },
): Promise<Date | undefined> {
  const { rows } = await db.query<{ at: Date }>(
    {
      text: `select last_at as at from identity_links
        where organization_id = $1 and provider_id = $2 and last_at >= $3 order by last_at desc limit 1`,
    },
    [organizationId, providerId, since],
  )
  return rows[0]?.at
}
