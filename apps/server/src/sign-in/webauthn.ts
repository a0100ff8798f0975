import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { RelyingParty } from './relying-party.ts'

/** EdDSA, ES256, RS256 (COSE). */
const algorithms = [-8, -7, -257]
const timeoutMs = 300_000
/** The longest text of an answer that is read: attestation objects stay far below. */
export const answerCharactersMax = 64 * 1024

export type KnownCredential = { readonly credentialId: Buffer; readonly transports: readonly string[] }

/** `PublicKeyCredentialCreationOptionsJSON`: what `navigator.credentials.create` is asked for. */
export function toCreationOptions(asked: {
  readonly challenge: string
  readonly relyingParty: RelyingParty
  readonly user: { readonly handle: Buffer; readonly name: string; readonly displayName: string }
  readonly exclude: readonly KnownCredential[]
}): JsonObject {
  const { challenge, relyingParty, user, exclude } = asked
  return {
    challenge,
    rp: { id: relyingParty.id, name: 'Rollcall' },
    user: { id: user.handle.toString('base64url'), name: user.name, displayName: user.displayName },
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: timeoutMs,
    excludeCredentials: exclude.map(toDescriptor),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  }
}

/** `PublicKeyCredentialRequestOptionsJSON`; without `allow` the browser offers what it has for this site. */
export function toRequestOptions(asked: {
  readonly challenge: string
  readonly relyingParty: RelyingParty
  readonly allow: readonly KnownCredential[]
}): JsonObject {
  const { challenge, relyingParty, allow } = asked
  const allowCredentials = allow.map(toDescriptor)
  return { challenge, rpId: relyingParty.id, timeout: timeoutMs, userVerification: 'required', allowCredentials }
}

function toDescriptor({ credentialId, transports }: KnownCredential): JsonObject {
  return { type: 'public-key', id: credentialId.toString('base64url'), transports: [...transports] }
}

/** What a device answered, as the page sends it: its own statement of origin and challenge is checked by {@link verifyCreation}. */
export type CredentialAnswer = {
  readonly credentialId: Buffer
  /** The challenge that the device says it has answered. */
  readonly challenge: string
  /** Of a discoverable credential: whom it belongs to. */
  readonly userHandle: Buffer | undefined
  readonly json: JsonObject
}

/** Undefined: this is no answer of a device. */
export function parseCredentialAnswer(text: string): CredentialAnswer | undefined {
  const json = text.length > answerCharactersMax ? undefined : parseJson(text)
  if (!isJsonObject(json)) return undefined
  const { id, response } = json
  if (typeof id !== 'string' || !isJsonObject(response)) return undefined
  const { clientDataJSON, userHandle } = response
  if (typeof clientDataJSON !== 'string') return undefined
  const client = parseJson(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
  if (!isJsonObject(client) || typeof client['challenge'] !== 'string') return undefined
  return {
    credentialId: Buffer.from(id, 'base64url'),
    challenge: client['challenge'],
    userHandle: typeof userHandle === 'string' ? Buffer.from(userHandle, 'base64url') : undefined,
    json,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export type NewCredential = KnownCredential & {
  readonly publicKey: Buffer
  readonly counter: number
  readonly isBackedUp: boolean
}

type Expected = { readonly challenge: string; readonly relyingParty: RelyingParty }

/** Undefined: the answer is not what was asked for: another site or challenge, nobody was verified, or it is no answer at all. */
export async function verifyCreation(answer: CredentialAnswer, expected: Expected): Promise<NewCredential | undefined> {
  const { verifyRegistrationResponse } = await loadLibrary()
  // The library checks each member before it reads it.
  const response = answer.json as unknown as RegistrationResponseJSON
  try {
    if (!(await isPlainAttestation(response))) return undefined
    const { registrationInfo: info } = await verifyRegistrationResponse({
      response,
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.relyingParty.origin,
      expectedRPID: expected.relyingParty.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    if (info === undefined) return undefined
    return {
      credentialId: Buffer.from(info.credential.id, 'base64url'),
      publicKey: Buffer.from(info.credential.publicKey),
      counter: info.credential.counter,
      transports: toTransports(answer.json),
      isBackedUp: info.credentialBackedUp,
    }
  } catch {
    // It throws at everything that does not fit.
    return undefined
  }
}

/**
 * We ask for no attestation. One with certificates would make the library fetch revocation lists from addresses that the
 * sender chose.
 */
async function isPlainAttestation({ response }: RegistrationResponseJSON): Promise<boolean> {
  const { decodeAttestationObject, isoBase64URL } = await import('@simplewebauthn/server/helpers')
  const object = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject))
  const format = object.get('fmt')
  return format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined)
}

const knownTransports = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])

function toTransports({ response }: JsonObject): readonly string[] {
  const listed = isJsonObject(response) ? response['transports'] : undefined
  if (!Array.isArray(listed)) return []
  return [...new Set(listed.filter((name) => typeof name === 'string' && knownTransports.has(name)).map(String))]
}

/** Counter and backup state after the answer; undefined: it proves nothing. A counter that goes back proves a copy. */
export async function verifyRequest(
  answer: CredentialAnswer,
  expected: Expected & { readonly credential: Omit<NewCredential, 'isBackedUp'> },
): Promise<{ readonly counter: number; readonly isBackedUp: boolean } | undefined> {
  const { verifyAuthenticationResponse } = await loadLibrary()
  const { credentialId, publicKey, counter } = expected.credential
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      // The library checks each member before it reads it.
      response: answer.json as unknown as AuthenticationResponseJSON,
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.relyingParty.origin,
      expectedRPID: expected.relyingParty.id,
      requireUserVerification: true,
      credential: { id: credentialId.toString('base64url'), publicKey: Uint8Array.from(publicKey), counter },
    })
    return verified ? { counter: info.newCounter, isBackedUp: info.credentialBackedUp } : undefined
  } catch {
    return undefined
  }
}

/** It brings ASN.1 and CBOR: a process that meets no passkey needs neither. */
function loadLibrary() {
  return import('@simplewebauthn/server')
}
