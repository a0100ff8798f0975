import { createHash } from 'node:crypto'
import { insertTakenState, type OidcKey } from '../../db/queries/openid-connect.ts'
import type { Queryable } from '../../db/pool.ts'
import { readRequestToken, writeRequestToken } from '../request-tokens.ts'
import { OidcError } from './oidc-error.ts'
import { requestMs } from './requests.ts'

/** `state` of a sign-in, and in it where the person wanted to go. */
export function writeState(
  secret: Uint8Array,
  key: OidcKey,
  sent: { readonly browserSecret: string; readonly next: string | null; readonly now: Date },
): string {
  const { browserSecret, next, now } = sent
  const expiresAt = new Date(now.getTime() + requestMs)
  const detail = next ?? ''
  const token = writeRequestToken(secret, key, { browserSecret, expiresAt, detail })
  return detail === '' ? token : `${token}.${Buffer.from(detail).toString('base64url')}`
}

/**
 * The sign-in that an answer belongs to, used up: of two processes with one answer one goes on. One of another browser is left
 * for its own, so that nobody can use it up. Throws `malformed`, `unknownRequest`, `otherBrowser`.
 */
export async function takeState(
  db: Queryable,
  key: OidcKey,
  shown: {
    readonly state: string | null
    readonly browserSecret: string | undefined
    readonly requestSecret: Uint8Array
    readonly now: Date
  },
): Promise<{ readonly next: string | null }> {
  const { state, browserSecret, requestSecret, now } = shown
  if (state === null || state === '') throw new OidcError('malformed', 'The answer has no state')
  const [token = '', encoded = '', ...others] = state.split('.')
  const detail = Buffer.from(encoded, 'base64url').toString()
  const request = others.length > 0 ? undefined : readRequestToken(requestSecret, key, { token, detail, now })
  if (request === undefined) throw new OidcError('unknownRequest', 'The state is none of ours, or too old')
  if (browserSecret === undefined || !request.isOf(browserSecret))
    throw new OidcError('otherBrowser', 'The sign-in was begun in another browser')
  const taken = { state: createHash('sha256').update(token).digest(), expiresAt: request.expiresAt }
  if (!(await insertTakenState(db, key, { ...taken, at: now })))
    throw new OidcError('unknownRequest', 'The state was answered already')
  return { next: detail === '' ? null : detail }
}

/** Where a state says that the person wanted to go, before anybody has looked whether it is ours: it decides nothing. */
export function readNext(state: string | null): string | undefined {
  const [, encoded = ''] = (state ?? '').split('.')
  return encoded === '' ? undefined : Buffer.from(encoded, 'base64url').toString()
}
