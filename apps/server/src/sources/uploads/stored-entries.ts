import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { JsonObject } from '@rollcall/scim'
import type { BatchKind } from '../../db/queries/source-batches.ts'
import type { SourceEntry } from '../reader.ts'
import { toScimColumns } from '../scim/columns.ts'
import { flatten } from '../flatten.ts'
import { nameRecord } from '../name-record.ts'

/** Of one page, and of one request that is no stream. */
export const entriesPerPageMax = 1_000

/** What was uploaded of one person, before any rules are asked. */
export type StoredEntry = { readonly place: string } & (
  | { readonly record: JsonObject }
  | { readonly deleted: string }
  | { readonly bad: { readonly reason: string; readonly detail: string } }
)

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export function packEntries(entries: readonly StoredEntry[]): Promise<Buffer> {
  return compress(JSON.stringify(entries))
}

export async function unpackEntries(content: Buffer): Promise<readonly StoredEntry[]> {
  return (await unpackPage(content)).entries
}

/** With how much it is in memory. */
export async function unpackPage(
  content: Buffer,
): Promise<{ readonly entries: readonly StoredEntry[]; readonly bytes: number }> {
  const text = await decompress(content)
  // We packed them ourselves.
  return { entries: JSON.parse(text.toString('utf8')) as readonly StoredEntry[], bytes: text.byteLength }
}

/** The entry as a read takes it; `anchor` is the column that names a record. */
export function toEntry(stored: StoredEntry, kind: BatchKind, anchor: string): SourceEntry {
  const { place } = stored
  if ('deleted' in stored) return { kind: 'deleted', anchor: stored.deleted, place }
  if ('bad' in stored) return { kind: 'bad', anchor: undefined, place, attribute: undefined, ...stored.bad }
  const attributes = kind === 'bulk' ? toScimColumns(stored.record) : flatten(stored.record)
  const named = nameRecord(attributes, { column: anchor, place })
  return 'kind' in named ? named : { kind: 'record', ...named, attributes, place }
}
