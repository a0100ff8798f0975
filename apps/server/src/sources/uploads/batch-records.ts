import type { Sealing } from '../../access/sealed-credentials.ts'
import type { Page, PageOf } from '../../access/call.ts'
import {
  selectBatchPage,
  selectOutcomes,
  type BatchOf,
  type RecordOutcomeRow,
} from '../../db/queries/source-batches.ts'
import type { SourceEntry } from '../reader.ts'
import { getSourceRules } from '../rules-revisions.ts'
import { getBatch } from './batches.ts'
import { placeOfBatch } from '../seal/places.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import { toEntry, unpackEntries } from './stored-entries.ts'

/** One thing that was uploaded, and what became of it. */
export type BatchRecord = { readonly entry: SourceEntry; readonly outcome: RecordOutcomeRow | undefined }

/** In the order in which they came; none once they are forgotten. Throws `sourceBatchNotFound`. */
export async function listBatchRecords(
  parts: Sealing,
  name: BatchOf,
  { limit, after, now }: PageOf & { readonly now: Date },
): Promise<Page<BatchRecord>> {
  const { database: db } = parts
  const vault = await openRecordVault(parts, now)
  const batch = await getBatch(db, name)
  const source = { organizationId: batch.organizationId, sourceId: batch.sourceId, readId: batch.readId }
  const { document } = await getSourceRules(db, { ...source, revision: batch.readRevision ?? 'live' })
  const entries: SourceEntry[] = []
  let at = parsePlace(after)
  let next: Place | undefined
  // One more than is shown tells whether there is another page.
  for (let content = await selectBatchPage(db, name, at.number); content !== undefined;) {
    const stored = await unpackEntries(vault.openBytes(content, placeOfBatch(name)))
    const taken = stored.slice(at.from, at.from + limit + 1 - entries.length)
    entries.push(...taken.map((each) => toEntry(each, batch.kind, document.anchor)))
    if (entries.length > limit) {
      next = { number: at.number, from: at.from + taken.length - 1 }
      break
    }
    at = { number: at.number + 1, from: 0 }
    content = await selectBatchPage(db, name, at.number)
  }
  const shown = entries.slice(0, limit)
  const anchors = shown.map(({ anchor }) => anchor).filter((anchor) => anchor !== undefined)
  const outcomes = new Map((await selectOutcomes(db, source, anchors)).map((row) => [row.anchor, row]))
  const data = shown.map((entry) => ({
    entry,
    outcome: entry.anchor === undefined ? undefined : outcomes.get(entry.anchor),
  }))
  return { data, next: next === undefined ? undefined : `${next.number}:${next.from}` }
}

type Place = { readonly number: number; readonly from: number }

function parsePlace(text: string | undefined): Place {
  const [number = 1, from = 0] = text === undefined ? [] : text.split(':').map(Number)
  return { number, from }
}
