import type { JsonObject } from '@rollcall/scim'
import {
  countReadEntries,
  selectReadPages,
  selectWaitingBatches,
  type BatchPageAt,
} from '../../db/queries/source-batches.ts'
import type { Clock } from '../../clock.ts'
import type { Sealing } from '../../access/sealed-credentials.ts'
import { sampleMax, type SourceEntry, type SourcePage, type SourceReader } from '../reader.ts'
import { bytesPerPage } from '../readers/json-lines.ts'
import { placeOfBatch } from '../seal/places.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import type { SourceName } from '../source.ts'
import { entriesPerPageMax, toEntry, unpackPage } from './stored-entries.ts'

const pagesPerQuery = 20

export type ReadBatches = {
  readonly name: SourceName
  /** Null: nothing is read, the source is only tried. */
  readonly readId: string | null
  /** The column that names a record. */
  readonly anchor: string
}

type BatchParts = Sealing & { readonly clock: Clock }

/** Reads the batches that were given to a read. Small ones share a page. */
export function createBatchReader(parts: BatchParts, of: ReadBatches): SourceReader {
  const db = parts.database
  return {
    abilities: { canDelta: true, tellsDeletions: true },
    read: ({ cursor, signal }) => readPages(parts, of, { cursor, signal }),
    probe: async () => {
      const waiting = await selectWaitingBatches(db, of.name, sampleMax)
      return { sample: [], columns: waiting.length === 0 ? [] : [of.anchor] }
    },
  }
}

async function* readPages(
  parts: BatchParts,
  of: ReadBatches,
  { cursor, signal }: { readonly cursor: JsonObject | undefined; readonly signal: AbortSignal },
): AsyncGenerator<SourcePage> {
  const { database: db } = parts
  const vault = await openRecordVault(parts, parts.clock())
  const { organizationId } = of.name
  const read = { organizationId, readId: of.readId ?? '' }
  const total = await countReadEntries(db, read)
  let place: BatchPageAt = { position: numberOf(cursor?.['position']), number: numberOf(cursor?.['number']) }
  let done = numberOf(cursor?.['done'])
  let entries: SourceEntry[] = []
  let bytes = 0
  for (let after = place; ;) {
    signal.throwIfAborted()
    const rows = await selectReadPages(db, read, { after, rowsMax: pagesPerQuery })
    for (const row of rows) {
      const page = await unpackPage(
        vault.openBytes(row.content, placeOfBatch({ organizationId, batchId: row.batchId })),
      )
      const more = page.entries.map((stored) => toEntry(stored, row.kind, of.anchor))
      const isFull = entries.length + more.length > entriesPerPageMax || bytes + page.bytes > bytesPerPage
      if (entries.length > 0 && isFull) {
        yield { entries, cursor: { ...place, done }, progress: { done, total } }
        entries = []
        bytes = 0
      }
      entries.push(...more)
      bytes += page.bytes
      done += more.length
      place = { position: row.position, number: row.number }
    }
    const last = rows.at(-1)
    if (last === undefined) break
    after = { position: last.position, number: last.number }
  }
  yield { entries, cursor: { ...place, done }, progress: { done, total }, end: { checkpoint: undefined } }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
