import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { getInstanceSecret } from '../../access/instance-secrets.ts'
import type { Queryable } from '../../db/pool.ts'
import { createEncryption, type Encryption } from '../../encryption.ts'

/** Where something sealed stands; moved to another place it does not open. */
export type SealedPart = {
  readonly organizationId: string
  readonly sourceId: string
  readonly part: 'raw' | 'mapped' | 'attributes' | 'differences'
  readonly anchor: string
}

/** What sources say and nobody is shown, as it is kept. */
export type RecordVault = {
  seal(text: string, of: SealedPart): string
  /** What was never sealed is answered as it is. */
  open(text: string, of: SealedPart): string
  /** Tells two values apart and says nothing of either to whoever has the database alone. */
  digest(text: string): string
  sealBytes(bytes: Buffer, context: string): Buffer
  /** What was never sealed is answered as it is. */
  openBytes(bytes: Buffer, context: string): Buffer
}

export type VaultParts = { readonly database: Queryable; readonly encryption: Encryption }

const secretName = 'source-records'
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
/** Neither JSON nor what zstd writes begins like this. */
const textStart = 'v1.'
const bytesVersion = 1

/**
 * By a key that is itself a sealed secret of the instance: when the encryption keys are changed, that one is sealed anew and no record
 * is touched.
 */
export async function openRecordVault({ database, encryption }: VaultParts, now: Date): Promise<RecordVault> {
  const secret = await getInstanceSecret(database, encryption, { name: secretName, now })
  const inner = createEncryption([Buffer.from(secret).toString('base64')])
  const bytesKey = keyFor(secret, 'bytes')
  const digestKey = keyFor(secret, 'digest')
  return {
    seal: (text, of) => inner.seal(text, contextOf(of)),
    open: (text, of) => (isSealed(text) ? inner.open(text, contextOf(of)) : text),
    digest: (text) => createHmac('sha256', digestKey).update(text).digest('base64url'),
    sealBytes: (bytes, context) => sealBytes(bytesKey, bytes, context),
    openBytes: (bytes, context) => (bytes[0] === bytesVersion ? openBytes(bytesKey, bytes, context) : bytes),
  }
}

export function isSealed(text: string): boolean {
  return text.startsWith(textStart)
}

function contextOf({ organizationId, sourceId, part, anchor }: SealedPart): string {
  return `source_records/${organizationId}/${sourceId}/${part}/${anchor}`
}

function keyFor(secret: Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `rollcall source records ${use}`, 32))
}

function sealBytes(key: Buffer, bytes: Buffer, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([Buffer.of(bytesVersion), nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

function openBytes(key: Buffer, sealed: Buffer, context: string): Buffer {
  const nonce = sealed.subarray(1, 1 + nonceBytes)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes)), decipher.final()])
}
