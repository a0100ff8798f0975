import { createByteReader, damaged } from './byte-reader.ts'

/** What stands in a backup: each table's columns, its rows as COPY writes them, how many there were; then the end. */
export type BackupRecord =
  | { readonly kind: 'table'; readonly table: TableStart }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'tableEnd'; readonly end: TableEnd }
  | { readonly kind: 'end'; readonly totals: Totals }

export type TableStart = { readonly name: string; readonly columns: readonly string[] }
export type TableEnd = { readonly rows: number; readonly sha256: string }
export type Totals = { readonly tables: number; readonly rows: number }

const codes = { table: 0x54, data: 0x44, tableEnd: 0x45, end: 0x5a } as const
const recordBytesMax = 1024 * 1024 * 1024

export function encodeRecord(record: BackupRecord): Buffer {
  const payload = payloadOf(record)
  const head = Buffer.alloc(5)
  head[0] = codes[record.kind]
  head.writeUInt32BE(payload.length, 1)
  return Buffer.concat([head, payload])
}

function payloadOf(record: BackupRecord): Buffer {
  switch (record.kind) {
    case 'data':
      return record.bytes
    case 'table':
      return Buffer.from(JSON.stringify(record.table))
    case 'tableEnd':
      return Buffer.from(JSON.stringify(record.end))
    case 'end':
      return Buffer.from(JSON.stringify(record.totals))
    default:
      return record satisfies never
  }
}

export async function* decodeRecords(source: AsyncIterable<Buffer>): AsyncGenerator<BackupRecord> {
  const reader = createByteReader(source)
  for (;;) {
    const head = await reader.readUpTo(5)
    if (head.length === 0) return
    if (head.length < 5) throw damaged()
    const length = head.readUInt32BE(1)
    if (length > recordBytesMax) throw damaged()
    yield toRecord(head[0] ?? 0, await reader.read(length))
  }
}

function toRecord(code: number, payload: Buffer): BackupRecord {
  switch (code) {
    case codes.data:
      return { kind: 'data', bytes: payload }
    // Sealed by us: whoever could write it has the key.
    case codes.table:
      return { kind: 'table', table: JSON.parse(payload.toString()) as TableStart }
    case codes.tableEnd:
      return { kind: 'tableEnd', end: JSON.parse(payload.toString()) as TableEnd }
    case codes.end:
      return { kind: 'end', totals: JSON.parse(payload.toString()) as Totals }
    default:
      throw damaged()
  }
}

const lineFeed = 0x0a

/** In COPY's text format every row ends with a line feed, and no other one stands unescaped. */
export function countRows(bytes: Buffer): number {
  let rows = 0
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) rows++
  return rows
}
