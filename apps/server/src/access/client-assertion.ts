import { createHash } from 'node:crypto'
import type { JsonObject } from '@rollcall/scim'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'

/** Longer than this no assertion may be good: until then its id is remembered. */
export const assertionSecondsMax = 3_600
const clockToleranceSeconds = 60
const idCharactersMax = 500
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** Who an assertion says it is from; proves nothing. */
export function readIssuer(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss
  } catch {
    return undefined
  }
}

/**
 * RFC 7523 §3: signed by the client, about the client, for us, not for long, and with an id so that it is used once.
 * Undefined when one of these does not hold.
 */
export async function verifyAssertion(
  assertion: string,
  wanted: {
    readonly jwks: JsonObject
    readonly clientId: string
    readonly audiences: readonly string[]
    readonly now: Date
  },
): Promise<{ readonly jtiHash: Buffer; readonly expiresAt: Date } | undefined> {
  const { jwks, clientId, audiences, now } = wanted
  try {
    // Stored by parseClientKeys only, which checked each key.
    const keySet = createLocalJWKSet(jwks as { keys: { kty: string }[] })
    const { payload } = await jwtVerify(assertion, keySet, {
      algorithms,
      issuer: clientId,
      subject: clientId,
      audience: [...audiences],
      requiredClaims: ['exp', 'jti'],
      currentDate: now,
      clockTolerance: clockToleranceSeconds,
    })
    const { exp = 0, jti = '' } = payload
    const isLong = exp * 1000 - now.getTime() > (assertionSecondsMax + clockToleranceSeconds) * 1000
    if (isLong || jti === '' || jti.length > idCharactersMax) return undefined
    return {
      jtiHash: createHash('sha256').update(jti).digest(),
      expiresAt: new Date((exp + clockToleranceSeconds) * 1000),
    }
  } catch {
    return undefined
  }
}
