import type { JWK } from 'jose'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { Encryption } from '../../encryption.ts'
import { contextOf } from '../saml/own-keys.ts'

/** What shows the identity provider who we are. */
export type OidcSecrets = {
  readonly clientSecret: string | null
  /** Signs our assertions (RFC 7523); its public half stands at an address of ours. */
  readonly privateKey: JWK | null
}

type ProviderName = { readonly organizationId: string; readonly id: string }

/** The one that Entra, Okta and Keycloak all take. */
export const assertionAlgorithm = 'RS256'

export async function createPrivateKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(assertionAlgorithm, { extractable: true, modulusLength: 2048 })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: assertionAlgorithm, use: 'sig' }
}

/** What everybody may see of it. */
export function toPublicJwk(key: JWK): JWK {
  const { kty, n, e, kid, alg, use } = key
  return {
    kty,
    ...(n !== undefined && { n }),
    ...(e !== undefined && { e }),
    ...(kid !== undefined && { kid }),
    ...(alg !== undefined && { alg }),
    ...(use !== undefined && { use }),
  } as JWK
}

export function sealSecrets(encryption: Encryption, provider: ProviderName, secrets: OidcSecrets): string {
  return encryption.seal(JSON.stringify(secrets), contextOf(provider))
}

export function openSecrets(
  encryption: Encryption,
  provider: ProviderName & { readonly secrets: string | null },
): OidcSecrets {
  if (provider.secrets === null) return { clientSecret: null, privateKey: null }
  // We sealed it ourselves, in this form.
  return JSON.parse(encryption.open(provider.secrets, contextOf(provider))) as OidcSecrets
}
