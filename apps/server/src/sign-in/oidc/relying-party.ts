import * as client from 'openid-client'
import { importJWK } from 'jose'
import { createBoundedMap } from '../../access/bounded-map.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import type { OutboundFetch } from '../../outbound-fetch.ts'
import type { OidcDescription } from './discovery.ts'
import type { Exchange } from './exchange.ts'
import { assertionAlgorithm, type OidcSecrets } from './secrets.ts'
import type { OidcSettings } from './settings.ts'

/** So far may clocks differ, in seconds. */
export const clockToleranceSeconds = 60
const timeoutSeconds = 10

/** Key sets of identity providers, so that not every sign-in fetches one; the library asks again when a key is missing. */
const keySets = createBoundedMap<string, client.ExportedJWKSCache>(1_000)

/** What the library needs to know about one identity provider. */
export async function createRelyingParty(wanted: Omit<Exchange, 'urls'>): Promise<client.Configuration> {
  const { provider, settings, description, secrets, now } = wanted
  const metadata: client.ClientMetadata = {
    client_id: settings.clientId,
    // The library reads the clock of the machine; this is how far ours is from it.
    [client.clockSkew]: Math.round((now.getTime() - Date.now()) / 1000),
    [client.clockTolerance]: clockToleranceSeconds,
  }
  const { code_challenge_methods_supported: _, token_endpoint_auth_methods_supported: __, ...rest } = description
  const server: client.ServerMetadata = {
    ...rest,
    id_token_signing_alg_values_supported: [...description.id_token_signing_alg_values_supported],
  }
  const config = new client.Configuration(server, settings.clientId, metadata, await authenticate(settings, secrets))
  config[client.customFetch] = toFetch(wanted.outboundFetch)
  config.timeout = timeoutSeconds
  // Left to itself the library trusts the connection and does not look at the signature.
  client.enableNonRepudiationChecks(config)
  // OutboundFetch decides whom we may ask without TLS: an address that the operator has named.
  if (description.issuer.startsWith('http:')) client.allowInsecureRequests(config)
  const name = `${provider.organizationId}/${provider.id}/${description.jwks_uri}`
  const known = keySets.get(name)
  if (known !== undefined) client.setJwksCache(config, known)
  return config
}

/** Keeps what the library has read, for the next sign-in. */
export function keepKeys(
  config: client.Configuration,
  provider: Pick<SealedIdentityProvider, 'organizationId' | 'id'>,
  description: OidcDescription,
): void {
  const keys = client.getJwksCache(config)
  if (keys !== undefined) keySets.set(`${provider.organizationId}/${provider.id}/${description.jwks_uri}`, keys)
}

async function authenticate({ authentication }: OidcSettings, secrets: OidcSecrets): Promise<client.ClientAuth> {
  if (authentication === 'private_key_jwt') {
    const { privateKey } = secrets
    if (privateKey === null) throw new Error('The identity provider has no key of ours')
    const key = await importJWK(privateKey, assertionAlgorithm)
    if (key instanceof Uint8Array) throw new Error('The key is no key pair')
    return client.PrivateKeyJwt({ key, ...(privateKey.kid !== undefined && { kid: privateKey.kid }) })
  }
  const secret = secrets.clientSecret ?? ''
  return authentication === 'client_secret_post' ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret)
}

function toFetch(outboundFetch: OutboundFetch): client.CustomFetch {
  return async (url, { method, headers, body }) => {
    const text = body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : undefined
    const answer = await outboundFetch({
      url,
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      ...(text !== undefined && { body: text }),
    })
    const isEmpty = answer.status === 204 || answer.status === 304
    return new Response(isEmpty ? null : answer.text, { status: answer.status, headers: answer.headers })
  }
}
