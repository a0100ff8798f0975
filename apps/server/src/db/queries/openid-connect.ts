import type { Queryable } from '../pool.ts'

/** Whose sign-in it is: one identity provider of one organization. */
export type OidcKey = { readonly organizationId: string; readonly providerId: string }

/** A sign-out that goes on at the identity provider. */
export type OidcRequest = {
  readonly browser: Uint8Array
  /** Sealed. */
  readonly idToken: string | null
}

export async function insertOidcRequest(
  tx: Queryable,
  key: OidcKey,
  request: OidcRequest & {
    readonly state: Uint8Array
    readonly createdAt: Date
    readonly expiresAt: Date
  },
): Promise<void> {
  await tx.query(insertRequest, [
    key.organizationId,
    key.providerId,
    request.state,
    request.browser,
    request.idToken,
    request.createdAt,
    request.expiresAt,
  ])
}

const insertRequest = {
  name: 'insert_oidc_request',
  text: `insert into oidc_requests (organization_id, provider_id, state, kind, browser, id_token, created_at, expires_at)
    values ($1, $2, $3, 'signOut', $4, $5, $6, $7)`,
}

type Wanted = { readonly state: Uint8Array; readonly now: Date }

export async function selectOidcRequest(
  db: Queryable,
  key: OidcKey,
  { state, now }: Wanted,
): Promise<OidcRequest | undefined> {
  const { rows } = await db.query<OidcRequest>(selectRequest, [key.organizationId, key.providerId, state, now])
  return rows[0]
}

const selectRequest = {
  name: 'select_oidc_request',
  text: `select browser, id_token as "idToken" from oidc_requests
    where organization_id = $1 and provider_id = $2 and state = $3 and kind = 'signOut' and expires_at > $4`,
}

/** False when it was taken before. */
export async function deleteOidcRequest(tx: Queryable, key: OidcKey, state: Uint8Array): Promise<boolean> {
  const { rowCount } = await tx.query(deleteRequest, [key.organizationId, key.providerId, state])
  return rowCount === 1
}

const deleteRequest = {
  name: 'delete_oidc_request',
  text: 'delete from oidc_requests where organization_id = $1 and provider_id = $2 and state = $3',
}

/** The state of a sign-in that was answered; false when it was answered before. */
export async function insertTakenState(
  db: Queryable,
  { organizationId, providerId }: OidcKey,
  taken: { readonly state: Uint8Array; readonly at: Date; readonly expiresAt: Date },
): Promise<boolean> {
  const { state, at, expiresAt } = taken
  const { rowCount } = await db.query(insertTaken, [organizationId, providerId, state, at, expiresAt])
  return rowCount === 1
}

const insertTaken = {
  name: 'insert_taken_oidc_state',
  text: `insert into oidc_requests (organization_id, provider_id, state, kind, browser, created_at, expires_at)
    values ($1, $2, $3, 'signIn', '', $4, $5) on conflict do nothing`,
}

export async function insertIdToken(
  tx: Queryable,
  { organizationId, providerId }: OidcKey,
  row: { readonly sessionId: string; readonly idToken: string; readonly expiresAt: Date },
): Promise<void> {
  await tx.query(insertToken, [organizationId, row.sessionId, providerId, row.idToken, row.expiresAt])
}

const insertToken = {
  name: 'insert_oidc_id_token',
  text: `insert into oidc_id_tokens (organization_id, session_id, provider_id, id_token, expires_at)
    values ($1, $2, $3, $4, $5)`,
}

export async function selectIdToken(
  db: Queryable,
  organizationId: string,
  sessionId: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ idToken: string }>(
    { text: 'select id_token as "idToken" from oidc_id_tokens where organization_id = $1 and session_id = $2' },
    [organizationId, sessionId],
  )
  return rows[0]?.idToken
}

/** False when it was seen before. */
export async function insertLogoutToken(
  tx: Queryable,
  { organizationId, providerId }: OidcKey,
  seen: { readonly id: Uint8Array; readonly expiresAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into oidc_logout_tokens (organization_id, provider_id, id, expires_at) values ($1, $2, $3, $4)
        on conflict do nothing`,
    },
    [organizationId, providerId, seen.id, seen.expiresAt],
  )
  return rowCount === 1
}

/** What nobody waits for any more. */
export async function deleteExpiredOidc(db: Queryable, now: Date): Promise<void> {
  for (const table of ['oidc_requests', 'oidc_id_tokens', 'oidc_logout_tokens'])
    await db.query({ text: `delete from ${table} where expires_at <= $1` }, [now])
}
