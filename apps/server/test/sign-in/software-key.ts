import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'

/** A security key in software, which does as it is told: also what a sound one would never do. */
export type SoftwareKey = {
  readonly credentialId: string
  /** Answers `navigator.credentials.create`, as the page sends it. */
  create(asked: CreationOptions, lies?: Lies): string
  /** Answers `navigator.credentials.get`. */
  get(asked: RequestOptions, lies?: Lies): string
}

export type CreationOptions = { readonly challenge: string; readonly user: { readonly id: string } }
export type RequestOptions = { readonly challenge: string }

export type Lies = {
  readonly origin?: string
  readonly rpId?: string
  readonly isUserVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string
  readonly attestation?: 'none' | 'packed'
}

export function createSoftwareKey(site: { readonly origin: string; readonly rpId: string }): SoftwareKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  const credentialId = id.toString('base64url')
  let counter = 0
  let userHandle = ''
  const authenticatorData = (lies: Lies, attested?: Buffer): Buffer => {
    const flags = 0x01 | (lies.isUserVerified === false ? 0 : 0x04) | (attested === undefined ? 0 : 0x40)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(lies.counter ?? ++counter)
    const rpIdHash = createHash('sha256')
      .update(lies.rpId ?? site.rpId)
      .digest()
    return Buffer.concat([rpIdHash, Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }
  const clientData = (type: string, challenge: string, lies: Lies): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: lies.origin ?? site.origin, crossOrigin: false }))
  const toAnswer = (response: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {}, response })
  return {
    credentialId,
    create: (asked, lies = {}) => {
      userHandle = asked.user.id
      const client = clientData('webauthn.create', asked.challenge, lies)
      const length = Buffer.from([0, id.length])
      const authData = authenticatorData(lies, Buffer.concat([Buffer.alloc(16), length, id, toCose(publicKey)]))
      const statement = lies.attestation === 'packed' ? packedStatement() : cborMap([])
      const object = cborMap([
        [cborText('fmt'), cborText(lies.attestation ?? 'none')],
        [cborText('attStmt'), statement],
        [cborText('authData'), cborBytes(authData)],
      ])
      return toAnswer({ clientDataJSON: client.toString('base64url'), attestationObject: object.toString('base64url') })
    },
    get: (asked, lies = {}) => {
      const client = clientData('webauthn.get', asked.challenge, lies)
      const authData = authenticatorData(lies)
      const signed = Buffer.concat([authData, createHash('sha256').update(client).digest()])
      return toAnswer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: createSign('sha256').update(signed).sign(privateKey).toString('base64url'),
        userHandle: lies.userHandle ?? userHandle,
      })
    },
  }
}

/** ES256 (RFC 9053): kty 2, alg -7, crv 1, x, y. */
function toCose(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return cborMap([
    [cborInteger(1), cborInteger(2)],
    [cborInteger(3), cborInteger(-7)],
    [cborInteger(-1), cborInteger(1)],
    [cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
    [cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
  ])
}

/** With a certificate: what would make a server look for its revocation. */
function packedStatement(): Buffer {
  return cborMap([
    [cborText('alg'), cborInteger(-7)],
    [cborText('sig'), cborBytes(randomBytes(70))],
    [cborText('x5c'), Buffer.concat([Buffer.from([0x81]), cborBytes(randomBytes(300))])],
  ])
}

function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}

function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes])
}

function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)])
}

function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()])
}
