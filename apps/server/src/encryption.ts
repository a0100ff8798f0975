import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Seals small secrets for the database: the first key encrypts, every key decrypts. */
export type Encryption = {
  /** The context (table and row) is bound to the sealed text: moved to another place it does not open. */
  seal(plaintext: string, context: string): string
  open(sealed: string, context: string): string
  /** Fingerprints of the keys, the first one that which seals. */
  readonly keyIds: readonly string[]
  /** The fingerprint of the key that sealed the text. */
  keyIdOf(sealed: string): string
  /** False when the text was sealed by another key than the first. */
  isCurrent(sealed: string): boolean
}

const algorithm = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const version = 'v1'

/** Keys are base64 of 32 bytes. Sealed text: `v1.<key id>.<nonce, ciphertext and tag in base64url>`. */
export function createEncryption(keys: readonly string[]): Encryption {
  const ring = new Map(keys.map((text) => keyEntry(text)))
  const [first] = ring
  if (first === undefined) throw new Error('Encryption needs at least one key')
  const [firstId, firstKey] = first
  return {
    seal: (plaintext, context) => `${version}.${firstId}.${encrypt(firstKey, plaintext, context)}`,
    open: (sealed, context) => {
      const { keyId, payload } = parseSealed(sealed)
      const key = ring.get(keyId)
      if (key === undefined) throw new Error(`No encryption key with id ${keyId}: ROLLCALL_ENCRYPTION_KEYS lacks it`)
      return decrypt(key, payload, context)
    },
    keyIds: [...ring.keys()],
    keyIdOf: (sealed) => parseSealed(sealed).keyId,
    isCurrent: (sealed) => parseSealed(sealed).keyId === firstId,
  }
}

/** The context of a row of `instance_secrets`; whoever seals one uses it, or rotation cannot open it. */
export function secretContext(name: string): string {
  return `instance_secrets/${name}`
}

export function generateEncryptionKey(): string {
  return randomBytes(keyBytes).toString('base64')
}

function keyEntry(text: string): readonly [string, Buffer] {
  const key = Buffer.from(text, 'base64')
  if (key.length !== keyBytes) throw new Error(`An encryption key must have ${keyBytes} bytes`)
  return [createHash('sha256').update(key).digest('hex').slice(0, 8), key]
}

function parseSealed(sealed: string): { readonly keyId: string; readonly payload: Buffer } {
  const [found, keyId, payload, ...rest] = sealed.split('.')
  if (found !== version || keyId === undefined || payload === undefined || rest.length > 0) {
    throw new Error('A sealed secret has an unknown form')
  }
  return { keyId, payload: Buffer.from(payload, 'base64url') }
}

function encrypt(key: Buffer, plaintext: string, context: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url')
}

function decrypt(key: Buffer, payload: Buffer, context: string): string {
  const decipher = createDecipheriv(algorithm, key, payload.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(payload.subarray(-tagBytes))
  const body = payload.subarray(nonceBytes, -tagBytes)
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
}
