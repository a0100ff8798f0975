import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type ProviderKey = { readonly organizationId: string; readonly providerId: string }

/** A request to sign out that waits for its answer. Those to sign in remember themselves. */
export async function insertSamlRequest(
  db: Queryable,
  request: ProviderKey & { readonly id: string; readonly createdAt: Date; readonly expiresAt: Date },
): Promise<void> {
  const { organizationId, providerId, id, createdAt, expiresAt } = request
  await db.query(insertRequest, [organizationId, providerId, id, createdAt, expiresAt])
}

const insertRequest = {
  name: 'insert_saml_request',
  text: `insert into saml_requests (organization_id, provider_id, id, kind, created_at, expires_at)
    values ($1, $2, $3, 'signOut', $4, $5)`,
}

/** False when there is none, it was answered before or is too old. */
export async function takeSamlRequest(
  db: Queryable,
  key: ProviderKey,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(takeRequest, [key.organizationId, key.providerId, id, now])
  return rowCount === 1
}

const takeRequest = {
  name: 'take_saml_request',
  text: `delete from saml_requests
    where organization_id = $1 and provider_id = $2 and id = $3 and kind = 'signOut' and expires_at > $4`,
}

/** False when it was seen before. */
export async function insertSamlReplay(
  tx: Queryable,
  key: ProviderKey,
  seen: { readonly id: string; readonly expiresAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(insertReplay, [key.organizationId, key.providerId, seen.id, seen.expiresAt])
  return rowCount === 1
}

const insertReplay = {
  name: 'insert_saml_replay',
  text: `insert into saml_replays (organization_id, provider_id, id, expires_at) values ($1, $2, $3, $4)
    on conflict do nothing`,
}

export type SignInFailureRow = {
  readonly organizationId: string
  readonly id: string
  readonly providerId: string
  readonly at: Date
  readonly code: string
  readonly detail: string
  readonly exchange: JsonObject
  readonly requestId: string | null
}

export async function insertSignInFailure(db: Queryable, row: SignInFailureRow): Promise<void> {
  await db.query(
    {
      text: `insert into sign_in_failures (organization_id, id, provider_id, at, code, detail, exchange, request_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    },
    [
      row.organizationId,
      row.id,
      row.providerId,
      row.at,
      row.code,
      row.detail,
      JSON.stringify(row.exchange),
      row.requestId,
    ],
  )
}

const failureColumns = `organization_id as "organizationId", id, provider_id as "providerId", at, code, detail, exchange,
  request_id as "requestId"`

/** Newest first, those before `after`. */
export async function selectSignInFailures(
  db: Queryable,
  organizationId: string,
  page: {
    readonly providerId: string | undefined
    readonly since: Date
    readonly after: string | undefined
    readonly rowsMax: number
  },
): Promise<readonly SignInFailureRow[]> {
  const { rows } = await db.query<SignInFailureRow>(
    {
      text: `select ${failureColumns} from sign_in_failures
        where organization_id = $1 and ($2::uuid is null or provider_id = $2) and at > $3 and ($4::uuid is null or id < $4)
        order by id desc limit $5`,
    },
    [organizationId, page.providerId ?? null, page.since, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectSignInFailure(
  db: Queryable,
  organizationId: string,
  failure: { readonly id: string; readonly since: Date },
): Promise<SignInFailureRow | undefined> {
  const { rows } = await db.query<SignInFailureRow>(
    { text: `select ${failureColumns} from sign_in_failures where organization_id = $1 and id = $2 and at > $3` },
    [organizationId, failure.id, failure.since],
  )
  return rows[0]
}

export async function countSignInFailures(
  db: Queryable,
  organizationId: string,
  filter: { readonly providerId: string | undefined; readonly since: Date },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from sign_in_failures
        where organization_id = $1 and ($2::uuid is null or provider_id = $2) and at > $3`,
    },
    [organizationId, filter.providerId ?? null, filter.since],
  )
  return rows[0]?.count ?? 0
}

/** Keeps only the newest of an identity provider, so that nobody fills the table by knocking. */
export async function trimSignInFailuresOf(db: Queryable, key: ProviderKey, rowsMax: number): Promise<void> {
  await db.query(
    {
      text: `delete from sign_in_failures where organization_id = $1 and provider_id = $2 and id < (
        select id from sign_in_failures where organization_id = $1 and provider_id = $2 order by id desc offset $3 limit 1)`,
    },
    [key.organizationId, key.providerId, rowsMax - 1],
  )
}

/** What is past; a job of the instance, over all organizations. */
export async function trimSamlExchanges(
  db: Queryable,
  limits: { readonly now: Date; readonly failuresSince: Date },
): Promise<void> {
  await db.query({ text: 'delete from saml_requests where expires_at <= $1' }, [limits.now])
  await db.query({ text: 'delete from saml_replays where expires_at <= $1' }, [limits.now])
  await db.query({ text: 'delete from sign_in_failures where at <= $1' }, [limits.failuresSince])
}
