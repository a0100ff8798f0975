import type { SourceEntry } from '../reader.ts'
import { SourceError } from '../source-error.ts'
import { type DirectoryRead, inChunks, type KnownRecord } from './directory-read.ts'

type Deleted = Extract<SourceEntry, { readonly kind: 'deleted' }>

/** More than so many that are no longer shown, and than this share of all, is rather a right that was lost: all is read. */
const vanishedMin = 20
const vanishedShare = 0.2
const askedAtOnce = 1_000

/** Those of these ids that are people whom we know, as gone. */
export async function* findGone(read: DirectoryRead, ids: ReadonlySet<string>): AsyncGenerator<readonly Deleted[]> {
  if (ids.size === 0) return
  const { anchor, idAttribute } = read.source
  if (anchor === idAttribute) {
    for (const chunk of inChunks(ids, askedAtOnce)) yield (await read.known.among(chunk)).map(toDeleted)
    return
  }
  for await (const records of read.known.all())
    yield records.filter((record) => ids.has(idOf(record, read))).map((record) => toDeleted(record.anchor))
}

/** Whom we know and who is not among those that are there. Throws SourceError where they are too many to be true. */
export async function findVanished(read: DirectoryRead, present: ReadonlySet<string>): Promise<readonly Deleted[]> {
  const vanished: string[] = []
  let count = 0
  for await (const records of read.known.all()) {
    count += records.length
    for (const record of records) if (!present.has(idOf(record, read))) vanished.push(record.anchor)
  }
  if (vanished.length > Math.max(vanishedMin, count * vanishedShare) || (count > 0 && vanished.length === count))
    throw new SourceError('checkpointLost', `${vanished.length} of ${count} are no longer shown, so all is read`)
  return vanished.map(toDeleted)
}

export function idOf({ raw }: KnownRecord, { source }: DirectoryRead): string {
  const id = raw[source.idAttribute]
  return typeof id === 'string' ? id : ''
}

function toDeleted(anchor: string): Deleted {
  return { kind: 'deleted', anchor, place: anchor }
}
