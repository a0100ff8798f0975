import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, scryptSync } from 'node:crypto'
import { OperatorError } from '../operator-error.ts'
import { createByteReader, damaged, type ByteReader } from './byte-reader.ts'

// The file: a magic line, a header of JSON on one line, then sealed frames. Each frame is bound to the header and to its
// place, the last one is marked: what was changed, moved, cut off or added does not open.
const magic = 'ROLLCALL BACKUP 1\n'
const algorithm = 'aes-256-gcm'
const tagBytes = 16
const frameBytes = 64 * 1024
const frameHeadBytes = 5
const headerBytesMax = 1024 * 1024
const scryptCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

/** With what a backup is sealed: a passphrase, or the encryption keys of the instance, of which the first seals. */
export type BackupSecret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'encryptionKeys'; readonly keys: readonly string[] }

/** What everybody may read of a backup. */
export type BackupHeader = {
  readonly createdAt: string
  readonly version: string
  readonly postgres: string
  readonly migrations: readonly { readonly version: number; readonly name: string; readonly checksum: string }[]
}

type SealedHeader = BackupHeader & {
  readonly sealedWith: { readonly kind: BackupSecret['kind']; readonly salt: string; readonly keyId?: string }
}

/** Magic, header and sealed frames of the content. */
export async function* sealBackup(
  header: BackupHeader,
  secret: BackupSecret,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(32)
  const [first = ''] = secret.kind === 'encryptionKeys' ? secret.keys : []
  const sealedWith = { kind: secret.kind, salt: salt.toString('base64'), ...(first !== '' && { keyId: keyId(first) }) }
  const head = Buffer.from(`${magic}${JSON.stringify({ ...header, sealedWith } satisfies SealedHeader)}\n`)
  yield head
  const key = secret.kind === 'passphrase' ? passphraseKey(secret.passphrase, salt) : instanceKey(first, salt)
  const bound = createHash('sha256').update(head).digest()
  const reader = createByteReader(content)
  let frame = await reader.readUpTo(frameBytes)
  for (let index = 0; ; index++) {
    const next = await reader.readUpTo(frameBytes)
    const isLast = next.length === 0
    yield sealFrame({ key, bound, index, isLast }, frame)
    if (isLast) return
    frame = next
  }
}

export type OpenedBackup = { readonly header: BackupHeader; readonly content: AsyncGenerator<Buffer> }

/** Reads the header and opens the frames one after the other; throws OperatorError for a wrong secret or a damaged file. */
export async function openBackup(file: AsyncIterable<Buffer>, secret: BackupSecret): Promise<OpenedBackup> {
  const reader = createByteReader(file)
  const start = await reader.readUpTo(magic.length)
  if (start.toString('latin1') !== magic) throw new OperatorError('The file is no backup of Rollcall')
  const line = await reader.readLine(headerBytesMax)
  const header = parseHeader(line)
  const key = deriveKey(header, secret)
  const bound = createHash('sha256').update(start).update(line).update('\n').digest()
  return { header, content: openFrames(reader, { key, bound }) }
}

async function* openFrames(
  reader: ByteReader,
  { key, bound }: { readonly key: Buffer; readonly bound: Buffer },
): AsyncGenerator<Buffer> {
  for (let index = 0; ; index++) {
    const head = await reader.read(frameHeadBytes)
    const isLast = head[0] === 1
    const length = head.readUInt32BE(1)
    if (length > frameBytes) throw damaged()
    yield openFrame({ key, bound, index, isLast }, await reader.read(length + tagBytes))
    if (!isLast) continue
    if ((await reader.readUpTo(1)).length > 0) throw damaged()
    return
  }
}

type Place = { readonly key: Buffer; readonly bound: Buffer; readonly index: number; readonly isLast: boolean }

function sealFrame(place: Place, plain: Buffer): Buffer {
  const head = Buffer.alloc(frameHeadBytes)
  head[0] = place.isLast ? 1 : 0
  head.writeUInt32BE(plain.length, 1)
  const cipher = createCipheriv(algorithm, place.key, nonceOf(place.index)).setAAD(Buffer.concat([place.bound, head]))
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function openFrame(place: Place, sealed: Buffer): Buffer {
  const head = Buffer.alloc(frameHeadBytes)
  head[0] = place.isLast ? 1 : 0
  head.writeUInt32BE(sealed.length - tagBytes, 1)
  const decipher = createDecipheriv(algorithm, place.key, nonceOf(place.index))
  decipher.setAAD(Buffer.concat([place.bound, head])).setAuthTag(sealed.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
  } catch (cause) {
    if (place.index > 0) throw damaged(cause)
    throw new OperatorError(
      'The backup does not open: the passphrase or the encryption keys are wrong, or it is damaged',
      {
        cause,
      },
    )
  }
}

/** Every backup has a key of its own, by its salt: a counter is nonce enough. */
function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 4)
  return nonce
}

function deriveKey({ sealedWith }: SealedHeader, secret: BackupSecret): Buffer {
  const salt = Buffer.from(sealedWith.salt, 'base64')
  if (sealedWith.kind !== secret.kind)
    throw new OperatorError(
      sealedWith.kind === 'passphrase'
        ? 'The backup was sealed with a passphrase: set ROLLCALL_BACKUP_PASSPHRASE or ROLLCALL_BACKUP_PASSPHRASE_FILE'
        : 'The backup was sealed with the encryption keys: unset ROLLCALL_BACKUP_PASSPHRASE and set ROLLCALL_ENCRYPTION_KEYS',
    )
  if (secret.kind === 'passphrase') return passphraseKey(secret.passphrase, salt)
  const key = secret.keys.find((each) => keyId(each) === sealedWith.keyId)
  if (key !== undefined) return instanceKey(key, salt)
  throw new OperatorError(
    `The backup was sealed with the encryption key ${sealedWith.keyId}, which is not among those of this instance. ` +
      'Set ROLLCALL_ENCRYPTION_KEYS to the keys that were kept apart from the backup.',
  )
}

function passphraseKey(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, scryptCost)
}

function instanceKey(key: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), salt, 'rollcall backup', 32))
}

function keyId(key: string): string {
  return createHash('sha256').update('backup key id').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8)
}

function parseHeader(line: Buffer): SealedHeader {
  try {
    // Its content is bound to every frame: nothing opens when somebody changed it.
    return JSON.parse(line.toString()) as SealedHeader
  } catch (cause) {
    throw damaged(cause)
  }
}
