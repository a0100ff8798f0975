import type { LdapConnections } from '../../ldap/connections.ts'
import {
  sampleMax,
  type ReadRequest,
  type SourceEntry,
  type SourceGroup,
  type SourcePage,
  type SourceReader,
} from '../reader.ts'
import { SourceError } from '../source-error.ts'
import { beginChanges } from './begin-changes.ts'
import { type Checkpoints, fromJson, toJson } from './checkpoint.ts'
import { toDirectoryError } from './directory-error.ts'
import { type DirectoryRead, entriesPerPage, inChunks, type KnownRecords } from './directory-read.ts'
import type { DirectorySource } from './directory-source.ts'
import { type GroupRead, openGroups } from './groups.ts'
import { readMovedMembers } from './moved-members.ts'
import { readChanges } from './read-changes.ts'
import { readByFilter } from './read-entries.ts'
import { openRecords } from './records.ts'

export type DirectoryReaderParts = {
  readonly connections: LdapConnections
  readonly known: KnownRecords
  /** Groups that are known: they are read as things of their own; undefined: they are not. */
  readonly knownGroups?: KnownRecords | undefined
}

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
  { connections, known, knownGroups }: DirectoryReaderParts,
  request: ReadRequest,
): AsyncGenerator<SourcePage> {
  const { now, signal } = request
  let giveBack: (() => void) | undefined
  try {
    const { session, release } = await connections.take(source.server, optionsOf(source, signal))
    // A server holds what it has of a search that was not read to its end for as long as the connection lives.
    giveBack = () => session.destroy()
    const read = { source, session, known, now, signal }
    const groups = knownGroups && openGroups({ ...read, known: knownGroups })
    for await (const page of readFrom({ people: read, groups }, request)) {
      if (page.end !== undefined) giveBack = release
      yield page
    }
  } catch (error) {
    throw toDirectoryError(error, source)
  } finally {
    giveBack?.()
  }
}

type Reading = { readonly people: DirectoryRead; readonly groups: GroupRead | undefined }

/**
 * Pages without a cursor: what a server remembers of a search dies with the connection, so a read that broke off begins anew.
 */
async function* readFrom(reading: Reading, { mode, checkpoint }: ReadRequest): AsyncGenerator<SourcePage> {
  const { source } = reading.people
  const isDelta = mode === 'delta' && checkpoint !== undefined
  const pieces = isDelta ? readDelta(reading, fromJson(checkpoint, source)) : readFull(reading)
  let done = 0
  for (;;) {
    const { value, done: isEnd } = await pieces.next()
    const progress = { done, total: undefined }
    if (isEnd === true) {
      yield { entries: [], cursor: undefined, progress, end: { checkpoint: value && toJson(value, source) } }
      return
    }
    if ('groups' in value) yield { entries: [], groups: value.groups, cursor: undefined, progress }
    else
      for (const entries of inChunks(value.entries, entriesPerPage)) {
        done += entries.length
        yield { entries, cursor: undefined, progress: { done, total: undefined } }
      }
  }
}

type Piece = { readonly entries: readonly SourceEntry[] } | { readonly groups: readonly SourceGroup[] }
type Pieces = AsyncGenerator<Piece, Checkpoints | undefined>

async function* readFull({ people: read, groups }: Reading): Pieces {
  const people = await beginChanges(read)
  const ofGroups = groups && (await beginChanges(groups.read))
  const records = await openRecords(read)
  for await (const entries of readByFilter(read, read.source.filter, read.source.attributes))
    yield { entries: await records.from(entries) }
  if (groups === undefined) return people && { people }
  const { filter, attributes } = groups.read.source
  // Also where there is none, groups were asked for.
  yield { groups: [] }
  for await (const entries of readByFilter(groups.read, filter, attributes))
    yield { groups: await groups.maker.from(entries) }
  return people && { people, groups: ofGroups }
}

async function* readDelta({ people: read, groups }: Reading, since: Checkpoints): Pieces {
  if (groups !== undefined && since.groups === undefined)
    throw new SourceError('checkpointLost', 'Groups are read as teams for the first time')
  const records = await openRecords(read)
  const people = yield* mapPieces(readChanges(read, records, since.people), (entries) => ({ entries }))
  for await (const entries of readMovedMembers(read, records)) yield { entries }
  if (groups === undefined || since.groups === undefined) return { people }
  const changes = readChanges(groups.read, groups.maker, since.groups)
  return { people, groups: yield* mapPieces(changes, (found) => ({ groups: found })) }
}

async function* mapPieces<Value, Result>(
  values: AsyncGenerator<Value, Result>,
  map: (value: Value) => Piece,
): AsyncGenerator<Piece, Result> {
  for (;;) {
    const next = await values.next()
    if (next.done === true) return next.value
    yield map(next.value)
  }
}
