import { deleteExpiredTokens, selectCredential } from '../db/queries/keys.ts'
import { selectOrganizations } from '../db/queries/organizations.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { formatTypeId, parseTypeId } from '../type-id.ts'
import type { Call } from './call.ts'
import { hashKeyText, parseKeyText } from './key-text.ts'
import { issueKey, type Key } from './issue-key.ts'
import { findKey } from './keys.ts'
import { reasonAgainst } from './look-up.ts'
import { hasScope, isScope, type Scope } from './scopes.ts'

/** How long an access token lives at most; never longer than the secret that bought it. */
export const accessTokenSeconds = 3_600

export type TokenRequest = {
  /** `key_…` of a key made with `use: 'oauthClient'`. */
  readonly clientId: string
  readonly clientSecret: string
  /** Separated by spaces; undefined: all that the client has. */
  readonly scope: string | undefined
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
 * Sells an access token for a client secret (RFC 6749 §4.4). The token dies with its secret, its owner and its connection.
 * Several secrets may be live at once: each is a key of its own.
 */
export async function issueAccessToken(database: Database, call: Call, request: TokenRequest): Promise<TokenAnswer> {
  const { client, ...concerned } = await findClient(database, request, call.now)
  if (client === undefined) return { kind: 'refused', error: 'invalid_client', ...concerned }
  const granted = narrow(client.scopes, request.scope)
  if (granted === undefined) return { kind: 'refused', error: 'invalid_scope', ...concerned }
  const ownMs = client.expiresAt === null ? Infinity : client.expiresAt.getTime() - call.now.getTime()
  const lifeMs = Math.min(accessTokenSeconds * 1000, ownMs)
  const issued = await transaction(database, (tx) =>
    issueKey(
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
    ),
  )
  const expiresInSeconds = Math.floor(lifeMs / 1000)
  return { kind: 'token', accessToken: issued.secret, expiresInSeconds, scope: granted.join(' '), ...concerned }
}

/** Forgets access tokens that have ended; run now and then by the `work` role. */
export async function trimAccessTokens(database: Database, now: Date): Promise<number> {
  let deleted = 0
  let after: string | undefined
  for (;;) {
    const page = await selectOrganizations(database, { after, rowsMax: 100 })
    for (const { id } of page) deleted += await deleteExpiredTokens(database, id, now)
    after = page.at(-1)?.slug
    if (after === undefined) return deleted
  }
}

type FoundClient = Pick<TokenAnswer, 'organizationId' | 'connectionId' | 'keyId'> & { readonly client: Key | undefined }

const nobody: FoundClient = { client: undefined, organizationId: undefined, connectionId: undefined, keyId: undefined }

async function findClient(database: Database, request: TokenRequest, now: Date): Promise<FoundClient> {
  const parsed = parseKeyText(request.clientSecret)
  if (parsed?.kind !== 'cli') return nobody
  const row = await selectCredential(database, parsed.shortId, hashKeyText(request.clientSecret))
  if (row === undefined) return nobody
  const { organizationId, keyId, connectionId } = row
  const found = { ...nobody, organizationId, keyId: keyId ?? undefined, connectionId: connectionId ?? undefined }
  if (keyId === null || keyId !== parseTypeId('key', request.clientId)) return found
  // The one reason that does not speak against a client secret is that it is one.
  if (reasonAgainst(row, now) !== 'clientSecret') return found
  return { ...found, client: await findKey(database, organizationId, keyId) }
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
