import { isJsonObject } from '@rollcall/scim'
import * as client from 'openid-client'
import { AccessError } from '../../access/access-error.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import type { ProviderCheck } from '../provider-check.ts'
import { discover, fetchObject, type OidcDescription } from './discovery.ts'
import type { OidcParts } from './manage.ts'
import { createRelyingParty } from './relying-party.ts'
import { openSecrets } from './secrets.ts'
import { toOidcSettings, type OidcSettings } from './settings.ts'
import { toOidcUrls } from './urls.ts'

/** Asks the identity provider what a sign-in would ask it, and says what is wrong. Changes nothing. */
export async function checkOidcProvider(
  parts: OidcParts,
  provider: SealedIdentityProvider,
  place: { readonly baseUrl: string; readonly now: Date },
): Promise<readonly ProviderCheck[]> {
  const settings = toOidcSettings(provider.settings)
  const read = await attempt(() => discover(parts.outboundFetch, settings.issuer))
  if (typeof read === 'string') return [{ name: 'discovery', state: 'failed', detail: read }]
  return [
    { name: 'discovery', state: 'passed', detail: `${settings.issuer} describes itself and offers what we need` },
    await checkKeys(parts, read),
    await checkClient(parts, { provider, settings, description: read, ...place }),
    checkLogout(settings, read),
  ]
}

/** The reason of a refusal instead of the refusal. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | string> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AccessError) return error.message
    throw error
  }
}

async function checkKeys(parts: OidcParts, { jwks_uri: url }: OidcDescription): Promise<ProviderCheck> {
  const name = 'keys'
  const body = await attempt(() => fetchObject(parts.outboundFetch, url))
  if (typeof body === 'string') return { name, state: 'failed', detail: body }
  const keys = Array.isArray(body['keys']) ? body['keys'].filter(isSigningKey) : []
  if (keys.length === 0) return { name, state: 'failed', detail: `${url} holds no key for signatures` }
  return {
    name,
    state: 'passed',
    detail: `${url} holds ${keys.length} key${keys.length === 1 ? '' : 's'} for signatures`,
  }
}

function isSigningKey(key: unknown): boolean {
  if (!isJsonObject(key)) return false
  const { kty, use } = key
  return (kty === 'RSA' || kty === 'EC' || kty === 'OKP') && (use === undefined || use === 'sig')
}

/** A code that nobody issued: whoever knows us refuses the code, whoever does not refuses us. */
async function checkClient(
  parts: OidcParts,
  known: {
    readonly provider: SealedIdentityProvider
    readonly settings: OidcSettings
    readonly description: OidcDescription
    readonly baseUrl: string
    readonly now: Date
  },
): Promise<ProviderCheck> {
  const name = 'client'
  const { provider, settings, description, baseUrl, now } = known
  const secrets = openSecrets(parts.encryption, provider)
  const { outboundFetch } = parts
  const config = await createRelyingParty({ provider, settings, description, secrets, outboundFetch, now })
  const parameters = {
    code: 'check',
    code_verifier: client.randomPKCECodeVerifier(),
    redirect_uri: toOidcUrls(baseUrl, provider).redirectUri,
  }
  try {
    await client.genericGrantRequest(config, 'authorization_code', parameters)
    return { name, state: 'unknown', detail: 'The token endpoint took a code that it never issued' }
  } catch (error) {
    if (!(error instanceof client.ResponseBodyError) && !(error instanceof client.WWWAuthenticateChallengeError))
      return {
        name,
        state: 'failed',
        detail: `${description.token_endpoint}: ${error instanceof Error ? describe(error) : 'no answer'}`,
      }
    return judge(error, settings)
  }
}

function judge(
  error: client.ResponseBodyError | client.WWWAuthenticateChallengeError,
  settings: OidcSettings,
): ProviderCheck {
  const name = 'client'
  const code = error instanceof client.ResponseBodyError ? error.error : 'invalid_client'
  if (code === 'invalid_grant')
    return {
      name,
      state: 'passed',
      detail: `It knows the client ${settings.clientId} and its ${settings.authentication === 'private_key_jwt' ? 'key' : 'secret'}`,
    }
  const said = error instanceof client.ResponseBodyError ? (error.error_description ?? code) : code
  if (code === 'invalid_client' || code === 'unauthorized_client')
    return {
      name,
      state: 'failed',
      detail: `It refuses the client ${settings.clientId} (${code}: ${said}): compare client id, secret and the way to authenticate (${settings.authentication})`,
    }
  return { name, state: 'unknown', detail: `It answered ${code}: ${said}` }
}

/** The library's own message says less than its cause. */
function describe(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message
}

function checkLogout(settings: OidcSettings, description: OidcDescription): ProviderCheck {
  const name = 'logout'
  const back = description.backchannel_logout_supported === true
  const front = description.end_session_endpoint !== undefined
  if (!back && !front)
    return { name, state: 'unknown', detail: 'It offers no sign-out: whoever signs out here stays signed in there' }
  const said = [
    ...(back ? ['it can end sessions here (back-channel logout)'] : []),
    ...(front
      ? [
          settings.singleLogout
            ? 'whoever signs out here is led to its sign-out'
            : 'its sign-out is switched off (singleLogout)',
        ]
      : []),
  ]
  return { name, state: 'passed', detail: said.join('; ') }
}
