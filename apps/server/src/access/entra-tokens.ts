import { createHash } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import type { Clock } from '../clock.ts'
import { createBoundedMap } from './bounded-map.ts'
import type { SigningKeys } from './signing-keys.ts'

/**
 * Entra ID signs its own tokens for provisioning where the field "Secret Token" is left blank: issued by the tenant, for
 * one fixed audience that stands for all applications without a place in the gallery.
 */
export const entraAudience = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
/** The keys of every tenant; the only address that is asked. */
export const entraKeysUrl = 'https://login.microsoftonline.com/common/discovery/keys'

const issuer = /^https:\/\/sts\.windows\.net\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/$/
const clockToleranceSeconds = 60
const verifiedMax = 1_000

export type EntraToken = { readonly tenantId: string; readonly expiresAtMs: number }

export type EntraVerifier = {
  /** The tenant that a token says it comes from; undefined when it is no token of Entra's. Proves nothing. */
  readTenant(token: string): string | undefined
  /** Undefined when signature, issuer, audience or times are wrong; throws when Microsoft's keys cannot be had. */
  verify(token: string): Promise<EntraToken | undefined>
}

export function createEntraVerifier(options: { readonly clock: Clock; readonly keys: SigningKeys }): EntraVerifier {
  const { clock, keys } = options
  // By digest: a token is a secret, and long.
  const verified = createBoundedMap<string, EntraToken>(verifiedMax)
  return {
    readTenant,
    verify: async (token) => {
      const digest = createHash('sha256').update(token).digest('base64')
      const nowMs = clock().getTime()
      const known = verified.get(digest)
      if (known !== undefined) return known.expiresAtMs > nowMs ? known : undefined
      const tenantId = readTenant(token)
      if (tenantId === undefined) return undefined
      const fresh = await verifyOnce(token, tenantId, { keys, now: new Date(nowMs) })
      if (fresh !== undefined) verified.set(digest, fresh)
      return fresh
    },
  }
}

function readTenant(token: string): string | undefined {
  try {
    return issuer.exec(decodeJwt(token).iss ?? '')?.[1]
  } catch {
    return undefined
  }
}

async function verifyOnce(
  token: string,
  tenantId: string,
  { keys, now }: { readonly keys: SigningKeys; readonly now: Date },
): Promise<EntraToken | undefined> {
  const keyId = readKeyId(token)
  if (keyId === undefined) return undefined
  const published = await keys.get(keyId)
  try {
    // The shape of each key is checked by jose when it is used.
    const keySet = createLocalJWKSet({ keys: published.keys as { kty: string }[] })
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: ['RS256'],
      issuer: `https://sts.windows.net/${tenantId}/`,
      audience: entraAudience,
      typ: 'JWT',
      requiredClaims: ['exp', 'nbf'],
      currentDate: now,
      clockTolerance: clockToleranceSeconds,
    })
    return { tenantId, expiresAtMs: ((payload.exp ?? 0) + clockToleranceSeconds) * 1000 }
  } catch {
    return undefined
  }
}

function readKeyId(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid
  } catch {
    return undefined
  }
}
