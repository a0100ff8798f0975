import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { AccessError } from '../access/access-error.ts'
import type { Sealing } from '../access/sealed-credentials.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import {
  completeFile,
  countFiles,
  deleteOldFiles,
  insertFile,
  insertPiece,
  selectFile,
  selectFiles,
  selectOpenFile,
  selectPiece,
  type SourceFileRow,
} from '../db/queries/source-files.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { openRecordVault, type RecordVault } from './seal/record-vault.ts'
import { placeOfPiece } from './seal/places.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from './source.ts'
import { SourceError } from './source-error.ts'

export type SourceFile = SourceFileRow

export const sourceFileBytesMax = 2 * 1024 ** 3
const pieceBytes = 1024 * 1024
/** So many files of a source are kept, for whoever asks what was uploaded. */
const filesKept = 5
/** So many files of a source may be under way. */
const openFilesMax = 20
/** An upload that has not ended after so long has broken off. */
export const brokenAfterMs = 6 * 3_600_000

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export type FileName = SourceName & { readonly fileId: string }

/** A file that was uploaded, to be read from any byte on, in any process. */
export type StoredFile = {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  read(fromByte: number): AsyncIterable<Buffer>
}

/** Begins a file that comes in parts; it is there once it is complete. Throws `sourceNotFound`, `sourceKind`, `tooManyUploads`. */
export async function beginFile(
  database: Database,
  call: Call,
  request: SourceName & { readonly name: string },
): Promise<FileName> {
  const { organizationId, sourceId, name } = request
  const { kind } = await getSource(database, request)
  if (kind !== 'file') throw new AccessError('sourceKind', `No files are uploaded for a source of the kind ${kind}`)
  const file = { organizationId, sourceId, fileId: createId() }
  const row = { name, uploadedBy: call.actor, uploadedAt: call.now, openMax: openFilesMax }
  if (await insertFile(database, file, row)) return file
  throw new AccessError(
    'tooManyUploads',
    `${openFilesMax} files of this source are being uploaded: complete one; what broke off is forgotten after six hours`,
  )
}

/**
 * Adds the next part, which begins at `fromByte`; one that came already is there. Returns where the next one begins. Throws
 * `sourceFileNotFound`, `sourceFilePart`, `sourceFileTooLarge`.
 */
export async function addPart(
  parts: Sealing,
  file: Pick<FileName, 'organizationId' | 'fileId'>,
  part: Part & { readonly now: Date },
): Promise<number> {
  const pieces = await toPieces(part, { file, vault: await openRecordVault(parts, part.now) })
  return transaction(parts.database, async (tx) => {
    const { sourceId, nextByte } = await lockOpenFile(tx, file)
    const { fromByte, bytes } = part
    const endByte = fromByte + bytes.byteLength
    if (endByte <= nextByte) return nextByte
    if (fromByte !== nextByte)
      throw new AccessError('sourceFilePart', `The next part begins at byte ${nextByte}, and not at ${fromByte}`, {
        field: 'fromByte',
      })
    if (endByte > sourceFileBytesMax)
      throw new AccessError('sourceFileTooLarge', `A file has at most ${sourceFileBytesMax} bytes`)
    for (const piece of pieces) await insertPiece(tx, { ...file, sourceId }, piece)
    return endByte
  })
}

type Part = { readonly fromByte: number; readonly bytes: Buffer }
type Piece = Parameters<typeof insertPiece>[2]

async function toPieces(
  { fromByte, bytes }: Part,
  { file, vault }: { readonly file: Pick<FileName, 'organizationId' | 'fileId'>; readonly vault: RecordVault },
): Promise<readonly Piece[]> {
  const starts = Array.from({ length: Math.ceil(bytes.byteLength / pieceBytes) }, (_, index) => index * pieceBytes)
  return Promise.all(
    starts.map(async (start) => {
      const own = bytes.subarray(start, start + pieceBytes)
      const startByte = fromByte + start
      // Whatever its rules will call secret: nothing of it lies about.
      const content = vault.sealBytes(await compress(own), placeOfPiece({ ...file, startByte }))
      return { startByte, endByte: startByte + own.byteLength, content }
    }),
  )
}

/**
 * Says that all parts are there. Throws `sourceFileNotFound`, and `sourceFilePart` where the file has not that many bytes or
 * another SHA-256.
 */
export async function completeUpload(
  parts: Sealing,
  call: Call,
  request: Pick<FileName, 'organizationId' | 'fileId'> & {
    readonly bytes: number
    readonly sha256?: string | undefined
  },
): Promise<SourceFileRow> {
  const { database } = parts
  const { organizationId, fileId } = request
  const open = await selectOpenFile(database, { organizationId, fileId })
  if (open === undefined) throw new AccessError('sourceFileNotFound', 'There is no such file')
  const file = { organizationId, sourceId: open.sourceId, fileId }
  const found = await measure(await openStore(parts, call.now), file)
  if (found.bytes !== request.bytes)
    throw new AccessError('sourceFilePart', `${found.bytes} of ${request.bytes} bytes are here`, { field: 'bytes' })
  if (request.sha256 !== undefined && request.sha256 !== found.sha256)
    throw new AccessError('sourceFilePart', 'What is here has another SHA-256: upload the file anew', {
      field: 'sha256',
    })
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, file, { lock: true })
    // What came while the rest was measured is in no sum.
    const { nextByte } = await lockOpenFile(tx, file)
    if (nextByte !== found.bytes)
      throw new AccessError('sourceFilePart', 'Another part came meanwhile: say again that all parts were sent')
    await completeFile(tx, file, found)
    const brokenBefore = new Date(call.now.getTime() - brokenAfterMs)
    await deleteOldFiles(tx, file, { kept: filesKept, brokenBefore })
    const row = await selectFile(tx, file)
    if (row === undefined) throw new AccessError('sourceFileNotFound', 'There is no such file')
    const shown = { name: source.name, file: formatTypeId('sfl', fileId), fileName: row.name, ...found }
    await recordSource(tx, call, source, { action: 'source.file_uploaded', data: shown })
    return row
  })
}

async function measure(store: Store, file: FileName): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of readPieces(store, file, 0)) {
    hash.update(piece)
    bytes += piece.byteLength
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function lockOpenFile(
  tx: Queryable,
  file: Pick<FileName, 'organizationId' | 'fileId'>,
): Promise<{ readonly sourceId: string; readonly nextByte: number }> {
  const open = await selectOpenFile(tx, file, { lock: true })
  if (open === undefined) throw new AccessError('sourceFileNotFound', 'There is no such file, or it is complete')
  return open
}

/** Newest first. Throws `sourceNotFound`. */
export async function listFiles(db: Queryable, name: SourceName, page: PageOf): Promise<Page<SourceFileRow>> {
  await getSource(db, name)
  const rows = await selectFiles(db, name, { before: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countOwnFiles(db: Queryable, name: SourceName): Promise<number> {
  return countFiles(db, name)
}

/** The named file, or the newest one; undefined: there is none. */
export async function findStoredFile(
  parts: Sealing,
  name: SourceName,
  { fileId, now }: { readonly fileId: string | null; readonly now: Date },
): Promise<StoredFile | undefined> {
  const { database: db } = parts
  const [row] =
    fileId === null
      ? await selectFiles(db, name, { before: undefined, rowsMax: 1 })
      : [await selectFile(db, { ...name, fileId })]
  if (row === undefined) return undefined
  const file = { ...name, fileId: row.id }
  const { name: shown, bytes, sha256 } = row
  const store = await openStore(parts, now)
  return { name: shown, bytes, sha256, read: (fromByte) => readWhole(store, { ...file, bytes }, fromByte) }
}

/** To the last byte: a file that newer ones pushed out meanwhile has not ended, it is gone. */
async function* readWhole(
  store: Store,
  file: FileName & { readonly bytes: number },
  fromByte: number,
): AsyncGenerator<Buffer> {
  let byte = fromByte
  for await (const piece of readPieces(store, file, fromByte)) {
    byte += piece.byteLength
    yield piece
  }
  if (byte < file.bytes)
    throw new SourceError('truncated', `The file is not kept any more: ${file.bytes - byte} bytes of it are missing`)
}

type Store = { readonly db: Queryable; readonly vault: RecordVault }

async function openStore(parts: Sealing, now: Date): Promise<Store> {
  return { db: parts.database, vault: await openRecordVault(parts, now) }
}

async function* readPieces({ db, vault }: Store, file: FileName, fromByte: number): AsyncGenerator<Buffer> {
  for (let byte = fromByte; ;) {
    const piece = await selectPiece(db, file, byte)
    if (piece === undefined) return
    const sealed = { ...file, startByte: piece.startByte }
    const content = await decompress(vault.openBytes(piece.content, placeOfPiece(sealed)))
    yield content.subarray(byte - piece.startByte)
    byte = piece.startByte + content.byteLength
  }
}
