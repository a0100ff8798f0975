import { createHash } from 'node:crypto'
import { isJsonObject } from '@rollcall/scim'
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import * as client from 'openid-client'
import { createBoundedMap } from '../../access/bounded-map.ts'
import { insertLogoutToken } from '../../db/queries/openid-connect.ts'
import { selectIdentityProvider, type SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { transaction } from '../../db/transaction.ts'
import { OutboundError, type OutboundFetch } from '../../outbound-fetch.ts'
import { formatTypeId } from '../../type-id.ts'
import { endSessions, type Session } from '../sessions.ts'
import { toExchange, type OidcDoor } from './exchange.ts'
import { findIdToken, openIdToken } from './id-tokens.ts'
import { OidcError } from './oidc-error.ts'
import { toOidcDescription, toOidcSettings } from './settings.ts'
import { toOidcUrls } from './urls.ts'
import { clockToleranceSeconds, createRelyingParty } from './relying-party.ts'
import { findRequest, rememberRequest, takeRequest } from './requests.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
/** So old may a logout token be. */
const logoutTokenSeconds = 600

const keySets = createBoundedMap<string, JWTVerifyGetKey>(1_000)

/**
 * Takes a logout token (OpenID Connect Back-Channel Logout §2.6) and ends the sessions that it names: one by `sid`, all of
 * a person by `sub`. Returns how many there were. Throws OidcError.
 */
export async function takeLogoutToken(
  door: OidcDoor,
  provider: SealedIdentityProvider,
  logoutToken: string,
): Promise<number> {
  const { organizationId, id: providerId } = provider
  const { database, now, requestId } = door
  const { jti, sub, sid } = await verifyLogoutToken(door, provider, logoutToken)
  const expiresAt = new Date(now.getTime() + 2 * (logoutTokenSeconds + clockToleranceSeconds) * 1000)
  return transaction(database, async (tx) => {
    const id = createHash('sha256').update(jti).digest()
    if (!(await insertLogoutToken(tx, { organizationId, providerId }, { id, expiresAt })))
      throw new OidcError('unknownRequest', 'The logout token was used before')
    return endSessions(tx, {
      organizationId,
      identityProviderId: providerId,
      external: { subject: sub, sid },
      reason: 'identityProviderLogout',
      now,
      actor: formatTypeId('idp', providerId),
      requestId,
    })
  })
}

type LogoutClaims = { readonly jti: string; readonly sub: string | undefined; readonly sid: string | undefined }

async function verifyLogoutToken(
  door: OidcDoor,
  provider: SealedIdentityProvider,
  token: string,
): Promise<LogoutClaims> {
  const { description, settings } = toExchange(door, provider)
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keysAt(door.outboundFetch, description.jwks_uri), {
      algorithms: [...description.id_token_signing_alg_values_supported],
      issuer: description.issuer,
      audience: settings.clientId,
      currentDate: door.now,
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: logoutTokenSeconds,
      requiredClaims: ['iat', 'jti', 'events'],
    })
    const { typ } = protectedHeader
    // An ID token or an access token must not pass for one.
    if (typ !== undefined && !['logout+jwt', 'jwt'].includes(typ.toLowerCase().replace(/^application\//, '')))
      throw new OidcError('malformed', `The token is of type ${typ}`)
    return readLogoutClaims(payload)
  } catch (error) {
    throw toRefusal(error) ?? error
  }
}

function readLogoutClaims(payload: JWTPayload): LogoutClaims {
  const { jti, sub, sid, events, nonce } = payload
  if (nonce !== undefined) throw new OidcError('malformed', 'A logout token has no nonce')
  if (!isJsonObject(events) || !Object.hasOwn(events, logoutEvent))
    throw new OidcError('malformed', `events does not name ${logoutEvent}`)
  const named = { sub: typeof sub === 'string' ? sub : undefined, sid: typeof sid === 'string' ? sid : undefined }
  if (named.sub === undefined && named.sid === undefined)
    throw new OidcError('malformed', 'The logout token names neither sub nor sid')
  return { jti: String(jti), ...named }
}

function toRefusal(error: unknown): OidcError | undefined {
  if (error instanceof OutboundError) return new OidcError('providerUnreachable', error.message)
  if (error instanceof errors.JWTExpired) return new OidcError('expired', error.message)
  if (error instanceof errors.JWTClaimValidationFailed)
    return new OidcError(claimCodes.get(error.claim) ?? 'malformed', error.message)
  if (error instanceof errors.JOSEAlgNotAllowed) return new OidcError('weakAlgorithm', error.message)
  if (error instanceof errors.JOSEError) return new OidcError('signatureInvalid', error.message)
  return undefined
}

const claimCodes = new Map([
  ['iss', 'issuerMismatch'],
  ['aud', 'audienceMismatch'],
  ['iat', 'expired'],
] as const) as ReadonlyMap<string, 'issuerMismatch' | 'audienceMismatch' | 'expired'>

function keysAt(outboundFetch: OutboundFetch, url: string): JWTVerifyGetKey {
  const known = keySets.get(url)
  if (known !== undefined) return known
  const keys = createRemoteJWKSet(new URL(url), {
    [customFetch]: async (address) => {
      const { status, headers, text } = await outboundFetch({ url: address })
      return new Response(text, { status, headers })
    },
  })
  keySets.set(url, keys)
  return keys
}

/** Where a person who signed out here may sign out at the identity provider too: an address of ours; undefined: nowhere. */
export async function beginOidcLogout(
  door: Pick<OidcDoor, 'database' | 'baseUrl' | 'now'>,
  session: Pick<Session, 'organizationId' | 'id' | 'method' | 'identityProviderId'>,
  browserSecret: string,
): Promise<string | undefined> {
  const { organizationId, id: sessionId, method, identityProviderId } = session
  if (method !== 'oidc' || identityProviderId === null) return undefined
  const provider = await selectIdentityProvider(door.database, organizationId, identityProviderId)
  if (provider === undefined) return undefined
  const settings = toOidcSettings(provider.settings)
  const description = toOidcDescription(provider.description)
  if (!settings.singleLogout || description.end_session_endpoint === undefined) return undefined
  const idToken = (await findIdToken(door.database, organizationId, sessionId)) ?? null
  const key = { organizationId, providerId: identityProviderId }
  const request = { browserSecret, idToken, now: door.now }
  const state = await rememberRequest(door.database, key, request)
  return `${toOidcUrls(door.baseUrl, provider).signOutUrl}?state=${state}`
}

/** Where the browser goes to sign out there (RP-Initiated Logout). Throws OidcError. */
export async function continueOidcLogout(
  door: OidcDoor,
  provider: SealedIdentityProvider,
  asked: { readonly state: string | null; readonly browserSecret: string | undefined },
): Promise<string> {
  const { organizationId, id: providerId } = provider
  const exchange = toExchange(door, provider)
  const request = { ...asked, now: door.now }
  const { idToken } = await findRequest(door.database, { organizationId, providerId }, request)
  const hint = idToken === null ? undefined : openIdToken(door.encryption, organizationId, idToken)
  const config = await createRelyingParty(exchange)
  const url = client.buildEndSessionUrl(config, {
    post_logout_redirect_uri: exchange.urls.postLogoutRedirectUri,
    state: asked.state ?? '',
    ...(hint !== undefined && { id_token_hint: hint }),
  })
  return url.href
}

/** The browser is back. Throws OidcError. */
export async function finishOidcLogout(
  door: OidcDoor,
  { organizationId, id: providerId }: SealedIdentityProvider,
  asked: { readonly state: string | null; readonly browserSecret: string | undefined },
): Promise<void> {
  await takeRequest(door.database, { organizationId, providerId }, { ...asked, now: door.now })
}
