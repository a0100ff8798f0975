import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose'
import { RefusedSignal } from './signal-error.ts'
import type { TransmitterKeys } from './transmitter-keys.ts'
import type { Transmitter } from './transmitters.ts'

/** Signatures only, with keys that are not shared. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const clockToleranceSeconds = 300
/** An event that is older than this is not taken: ids of tokens are remembered for longer. */
const ageSecondsMax = 7 * 24 * 3_600
/** Ids of tokens are remembered for so long. */
export const rememberedDays = 14
const idCharactersMax = 300
const tokenCharactersMax = 100_000

type Expected = { readonly now: Date } & Pick<JWTVerifyOptions, 'typ' | 'requiredClaims' | 'maxTokenAge' | 'audience'>

/** A security event token of the transmitter, for us, and not too old; throws what is told to it. */
export async function verifyEventToken(
  keys: TransmitterKeys,
  transmitter: Transmitter,
  { token, now }: { readonly token: string; readonly now: Date },
): Promise<JWTPayload & { readonly jti: string }> {
  const payload = await verify(keys, transmitter, {
    token,
    expected: {
      now,
      typ: 'secevent+jwt',
      audience: [...transmitter.audience],
      requiredClaims: ['iat', 'jti', 'events'],
      maxTokenAge: ageSecondsMax,
    },
  })
  // SSF 1.0 §4.1.3: what has them is a token of another kind.
  if (payload.sub !== undefined || payload.exp !== undefined)
    throw new RefusedSignal('invalid_request', 'A security event token has neither "sub" nor "exp"')
  return payload
}

/** A signed request of an identity provider: for one address, for minutes. */
export async function verifyRequestToken(
  keys: TransmitterKeys,
  transmitter: Transmitter,
  given: { readonly token: string; readonly now: Date; readonly audiences: readonly string[] },
): Promise<JWTPayload & { readonly jti: string }> {
  const { token, now, audiences } = given
  const expected = {
    now,
    typ: 'global-token-revocation+jwt',
    audience: [...audiences],
    requiredClaims: ['iat', 'jti', 'exp'],
    maxTokenAge: requestSecondsMax,
  }
  return verify(keys, transmitter, { token, expected })
}

const requestSecondsMax = 3_600

async function verify(
  keys: TransmitterKeys,
  transmitter: Transmitter,
  { token, expected }: { readonly token: string; readonly expected: Expected },
): Promise<JWTPayload & { readonly jti: string }> {
  const { now, ...claims } = expected
  if (token.length > tokenCharactersMax) throw new RefusedSignal('invalid_request', 'The token is too long')
  const getKey = await keys.of(transmitter, readKeyId(token))
  try {
    const { payload } = await jwtVerify(token, getKey, {
      algorithms,
      issuer: transmitter.issuer,
      clockTolerance: clockToleranceSeconds,
      currentDate: now,
      ...claims,
    })
    const { jti = '' } = payload
    if (jti === '' || jti.length > idCharactersMax)
      throw new RefusedSignal('invalid_request', 'jti is empty or too long')
    return { ...payload, jti }
  } catch (error) {
    throw toRefusal(error)
  }
}

function readKeyId(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid
  } catch {
    throw new RefusedSignal('invalid_request', 'This is no signed token')
  }
}

function toRefusal(error: unknown): Error {
  if (error instanceof RefusedSignal) return error
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return new RefusedSignal('invalid_issuer', 'The issuer is another one')
    if (error.claim === 'aud') return new RefusedSignal('invalid_audience', 'The token is meant for somebody else')
    return new RefusedSignal('invalid_request', `The claim "${error.claim}" is wrong`)
  }
  if (error instanceof errors.JWTExpired) return new RefusedSignal('invalid_request', 'The token is too old')
  if (error instanceof errors.JOSEError)
    return new RefusedSignal('invalid_key', 'The signature is not one of the transmitter’s keys')
  return error instanceof Error ? error : new Error(String(error))
}
