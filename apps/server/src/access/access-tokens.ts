import { deleteExpiredCodes } from '../db/queries/authorization-codes.ts'
import { deleteExpiredTokens, deleteUsedAssertions, insertUsedAssertion } from '../db/queries/keys.ts'
import { selectOrganizations } from '../db/queries/organizations.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import { takeConsent, takeRefreshToken } from './authorization-codes.ts'
import type { Call } from './call.ts'
import { issueKey, type Key } from './issue-key.ts'
import { findClient, type ClientProof, type FoundClient } from './oauth-clients.ts'
import { narrowScopes } from './scopes.ts'

/** How long an access token lives at most; never longer than the client that bought it. */
export const accessTokenSeconds = 3_600

/** What a client gives for a token. `scope` is separated by spaces; undefined: all that there is. */
export type Grant =
  | { readonly kind: 'client'; readonly scope: string | undefined }
  | {
      readonly kind: 'code'
      readonly code: string
      readonly redirectUri: string
      readonly verifier: string | undefined
    }
  | { readonly kind: 'refresh'; readonly refreshToken: string; readonly scope: string | undefined }

export type TokenRequest = {
  readonly proof: ClientProof
  readonly grant: Grant
  /** The organization that the address names; undefined: the one of the secret. */
  readonly slug: string | undefined
  readonly address: string
}

type Refused = 'invalid_client' | 'invalid_grant' | 'unauthorized_client' | 'invalid_scope'
type Sold = {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly expiresInSeconds: number
  readonly scope: string
}

/** RFC 6749 §5.1 and the codes of §5.2; and whom it concerns, as far as it is known. */
export type TokenAnswer = Pick<FoundClient, 'organizationId' | 'connectionId' | 'keyId'> &
  (({ readonly kind: 'token' } & Sold) | { readonly kind: 'refused'; readonly error: Refused })

/**
 * Sells an access token for a client secret (RFC 6749 §4.4), a signature (RFC 7523), an administrator's consent (§4.1) or a
 * refresh token (§6). The token dies with its client, the client's owner and its connection.
 */
export async function issueAccessToken(database: Database, call: Call, request: TokenRequest): Promise<TokenAnswer> {
  const { client, use, ...concerned } = await findClient(database, request, call.now)
  if (client === undefined) return { kind: 'refused', error: 'invalid_client', ...concerned }
  // Without this, a client that needs consent would get along without.
  if ((client.redirectUris === null) !== (request.grant.kind === 'client'))
    return { kind: 'refused', error: 'unauthorized_client', ...concerned }
  const sold = await transaction(database, async (tx): Promise<Sold | Refused> => {
    if (use !== undefined && !(await insertUsedAssertion(tx, use))) return 'invalid_client'
    const settled = await settleGrant(tx, call, client, request.grant)
    if (typeof settled === 'string') return settled
    return { ...(await sellToken(tx, call, client, settled.scopes)), refreshToken: settled.refreshToken }
  })
  return typeof sold === 'string'
    ? { kind: 'refused', error: sold, ...concerned }
    : { kind: 'token', ...sold, ...concerned }
}

type Settled = { readonly scopes: readonly string[]; readonly refreshToken: string | undefined }

async function settleGrant(tx: Queryable, call: Call, client: Key, grant: Grant): Promise<Settled | Refused> {
  if (grant.kind === 'code') {
    const scopes = await takeConsent(tx, client, grant, call.now)
    if (scopes === undefined) return 'invalid_grant'
    const refresh = { ...client, kind: 'ref', jwks: null, redirectUris: null, scopes, parentId: client.id } as const
    return { scopes, refreshToken: (await issueKey(tx, byClient(call, client), refresh)).secret }
  }
  const owned =
    grant.kind === 'client' ? client.scopes : await takeRefreshToken(tx, client, grant.refreshToken, call.now)
  if (owned === undefined) return 'invalid_grant'
  const scopes = narrowScopes(owned, grant.scope)
  return scopes === undefined ? 'invalid_scope' : { scopes, refreshToken: undefined }
}

async function sellToken(
  tx: Queryable,
  call: Call,
  client: Key,
  scopes: readonly string[],
): Promise<Omit<Sold, 'refreshToken'>> {
  const ownMs = client.expiresAt === null ? Infinity : client.expiresAt.getTime() - call.now.getTime()
  const lifeMs = Math.min(accessTokenSeconds * 1000, ownMs)
  const expiresAt = new Date(call.now.getTime() + lifeMs)
  const token = {
    ...client,
    kind: 'tok',
    jwks: null,
    redirectUris: null,
    scopes,
    parentId: client.id,
    expiresAt,
  } as const
  const { secret } = await issueKey(tx, byClient(call, client), token)
  return { accessToken: secret, expiresInSeconds: Math.floor(lifeMs / 1000), scope: scopes.join(' ') }
}

function byClient(call: Call, client: Key): Call {
  return { ...call, actor: formatTypeId('key', client.id) }
}

/** Forgets access tokens, codes and assertions that nobody could use again; run now and then by the `work` role. */
export async function trimAccessTokens(database: Database, now: Date): Promise<number> {
  let deleted = 0
  let after: string | undefined
  for (;;) {
    const page = await selectOrganizations(database, { after, rowsMax: 100 })
    for (const { id } of page) {
      deleted += await deleteExpiredTokens(database, id, now)
      await deleteUsedAssertions(database, id, now)
      await deleteExpiredCodes(database, id, now)
    }
    after = page.at(-1)?.slug
    if (after === undefined) return deleted
  }
}
