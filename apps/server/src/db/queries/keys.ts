import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type StoredKeyKind = 'scm' | 'adm' | 'cli' | 'tok' | 'api' | 'ent' | 'ref'

/** A key as a list may show it; the secret is not in the database. */
export type KeyRow = {
  readonly organizationId: string
  readonly id: string
  readonly kind: StoredKeyKind
  readonly name: string
  readonly hint: string
  readonly scopes: readonly string[]
  readonly connectionId: string | null
  readonly serviceAccountId: string | null
  readonly serviceAccountName: string | null
  readonly serviceAccountEmail: string | null
  readonly userId: string | null
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
  /** CIDR ranges that it may come from; null: anywhere. */
  readonly allowedNetworks: readonly string[] | null
  /** Public keys of an OAuth client that signs instead of showing a secret (RFC 7517). */
  readonly jwks: JsonObject | null
  /** Where an authorization code of an OAuth client may be sent; null: it asks for none. */
  readonly redirectUris: readonly string[] | null
  readonly lastUsedAt: Date | null
  readonly lastUsedIp: string | null
  readonly revokedAt: Date | null
  readonly replacedBy: string | null
  /** Made for a person who had no role and has none by somebody who may do all of it: the scopes count. */
  readonly isVouched: boolean
}

type Joined = 'serviceAccountName' | 'serviceAccountEmail'

export type NewKey = Omit<KeyRow, Joined | 'lastUsedAt' | 'lastUsedIp' | 'revokedAt' | 'replacedBy'> & {
  readonly hash: Uint8Array
  readonly parentId: string | null
}

function hasNoRole(organization: string, owner: string): string {
  return `not exists (select from role_assignments a where a.organization_id = ${organization} and a.subject_id = ${owner})`
}

// Asked anew with every use: a role may have been given while the key was being made.
const isVouched = `(k.is_vouched and ${hasNoRole('k.organization_id', 'k.user_id')}) as "isVouched"`
const columns = `k.organization_id as "organizationId", k.id, k.kind, k.name, k.hint, k.scopes,
  k.connection_id as "connectionId", k.service_account_id as "serviceAccountId", s.name as "serviceAccountName",
  s.email as "serviceAccountEmail", k.user_id as "userId", k.created_by as "createdBy", k.created_at as "createdAt",
  k.expires_at as "expiresAt", k.allowed_networks as "allowedNetworks", k.jwks, k.redirect_uris as "redirectUris", k.last_used_at as "lastUsedAt",
  k.last_used_ip as "lastUsedIp", k.revoked_at as "revokedAt", k.replaced_by as "replacedBy", ${isVouched}`
const source = `keys k left join service_accounts s on s.organization_id = k.organization_id and s.id = k.service_account_id`

export async function insertKey(db: Queryable, row: NewKey): Promise<void> {
  await db.query(
    {
      text: `insert into keys (organization_id, id, kind, name, hash, hint, scopes, connection_id, service_account_id,
        user_id, parent_id, created_by, created_at, expires_at, allowed_networks, jwks, redirect_uris, is_vouched)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::json, $17,
          $18 and ${hasNoRole('$1', '$10')})`,
    },
    [
      row.organizationId,
      row.id,
      row.kind,
      row.name,
      row.hash,
      row.hint,
      row.scopes,
      row.connectionId,
      row.serviceAccountId,
      row.userId,
      row.parentId,
      row.createdBy,
      row.createdAt,
      row.expiresAt,
      row.allowedNetworks,
      row.jwks === null ? null : JSON.stringify(row.jwks),
      row.redirectUris,
      row.isVouched,
    ],
  )
}

export async function selectKey(db: Queryable, organizationId: string, id: string): Promise<KeyRow | undefined> {
  const { rows } = await db.query<KeyRow>(
    { text: `select ${columns} from ${source} where k.organization_id = $1 and k.id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** What a list shows; undefined members ask for nothing. */
export type KeyFilter = {
  /** `api`: keys that name the organization; `application`: all others. Access tokens are no keys that anybody lists. */
  readonly kinds: 'application' | 'api'
  readonly withRevoked: boolean
  readonly serviceAccountId?: string | undefined
  readonly userId?: string | undefined
  readonly connectionId?: string | undefined
}

const matches = `k.organization_id = $1 and case $2 when 'api' then k.kind = 'api' else k.kind not in ('api', 'tok', 'ref') end
  and ($3 or k.revoked_at is null) and ($4::uuid is null or k.service_account_id = $4)
  and ($5::uuid is null or k.user_id = $5) and ($6::uuid is null or k.connection_id = $6)`

function filterValues(organizationId: string, filter: KeyFilter): readonly unknown[] {
  const { kinds, withRevoked, serviceAccountId, userId, connectionId } = filter
  return [organizationId, kinds, withRevoked, serviceAccountId ?? null, userId ?? null, connectionId ?? null]
}

/** Oldest first, those after `after`. */
export async function selectKeys(
  db: Queryable,
  organizationId: string,
  page: KeyFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly KeyRow[]> {
  const { rows } = await db.query<KeyRow>(
    {
      text: `select ${columns} from ${source} where ${matches} and ($7::uuid is null or k.id > $7)
        order by k.id limit $8`,
    },
    [...filterValues(organizationId, page), page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectKeyCount(db: Queryable, organizationId: string, filter: KeyFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from keys k where ${matches}` },
    filterValues(organizationId, filter),
  )
  return rows[0]?.count ?? 0
}

/** Revokes the key and every access token bought with it. False when it was not live. */
export async function updateKeyRevoked(db: Queryable, organizationId: string, id: string, at: Date): Promise<boolean> {
  const { rows } = await db.query<{ id: string }>(
    {
      text: `update keys set revoked_at = $3
        where organization_id = $1 and (id = $2 or parent_id = $2) and revoked_at is null returning id`,
    },
    [organizationId, id, at],
  )
  return rows.some((row) => row.id === id)
}

/** The end of a key that has a successor. */
export async function updateKeyReplaced(
  db: Queryable,
  organizationId: string,
  id: string,
  end: { readonly expiresAt: Date; readonly replacedBy: string },
): Promise<void> {
  await db.query({ text: 'update keys set expires_at = $3, replaced_by = $4 where organization_id = $1 and id = $2' }, [
    organizationId,
    id,
    end.expiresAt,
    end.replacedBy,
  ])
}

/** Frees the hash of a key that has ended, so that a new one may have it. */
export async function retireKeyHash(
  tx: Queryable,
  key: { readonly organizationId: string; readonly hash: Uint8Array; readonly now: Date; readonly instead: Uint8Array },
): Promise<void> {
  await tx.query(
    {
      text: `update keys set hash = $4
        where organization_id = $1 and hash = $2 and (revoked_at is not null or expires_at <= $3)`,
    },
    [key.organizationId, key.hash, key.now, key.instead],
  )
}

/** What finds the credential of a key whose id and organization are known. */
export async function selectKeyHash(
  db: Queryable,
  slug: string,
  id: string,
): Promise<{ readonly shortId: string; readonly hash: Buffer } | undefined> {
  const { rows } = await db.query<{ shortId: string; hash: Buffer }>(
    {
      text: `select o.short_id as "shortId", k.hash from organizations o
        join keys k on k.organization_id = o.id and k.id = $2 where o.slug = $1`,
    },
    [slug, id],
  )
  return rows[0]
}

/** False when the assertion was used before. */
export async function insertUsedAssertion(
  tx: Queryable,
  assertion: {
    readonly organizationId: string
    readonly keyId: string
    readonly jtiHash: Uint8Array
    readonly expiresAt: Date
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into used_assertions (organization_id, key_id, jti_hash, expires_at) values ($1, $2, $3, $4)
        on conflict do nothing`,
    },
    [assertion.organizationId, assertion.keyId, assertion.jtiHash, assertion.expiresAt],
  )
  return rowCount === 1
}

export async function deleteUsedAssertions(db: Queryable, organizationId: string, before: Date): Promise<void> {
  await db.query({ text: 'delete from used_assertions where organization_id = $1 and expires_at < $2' }, [
    organizationId,
    before,
  ])
}

/** The account id behind an account id or SCIM id: people know the one, identity providers the other. */
export async function selectKeyOwner(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    { text: 'select id from users where organization_id = $1 and (id = $2 or scim_id = $2)' },
    [organizationId, userId],
  )
  return rows[0]?.id
}

export async function deleteExpiredTokens(db: Queryable, organizationId: string, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    { text: `delete from keys where organization_id = $1 and kind = 'tok' and expires_at < $2` },
    [organizationId, before],
  )
  return rowCount
}

export type KeyUse = {
  readonly organizationId: string
  readonly id: string
  readonly at: Date
  readonly ip: string | undefined
}

/** Many uses in one statement; an older use never overwrites a younger one of another process. */
export async function updateKeysUsed(db: Queryable, uses: readonly KeyUse[]): Promise<void> {
  await db.query(
    {
      name: 'keys-used',
      text: `update keys k set last_used_at = u.at, last_used_ip = u.ip
        from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) as u (organization_id, id, at, ip)
        where k.organization_id = u.organization_id and k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`,
    },
    [
      uses.map((use) => use.organizationId),
      uses.map((use) => use.id),
      uses.map((use) => use.at),
      uses.map((use) => use.ip ?? null),
    ],
  )
}

/** Everything that decides whether a key opens the door, in one row; the key's part is null when the hash is unknown. */
export type CredentialRow = {
  readonly organizationId: string
  readonly organizationSlug: string
  readonly organizationVersion: number
  readonly keyId: string | null
  readonly kind: StoredKeyKind
  readonly keyName: string
  readonly scopes: readonly string[]
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
  readonly allowedNetworks: readonly string[] | null
  readonly parentRevokedAt: Date | null
  readonly parentExpiresAt: Date | null
  readonly parentId: string | null
  readonly serviceAccountId: string | null
  readonly serviceAccountState: 'active' | 'disabled' | null
  readonly userId: string | null
  readonly userState: 'pending' | 'active' | 'suspended' | 'deprovisioned' | null
  readonly userScimId: string | null
  readonly connectionId: string | null
  readonly connectionName: string | null
  readonly connectionState: 'active' | 'paused' | 'disabled' | null
  readonly connectionVersion: number | null
  readonly profile: string | null
  readonly style: string | null
  readonly settings: unknown
  /** Of the owner: id, of custom roles name and permissions, and the team that it is limited to. */
  readonly roles: readonly (readonly [string, string | null, readonly string[] | null, string])[] | null
  readonly hasRoleMappings: boolean
  readonly isVouched: boolean | null
}

/** Undefined when no organization has that short id. */
export async function selectCredential(
  db: Queryable,
  shortId: string,
  hash: Uint8Array,
): Promise<CredentialRow | undefined> {
  const { rows } = await db.query<CredentialRow>(credential, [shortId, hash])
  return rows[0]
}

/** The roles of an owner that count, as the principal of his keys knows them. */
function rolesOf(organization: string, owner: string, mode: string, connection: string): string {
  return `(select json_agg(json_build_array(a.role_id, r.name, r.permissions, a.team_id) order by a.role_id, a.team_id)
    from role_assignments a left join roles r on r.organization_id = a.organization_id and r.id = a.role_id
    where a.organization_id = ${organization} and a.subject_id = ${owner}
      and role_counts(${mode}, a.source, ${connection}))`
}

/** The roles of a person or service account, as {@link CredentialRow} has them. */
export async function selectOwnerRoles(
  tx: Queryable,
  organizationId: string,
  ownerId: string,
): Promise<NonNullable<CredentialRow['roles']>> {
  const { rows } = await tx.query<Pick<CredentialRow, 'roles'>>(
    {
      text: `select ${rolesOf('o.id', '$2', 'o.role_mapping_mode', 'u.connection_id')} as roles
        from organizations o left join users u on u.organization_id = o.id and u.id = $2 where o.id = $1`,
    },
    [organizationId, ownerId],
  )
  return rows[0]?.roles ?? []
}

const credential = {
  name: 'credential',
  isShort: true,
  text: `select o.id as "organizationId", o.slug as "organizationSlug", o.version as "organizationVersion",
      k.id as "keyId", k.kind, k.name as "keyName", k.scopes, k.expires_at as "expiresAt", k.revoked_at as "revokedAt",
      k.last_used_at as "lastUsedAt", p.revoked_at as "parentRevokedAt",
      p.expires_at as "parentExpiresAt",
      k.allowed_networks as "allowedNetworks", k.parent_id as "parentId",
      k.service_account_id as "serviceAccountId", s.state as "serviceAccountState",
      k.user_id as "userId", u.state as "userState", u.scim_id as "userScimId",
      c.id as "connectionId", c.name as "connectionName", c.state as "connectionState", c.version as "connectionVersion",
      c.profile, c.style, c.settings,
      ${rolesOf('o.id', 'coalesce(k.service_account_id, k.user_id)', 'o.role_mapping_mode', 'u.connection_id')} as roles,
      exists (select from role_mappings m where m.organization_id = o.id) as "hasRoleMappings",
      ${isVouched}
    from organizations o
    left join keys k on k.organization_id = o.id and k.hash = $2
    left join keys p on p.organization_id = o.id and p.id = k.parent_id
    left join service_accounts s on s.organization_id = o.id and s.id = k.service_account_id
    left join users u on u.organization_id = o.id and u.id = k.user_id
    left join connections c on c.organization_id = o.id
      and (c.id = k.connection_id or (k.connection_id is null and c.is_default))
    where o.short_id = $1`,
}
