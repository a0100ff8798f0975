import { isJsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import type { BatchOf, BatchRow } from '../../db/queries/source-batches.ts'
import type { Sealing } from '../../access/sealed-credentials.ts'
import { isDeeper, levelsMax, tooDeep } from '../nesting.ts'
import { bytesPerPage, splitLines, type Line } from '../readers/json-lines.ts'
import type { SourceName } from '../source.ts'
import { SourceError } from '../source-error.ts'
import { addToBatch, cancelBatch, completeBatch, getBatch, openBatch } from './batches.ts'
import { entriesPerPageMax, type StoredEntry } from './stored-entries.ts'

const deleteMember = '$delete'

/**
 * Takes records as lines of JSON, in any number, page by page as they come; `{"$delete":"…"}` says that somebody is gone.
 * Lines to a session are added to it; else they are a batch of their own, of which nothing counts unless all of it came.
 * Throws `sourceBatchUnreadable`, `sourceBatchNotFound`, `sourceBatchState` and what `openBatch` throws.
 */
export async function receiveLines(
  parts: Sealing,
  call: Call,
  request: SourceName & { readonly session: BatchOf | undefined; readonly chunks: AsyncIterable<Uint8Array> },
): Promise<BatchRow> {
  const { database } = parts
  const { organizationId, session, chunks } = request
  if (session !== undefined) {
    await addLines(parts, call, { batch: session, chunks })
    return getBatch(database, session)
  }
  const { id } = await openBatch(database, call, { ...request, kind: 'records' })
  const batch = { organizationId, batchId: id }
  try {
    await addLines(parts, call, { batch, chunks })
    return await completeBatch(database, call, batch)
  } catch (error) {
    // Should even this fail, it is given up after a while.
    await cancelBatch(database, call, batch).catch(() => {})
    throw error
  }
}

async function addLines(
  parts: Sealing,
  { now }: Call,
  { batch, chunks }: { readonly batch: BatchOf; readonly chunks: AsyncIterable<Uint8Array> },
): Promise<void> {
  let entries: StoredEntry[] = []
  let begun = 0
  try {
    for await (const line of splitLines(chunks, { byte: 0, line: 0 })) {
      if (line.text.trim() === '') continue
      entries.push(toStored(line))
      if (entries.length < entriesPerPageMax && line.nextByte - begun < bytesPerPage) continue
      await addToBatch(parts, batch, { entries, now })
      entries = []
      begun = line.nextByte
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    throw new AccessError('sourceBatchUnreadable', `${error.place ?? 'The body'}: ${error.message}`)
  }
  await addToBatch(parts, batch, { entries, now })
}

function toStored({ number, text, isTerminated }: Line): StoredEntry {
  const place = `line ${number}`
  const parsed = parse(text)
  if (parsed === undefined && !isTerminated)
    throw new SourceError('truncated', 'The last line breaks off in its middle', { place })
  if (!isJsonObject(parsed)) return { place, bad: { reason: 'notAnObject', detail: 'The line is no JSON object' } }
  // What nobody could read is not kept either: it could not be written down.
  if (isDeeper(parsed, levelsMax)) return { place, bad: tooDeep }
  const deleted = parsed[deleteMember]
  if (deleted === undefined) return { place, record: parsed }
  if (typeof deleted === 'string' && deleted !== '' && Object.keys(parsed).length === 1) return { place, deleted }
  const detail = `"${deleteMember}" stands by itself, with what names the record as a text`
  return { place, bad: { reason: 'invalidDelete', detail } }
}

/** Undefined: it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
