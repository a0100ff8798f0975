import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  deleteOidcRequest,
  insertOidcRequest,
  selectOidcRequest,
  type OidcKey,
  type OidcRequest,
} from '../../db/queries/openid-connect.ts'
import type { Queryable } from '../../db/pool.ts'
import { OidcError } from './oidc-error.ts'

/** So long an identity provider may take to answer: people look for their second factor. */
export const requestMs = 600_000

/** The three values of one sign-in that are told apart by who may know them. */
export type RequestSecrets = {
  /** Goes through the browser's address bar. */
  readonly state: string
  /** Comes back in the ID token. */
  readonly nonce: string
  /** Goes to the token endpoint only (RFC 7636). */
  readonly codeVerifier: string
}

/** Nonce and verifier are made of what only the browser keeps, so that the database holds nothing that opens anything. */
export function deriveSecrets(browserSecret: string, state: string): RequestSecrets {
  const derive = (use: string): string =>
    createHmac('sha256', browserSecret).update(`${use}\n${state}`).digest('base64url')
  return { state, nonce: derive('nonce'), codeVerifier: derive('code verifier') }
}

/** Remembers that a browser was sent to the identity provider, to sign out. */
export async function rememberRequest(
  db: Queryable,
  key: OidcKey,
  request: {
    readonly browserSecret: string
    readonly idToken: string | null
    readonly now: Date
  },
): Promise<string> {
  const { browserSecret, idToken, now } = request
  const state = randomBytes(32).toString('base64url')
  await insertOidcRequest(db, key, {
    state: hashOf(state),
    browser: hashOf(browserSecret),
    idToken,
    createdAt: now,
    expiresAt: new Date(now.getTime() + requestMs),
  })
  return state
}

/**
 * The request that an answer belongs to. One of another browser is left for its own, so that nobody can use it up.
 * Throws `malformed`, `unknownRequest`, `otherBrowser`.
 */
export async function findRequest(db: Queryable, key: OidcKey, asked: Asked): Promise<OidcRequest> {
  const { state, browserSecret, now } = asked
  if (state === null || state === '') throw new OidcError('malformed', 'The answer has no state')
  const request = await selectOidcRequest(db, key, { state: hashOf(state), now })
  if (request === undefined)
    throw new OidcError('unknownRequest', 'The state is unknown here, was answered already or is too old')
  if (browserSecret === undefined || !timingSafeEqual(request.browser, hashOf(browserSecret)))
    throw new OidcError('otherBrowser', 'It was begun in another browser')
  return request
}

/** The same, used up: of two processes with one answer one goes on. */
export async function takeRequest(db: Queryable, key: OidcKey, asked: Asked): Promise<OidcRequest> {
  const request = await findRequest(db, key, asked)
  if (!(await deleteOidcRequest(db, key, hashOf(asked.state ?? ''))))
    throw new OidcError('unknownRequest', 'The state was answered already')
  return request
}

type Asked = {
  readonly state: string | null
  readonly browserSecret: string | undefined
  readonly now: Date
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
