import {
  deleteExpiredTokens,
  deleteUsedAssertions,
  insertUsedAssertion,
  selectCredential,
  selectKeyHash,
  type CredentialRow,
} from '../db/queries/keys.ts'
import { selectOrganizations } from '../db/queries/organizations.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { formatTypeId, parseTypeId } from '../type-id.ts'
import type { Call } from './call.ts'
import { createNetworkMatcher } from './key-networks.ts'
import { hashKeyText, parseKeyText } from './key-text.ts'
import { readIssuer, verifyAssertion } from './client-assertion.ts'
import { issueKey, type Key } from './issue-key.ts'
import { findKey } from './keys.ts'
import { reasonAgainst } from './look-up.ts'
import { hasScope, isScope, type Scope } from './scopes.ts'

/** How long an access token lives at most; never longer than the secret that bought it. */
export const accessTokenSeconds = 3_600

/** How a client shows who it is. */
export type ClientProof =
  | {
      readonly kind: 'secret'
      /** `key_…` of a key made with `use: 'oauthClient'`. */
      readonly clientId: string
      readonly clientSecret: string
    }
  | {
      readonly kind: 'assertion'
      /** A JWT that the client signed (RFC 7523 §3). */
      readonly assertion: string
      /** What the client may have been told about where the assertion goes. */
      readonly audiences: readonly string[]
    }

export type TokenRequest = {
  readonly proof: ClientProof
  /** The organization that the address names; undefined: the one of the secret. */
  readonly slug: string | undefined
  /** Separated by spaces; undefined: all that the client has. */
  readonly scope: string | undefined
  readonly address: string
}

/** RFC 6749 §5.1 and the codes of §5.2; and whom it concerns, as far as it is known. */
export type TokenAnswer = {
  readonly organizationId: string | undefined
  readonly connectionId: string | undefined
  readonly keyId: string | undefined
} & (
  | { readonly kind: 'token'; readonly accessToken: string; readonly expiresInSeconds: number; readonly scope: string }
  | { readonly kind: 'refused'; readonly error: 'invalid_client' | 'invalid_scope' }
)

/**
 * Sells an access token for a client secret (RFC 6749 §4.4) or a signature (RFC 7523). The token dies with its client, the
 * client's owner and its connection. Several secrets may be live at once: each is a key of its own.
 */
export async function issueAccessToken(database: Database, call: Call, request: TokenRequest): Promise<TokenAnswer> {
  const { client, use, ...concerned } = await findClient(database, request, call.now)
  if (client === undefined || !admits(client, request.address))
    return { kind: 'refused', error: 'invalid_client', ...concerned }
  const granted = narrow(client.scopes, request.scope)
  if (granted === undefined) return { kind: 'refused', error: 'invalid_scope', ...concerned }
  const token = await transaction(database, async (tx) => {
    if (use !== undefined && !(await insertUsedAssertion(tx, use))) return undefined
    return sellToken(tx, call, client, granted)
  })
  if (token === undefined) return { kind: 'refused', error: 'invalid_client', ...concerned }
  return { kind: 'token', ...token, ...concerned }
}

async function sellToken(
  tx: Queryable,
  call: Call,
  client: Key,
  granted: readonly string[],
): Promise<{ readonly accessToken: string; readonly expiresInSeconds: number; readonly scope: string }> {
  const ownMs = client.expiresAt === null ? Infinity : client.expiresAt.getTime() - call.now.getTime()
  const lifeMs = Math.min(accessTokenSeconds * 1000, ownMs)
  const { secret } = await issueKey(
    tx,
    { ...call, actor: formatTypeId('key', client.id) },
    {
      ...client,
      kind: 'tok',
      jwks: null,
      scopes: granted,
      parentId: client.id,
      expiresAt: new Date(call.now.getTime() + lifeMs),
    },
  )
  return { accessToken: secret, expiresInSeconds: Math.floor(lifeMs / 1000), scope: granted.join(' ') }
}

function admits({ allowedNetworks }: Key, address: string): boolean {
  return allowedNetworks === null || createNetworkMatcher(allowedNetworks)(address)
}

/** Forgets access tokens that have ended, and assertions that nobody could use again; run now and then by the `work` role. */
export async function trimAccessTokens(database: Database, now: Date): Promise<number> {
  let deleted = 0
  let after: string | undefined
  for (;;) {
    const page = await selectOrganizations(database, { after, rowsMax: 100 })
    for (const { id } of page) {
      deleted += await deleteExpiredTokens(database, id, now)
      await deleteUsedAssertions(database, id, now)
    }
    after = page.at(-1)?.slug
    if (after === undefined) return deleted
  }
}

type FoundClient = Pick<TokenAnswer, 'organizationId' | 'connectionId' | 'keyId'> & {
  readonly client: Key | undefined
  /** What makes sure that an assertion is used once. */
  readonly use?: Parameters<typeof insertUsedAssertion>[1]
}

const nobody: FoundClient = { client: undefined, organizationId: undefined, connectionId: undefined, keyId: undefined }

function findClient(database: Database, { proof, slug }: TokenRequest, now: Date): Promise<FoundClient> {
  if (proof.kind === 'secret') return findBySecret(database, { ...proof, slug }, now)
  return slug === undefined ? Promise.resolve(nobody) : findBySignature(database, { ...proof, slug }, now)
}

async function findBySecret(
  database: Database,
  proof: { readonly clientId: string; readonly clientSecret: string; readonly slug: string | undefined },
  now: Date,
): Promise<FoundClient> {
  const parsed = parseKeyText(proof.clientSecret)
  if (parsed?.kind !== 'cli') return nobody
  const row = await selectCredential(database, parsed.shortId, hashKeyText(proof.clientSecret))
  if (row === undefined || (proof.slug !== undefined && row.organizationSlug !== proof.slug)) return nobody
  const found = concernedBy(row)
  if (row.keyId === null || row.keyId !== parseTypeId('key', proof.clientId)) return found
  return { ...found, client: await findLiveClient(database, row, now) }
}

async function findBySignature(
  database: Database,
  proof: { readonly assertion: string; readonly audiences: readonly string[]; readonly slug: string },
  now: Date,
): Promise<FoundClient> {
  const keyId = parseTypeId('key', readIssuer(proof.assertion) ?? '')
  const handle = keyId === undefined ? undefined : await selectKeyHash(database, proof.slug, keyId)
  const row = handle === undefined ? undefined : await selectCredential(database, handle.shortId, handle.hash)
  if (row === undefined || keyId === undefined) return nobody
  const found = concernedBy(row)
  const client = await findLiveClient(database, row, now)
  if (client === undefined || client.jwks === null) return found
  const { audiences, assertion } = proof
  const claims = await verifyAssertion(assertion, {
    jwks: client.jwks,
    clientId: formatTypeId('key', keyId),
    audiences,
    now,
  })
  if (claims === undefined) return found
  return { ...found, client, use: { organizationId: row.organizationId, keyId, ...claims } }
}

function concernedBy({ organizationId, keyId, connectionId }: CredentialRow): FoundClient {
  return { ...nobody, organizationId, keyId: keyId ?? undefined, connectionId: connectionId ?? undefined }
}

async function findLiveClient(database: Database, row: CredentialRow, now: Date): Promise<Key | undefined> {
  // The one reason that does not speak against a client is that it is one.
  if (row.keyId === null || reasonAgainst(row, now) !== 'clientSecret') return undefined
  return findKey(database, row.organizationId, row.keyId)
}

function narrow(owned: readonly string[], asked: string | undefined): readonly string[] | undefined {
  if (asked === undefined || asked.trim() === '') return owned
  const names = asked
    .trim()
    .split(/ +/)
    .map((name) => (name === 'scim:enterprise' ? 'scim' : name))
  const known: readonly Scope[] = names.filter(isScope)
  return known.length === names.length && known.every((scope) => hasScope(owned, scope)) ? known : undefined
}
