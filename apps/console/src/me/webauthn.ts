type Bytes = Uint8Array<ArrayBuffer>

/** The members of `PublicKeyCredentialCreationOptionsJSON` that are no plain values in the browser's own type. */
type Asked = {
  readonly challenge: string
  readonly user: { readonly id: string }
  readonly excludeCredentials: readonly { readonly id: string }[]
}

/** What a device was asked for and would not do, or the person would not. */
export class PasskeyError extends Error {
  readonly reason: 'cancelled' | 'known' | 'unsupported'

  constructor(reason: PasskeyError['reason'], cause?: unknown) {
    super(`No passkey was made: ${reason}`, { cause })
    this.name = 'PasskeyError'
    this.reason = reason
  }
}

/**
 * Asks the device for a passkey and gives its answer as JSON. Browsers that translate this JSON by themselves are too young
 * to be relied on.
 *
 * @throws PasskeyError
 */
export async function createPasskey(options: unknown): Promise<Record<string, unknown>> {
  if (!('PublicKeyCredential' in globalThis)) throw new PasskeyError('unsupported')
  // The server's own options, which are WebAuthn's JSON.
  const asked = options as Asked & Record<string, unknown>
  const publicKey = {
    ...asked,
    challenge: toBytes(asked.challenge),
    user: { ...asked.user, id: toBytes(asked.user.id) },
    excludeCredentials: asked.excludeCredentials.map((each) => ({ ...each, id: toBytes(each.id) })),
  }
  try {
    // The same members, with bytes in the place of texts.
    const made = await navigator.credentials.create({
      publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions,
    })
    return toJson(made)
  } catch (error) {
    if (error instanceof PasskeyError) throw error
    const isKnown = error instanceof DOMException && error.name === 'InvalidStateError'
    throw new PasskeyError(isKnown ? 'known' : 'cancelled', error)
  }
}

function toJson(made: Credential | null): Record<string, unknown> {
  if (!(made instanceof PublicKeyCredential) || !(made.response instanceof AuthenticatorAttestationResponse))
    throw new PasskeyError('cancelled')
  const { rawId, response } = made
  const id = toText(rawId)
  return {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports(),
    },
  }
}

function toBytes(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
}

function toText(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
