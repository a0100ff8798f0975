import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import {
  completeFile,
  countFiles,
  deleteOldFiles,
  insertFile,
  insertPiece,
  selectFile,
  selectFiles,
  selectPiece,
  type SourceFileRow,
} from '../db/queries/source-files.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from './source.ts'

export type SourceFile = SourceFileRow

export const sourceFileBytesMax = 2 * 1024 ** 3
const pieceBytes = 1024 * 1024
/** So many files of a source are kept, for whoever asks what was uploaded. */
const filesKept = 5
/** An upload that has not ended after so long has broken off. */
const brokenAfterMs = 6 * 3_600_000

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

/**
 * Stores a file as it comes, in pieces; it is there once all of it is. Throws `sourceNotFound`, `sourceKind`,
 * `sourceFileTooLarge`.
 */
export async function storeFile(
  database: Database,
  call: Call,
  request: SourceName & { readonly name: string; readonly body: AsyncIterable<Uint8Array> },
): Promise<SourceFileRow> {
  const { organizationId, sourceId, name, body } = request
  const { kind } = await getSource(database, request)
  if (kind !== 'file') throw new AccessError('sourceKind', `No files are uploaded for a source of the kind ${kind}`)
  const file = { organizationId, sourceId, fileId: createId() }
  await insertFile(database, file, { name, uploadedBy: call.actor, uploadedAt: call.now })
  const stored = await storePieces(database, file, body)
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, request, { lock: true })
    await completeFile(tx, file, stored)
    const brokenBefore = new Date(call.now.getTime() - brokenAfterMs)
    await deleteOldFiles(tx, request, { kept: filesKept, brokenBefore })
    const shown = { name: source.name, file: formatTypeId('sfl', file.fileId), fileName: name, ...stored }
    await recordSource(tx, call, source, { action: 'source.file_uploaded', data: shown })
    return getFileRow(tx, file)
  })
}

async function storePieces(
  database: Database,
  file: FileName,
  body: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  let startByte = 0
  let gathered: Uint8Array[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    if (size === 0) return
    const content = await compress(Buffer.concat(gathered))
    await insertPiece(database, file, { startByte, endByte: startByte + size, content })
    startByte += size
    gathered = []
    size = 0
  }
  for await (const chunk of body) {
    hash.update(chunk)
    gathered.push(chunk)
    size += chunk.byteLength
    if (startByte + size > sourceFileBytesMax)
      throw new AccessError('sourceFileTooLarge', `A file has at most ${sourceFileBytesMax} bytes`)
    if (size >= pieceBytes) await flush()
  }
  await flush()
  return { bytes: startByte, sha256: hash.digest('hex') }
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
  db: Queryable,
  name: SourceName,
  fileId: string | null,
): Promise<StoredFile | undefined> {
  const [row] =
    fileId === null
      ? await selectFiles(db, name, { before: undefined, rowsMax: 1 })
      : [await selectFile(db, { ...name, fileId })]
  if (row === undefined) return undefined
  const file = { ...name, fileId: row.id }
  const { name: shown, bytes, sha256 } = row
  return { name: shown, bytes, sha256, read: (fromByte) => readPieces(db, file, fromByte) }
}

async function* readPieces(db: Queryable, file: FileName, fromByte: number): AsyncGenerator<Buffer> {
  for (let byte = fromByte; ;) {
    const piece = await selectPiece(db, file, byte)
    if (piece === undefined) return
    const content = await decompress(piece.content)
    yield content.subarray(byte - piece.startByte)
    byte = piece.startByte + content.byteLength
  }
}

async function getFileRow(db: Queryable, file: FileName): Promise<SourceFileRow> {
  const row = await selectFile(db, file)
  if (row === undefined) throw new AccessError('sourceFileNotFound', 'There is no such file')
  return row
}
