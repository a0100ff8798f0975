import type { LdapConnections } from '../../ldap/connections.ts'
import type { ReadRequest, SourceEntry, SourcePage, SourceReader } from '../reader.ts'
import { beginChanges } from './begin-changes.ts'
import { type Checkpoint, fromJson, toJson } from './checkpoint.ts'
import { toDirectoryError } from './directory-error.ts'
import { type DirectoryRead, entriesPerPage, inChunks, type KnownRecords } from './directory-read.ts'
import type { DirectorySource } from './directory-source.ts'
import { readMovedMembers } from './moved-members.ts'
import { readChanges } from './read-changes.ts'
import { readByFilter } from './read-entries.ts'
import { openRecords } from './records.ts'

export type DirectoryReaderParts = {
  readonly connections: LdapConnections
  readonly known: KnownRecords
}

const sampleMax = 10

/** Reads people from an LDAP directory over one connection: all of them in pages, or what changed. */
export function createDirectoryReader(source: DirectorySource, parts: DirectoryReaderParts): SourceReader {
  return {
    abilities: { canDelta: source.pull.delta !== 'none', tellsDeletions: true },
    read: (request) => readPages(source, parts, request),
    probe: async (signal) => {
      const read = { source, known: parts.known, now: new Date(0), signal }
      const options = optionsOf(source, signal)
      try {
        return await parts.connections.use(source.server, options, (session) => probe({ ...read, session }))
      } catch (error) {
        throw toDirectoryError(error, source)
      }
    },
  }
}

function optionsOf({ pull }: DirectorySource, signal: AbortSignal) {
  return { timeoutMs: pull.answerSeconds * 1_000, signal }
}

/** Every base has to be there; a few entries are looked at. */
async function probe(read: DirectoryRead): ReturnType<SourceReader['probe']> {
  const { source, session, signal } = read
  const { bases, scope } = source.pull
  const sample: SourceEntry[] = []
  const records = await openRecords(read, { isLook: true })
  for (const base of bases) {
    const filter = { kind: 'text', text: source.filter } as const
    const search = { base, scope, filter, attributes: source.attributes, entriesMax: sampleMax }
    sample.push(...(await records.from(await session.search(search, signal))))
  }
  const names = sample.flatMap((entry) => (entry.kind === 'record' ? Object.keys(entry.attributes) : []))
  return { sample: sample.slice(0, sampleMax), columns: [...new Set(names)].toSorted() }
}

async function* readPages(
  source: DirectorySource,
  { connections, known }: DirectoryReaderParts,
  request: ReadRequest,
): AsyncGenerator<SourcePage> {
  const { now, signal } = request
  let giveBack: (() => void) | undefined
  try {
    const { session, release } = await connections.take(source.server, optionsOf(source, signal))
    // A server holds what it has of a search that was not read to its end for as long as the connection lives.
    giveBack = () => session.destroy()
    for await (const page of readFrom({ source, session, known, now, signal }, request)) {
      if (page.end !== undefined) giveBack = release
      yield page
    }
  } catch (error) {
    throw toDirectoryError(error, source)
  } finally {
    giveBack?.()
  }
}

/**
 * Pages without a cursor: what a server remembers of a search dies with the connection, so a read that broke off begins anew.
 */
async function* readFrom(read: DirectoryRead, { mode, checkpoint }: ReadRequest): AsyncGenerator<SourcePage> {
  const isDelta = mode === 'delta' && checkpoint !== undefined
  const pieces = isDelta ? readDelta(read, fromJson(checkpoint, read.source)) : readFull(read)
  let done = 0
  for (;;) {
    const { value, done: isEnd } = await pieces.next()
    const progress = { done, total: undefined }
    if (isEnd === true) {
      yield { entries: [], cursor: undefined, progress, end: { checkpoint: value && toJson(value, read.source) } }
      return
    }
    for (const entries of inChunks(value, entriesPerPage)) {
      done += entries.length
      yield { entries, cursor: undefined, progress: { done, total: undefined } }
    }
  }
}

type Pieces = AsyncGenerator<readonly SourceEntry[], Checkpoint | undefined>

async function* readFull(read: DirectoryRead): Pieces {
  const next = await beginChanges(read)
  const records = await openRecords(read)
  for await (const entries of readByFilter(read, read.source.filter, read.source.attributes))
    yield await records.from(entries)
  return next
}

async function* readDelta(read: DirectoryRead, since: Checkpoint): Pieces {
  const records = await openRecords(read)
  const next = yield* readChanges(read, records, since)
  yield* readMovedMembers(read, records)
  return next
}
