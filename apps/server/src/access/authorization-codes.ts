import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { insertAuthorizationCode, takeAuthorizationCode } from '../db/queries/authorization-codes.ts'
import { selectCredential } from '../db/queries/keys.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Call } from './call.ts'
import type { Key } from './issue-key.ts'
import { refuseBeyondMaker } from './key-rights.ts'
import { hashKeyText, parseKeyText } from './key-text.ts'
import { reasonAgainst } from './look-up.ts'

/** How long a client has to fetch its tokens (RFC 6749 §4.1.2 wants ten minutes at most). */
export const codeSeconds = 120

export type Consent = {
  readonly client: Key
  readonly redirectUri: string
  readonly codeChallenge: string | undefined
  readonly scopes: readonly string[]
}

/**
 * Writes down that `call.actor` has consented; answers the code that buys the tokens, once. Nobody lets a client do more
 * than a key that he makes could. Throws `beyondRights`.
 */
export async function createAuthorizationCode(database: Database, call: Call, consent: Consent): Promise<string> {
  const { client, redirectUri, codeChallenge, scopes } = consent
  const { organizationId } = client
  const code = randomBytes(32).toString('base64url')
  await transaction(database, async (tx) => {
    await refuseBeyondMaker(tx, call, { ...client, scopes })
    await insertAuthorizationCode(tx, {
      organizationId,
      hash: hashKeyText(code),
      keyId: client.id,
      redirectUri,
      codeChallenge: codeChallenge ?? null,
      scopes,
      approvedBy: call.actor,
      expiresAt: new Date(call.now.getTime() + codeSeconds * 1000),
    })
    await insertAccessChange(tx, {
      organizationId,
      at: call.now,
      action: 'key.consented',
      subjectId: client.id,
      subjectVersion: 1,
      connectionId: client.connectionId ?? undefined,
      actor: call.actor,
      requestId: call.requestId,
      data: { name: client.name, scopes: [...scopes], redirectUri },
    })
  })
  return code
}

/** The scopes that were consented to; undefined when the code is not this client's, is over, or was used. */
export async function takeConsent(
  tx: Queryable,
  client: Key,
  shown: { readonly code: string; readonly redirectUri: string; readonly verifier: string | undefined },
  now: Date,
): Promise<readonly string[] | undefined> {
  const row = await takeAuthorizationCode(tx, client.organizationId, hashKeyText(shown.code))
  if (row === undefined || row.keyId !== client.id || row.expiresAt <= now) return undefined
  if (row.redirectUri !== shown.redirectUri || !isProven(row.codeChallenge, shown.verifier)) return undefined
  return row.scopes
}

/** The scopes of a refresh token of this client; undefined when it is none, or ended. */
export async function takeRefreshToken(
  tx: Queryable,
  client: Key,
  text: string,
  now: Date,
): Promise<readonly string[] | undefined> {
  const parsed = parseKeyText(text)
  if (parsed?.kind !== 'ref') return undefined
  const row = await selectCredential(tx, parsed.shortId, hashKeyText(text))
  if (row === undefined || row.organizationId !== client.organizationId || row.parentId !== client.id) return undefined
  // The one reason that does not speak against a refresh token is that it is no access token.
  return reasonAgainst(row, now) === 'clientSecret' ? row.scopes : undefined
}

/** RFC 7636 §4.6; a verifier without a challenge means that somebody took the challenge away (RFC 9700 §2.1.1). */
function isProven(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined
  const digest = createHash('sha256').update(verifier).digest()
  const wanted = Buffer.from(challenge, 'base64url')
  return wanted.length === digest.length && timingSafeEqual(wanted, digest)
}
