import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type IdentityProviderType = 'saml' | 'oidc'
export type IdentityProviderState = 'enabled' | 'disabled'

/** One way into an organization through somebody else's sign-in. */
export type IdentityProviderRow = {
  readonly organizationId: string
  readonly id: string
  readonly type: IdentityProviderType
  readonly name: string
  readonly state: IdentityProviderState
  readonly preset: string | null
  /** What administrators chose. */
  readonly settings: JsonObject
  /** What the identity provider says of itself. */
  readonly description: JsonObject
  /** Which values of attributes give which roles and teams. */
  readonly mappings: JsonObject
  /** Whoever has an address in one of them is led on to it by the sign-in page. */
  readonly domains: readonly string[]
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly refreshedAt: Date | null
  readonly refreshError: string | null
  readonly refreshDue: Date | null
}

/** The same with what lists and views never show. */
export type SealedIdentityProvider = IdentityProviderRow & { readonly secrets: string | null }

const columns = `organization_id as "organizationId", id, type, name, state, preset, settings, description, mappings, domains, version,
  created_by as "createdBy", created_at as "createdAt", updated_at as "updatedAt", refreshed_at as "refreshedAt",
  refresh_error as "refreshError", refresh_due as "refreshDue"`

/** Identity providers of an organization change one after the other, so that limits see all of them. */
export async function lockIdentityProviders(
  tx: Queryable,
  organizationId: string,
  type: IdentityProviderType,
): Promise<{ readonly count: number }> {
  await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('identity providers ' || $1, 0))` }, [
    organizationId,
  ])
  const { rows } = await tx.query<{ count: number }>(
    { text: 'select count(*) as count from identity_providers where organization_id = $1 and type = $2' },
    [organizationId, type],
  )
  return { count: rows[0]?.count ?? 0 }
}

export async function insertIdentityProvider(
  tx: Queryable,
  row: Omit<SealedIdentityProvider, 'version' | 'updatedAt' | 'refreshError'>,
): Promise<void> {
  await tx.query(
    {
      text: `insert into identity_providers (organization_id, id, type, name, state, preset, settings, description, mappings,
          secrets, created_by, created_at, updated_at, refreshed_at, refresh_due, domains)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15)`,
    },
    [
      row.organizationId,
      row.id,
      row.type,
      row.name,
      row.state,
      row.preset,
      JSON.stringify(row.settings),
      JSON.stringify(row.description),
      JSON.stringify(row.mappings),
      row.secrets,
      row.createdBy,
      row.createdAt,
      row.refreshedAt,
      row.refreshDue,
      row.domains,
    ],
  )
}

export async function selectIdentityProvider(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<SealedIdentityProvider | undefined> {
  const { rows } = await db.query<SealedIdentityProvider>(selectOne, [organizationId, id])
  return rows[0]
}

const selectOne = {
  name: 'select_identity_provider',
  text: `select ${columns}, secrets from identity_providers where organization_id = $1 and id = $2`,
}

/** Oldest first, those after `after`. */
export async function selectIdentityProviders(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly SealedIdentityProvider[]> {
  const { rows } = await db.query<SealedIdentityProvider>(
    {
      text: `select ${columns}, secrets from identity_providers
        where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Undefined when it is not there or has another version. */
export async function updateIdentityProviderRow(
  tx: Queryable,
  row: Omit<SealedIdentityProvider, 'createdAt' | 'createdBy' | 'type'>,
): Promise<SealedIdentityProvider | undefined> {
  const { rows } = await tx.query<SealedIdentityProvider>(
    {
      text: `update identity_providers set name = $4, state = $5, preset = $6, settings = $7, description = $8, mappings = $9,
          secrets = $10, refreshed_at = $11, refresh_error = $12, refresh_due = $13, updated_at = $14, domains = $15, version = version + 1
        where organization_id = $1 and id = $2 and version = $3 returning ${columns}, secrets`,
    },
    [
      row.organizationId,
      row.id,
      row.version,
      row.name,
      row.state,
      row.preset,
      JSON.stringify(row.settings),
      JSON.stringify(row.description),
      JSON.stringify(row.mappings),
      row.secrets,
      row.refreshedAt,
      row.refreshError,
      row.refreshDue,
      row.updatedAt,
      row.domains,
    ],
  )
  return rows[0]
}

const ownTables = [
  'saml_requests',
  'saml_replays',
  'oidc_requests',
  'oidc_id_tokens',
  'oidc_logout_tokens',
  'identity_links',
  'sign_in_failures',
] as const

/** Takes with it what only it can use. False when it is not there or has another version. */
export async function deleteIdentityProviderRow(
  tx: Queryable,
  row: Pick<IdentityProviderRow, 'organizationId' | 'id' | 'version'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'delete from identity_providers where organization_id = $1 and id = $2 and version = $3' },
    [row.organizationId, row.id, row.version],
  )
  if (rowCount !== 1) return false
  for (const table of ownTables)
    await tx.query({ text: `delete from ${table} where organization_id = $1 and provider_id = $2` }, [
      row.organizationId,
      row.id,
    ])
  return true
}

type EnabledProvider = Pick<IdentityProviderRow, 'id' | 'type' | 'name' | 'domains'>

/** What the sign-in page offers, oldest first. */
export async function selectEnabledProviders(
  db: Queryable,
  organizationId: string,
): Promise<readonly EnabledProvider[]> {
  const { rows } = await db.query<EnabledProvider>(
    {
      text: `select id, type, name, domains from identity_providers where organization_id = $1 and state = 'enabled' order by id`,
    },
    [organizationId],
  )
  return rows
}

/** Whose description is to be read again; over all organizations: it is a job of the instance. */
export async function selectDueProviders(
  db: Queryable,
  due: { readonly now: Date; readonly rowsMax: number },
): Promise<readonly SealedIdentityProvider[]> {
  const { rows } = await db.query<SealedIdentityProvider>(
    {
      text: `select ${columns}, secrets from identity_providers
        where refresh_due <= $1 and state = 'enabled' order by refresh_due limit $2`,
    },
    [due.now, due.rowsMax],
  )
  return rows
}

/** That it was read, or could not be; no change of configuration, so no version. */
export async function updateProviderRefresh(
  db: Queryable,
  refresh: Pick<IdentityProviderRow, 'organizationId' | 'id'> & {
    readonly at: Date | null
    readonly error: string | null
    readonly due: Date
  },
): Promise<void> {
  await db.query(
    {
      text: `update identity_providers set refreshed_at = coalesce($3, refreshed_at), refresh_error = $4, refresh_due = $5
        where organization_id = $1 and id = $2`,
    },
    [refresh.organizationId, refresh.id, refresh.at, refresh.error, refresh.due],
  )
}

/** How SAML stands in an organization: enabled identity providers, and those that take another attribute for the login. */
export async function countSamlProviders(
  db: Queryable,
  organizationId: string,
): Promise<{ readonly enabled: number; readonly custom: number }> {
  const { rows } = await db.query<{ enabled: number; custom: number }>(
    {
      text: `select count(*) as enabled, count(*) filter (where settings -> 'attributes' ? 'userName') as custom
        from identity_providers where organization_id = $1 and type = 'saml' and state = 'enabled'`,
    },
    [organizationId],
  )
  return rows[0] ?? { enabled: 0, custom: 0 }
}

/** All sealed secrets of identity providers, locked until the end of the transaction. */
export async function lockProviderSecrets(
  tx: Queryable,
): Promise<readonly { readonly organizationId: string; readonly id: string; readonly secrets: string }[]> {
  const { rows } = await tx.query<{ organizationId: string; id: string; secrets: string }>({
    text: `select organization_id as "organizationId", id, secrets from identity_providers
      where secrets is not null order by organization_id, id for update`,
  })
  return rows
}

export async function updateProviderSecrets(
  tx: Queryable,
  row: { readonly organizationId: string; readonly id: string; readonly secrets: string },
): Promise<void> {
  await tx.query({ text: 'update identity_providers set secrets = $3 where organization_id = $1 and id = $2' }, [
    row.organizationId,
    row.id,
    row.secrets,
  ])
}
