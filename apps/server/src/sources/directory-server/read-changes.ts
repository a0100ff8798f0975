import { createDirSyncControl, readDirSyncAnswer } from '../../ldap/dir-sync.ts'
import { textOf } from '../../ldap/entry.ts'
import { LdapError, resultCodes } from '../../ldap/ldap-error.ts'
import { createSyncControl, readSyncAnswer } from '../../ldap/sync.ts'
import type { SourceEntry } from '../reader.ts'
import { SourceError } from '../source-error.ts'
import { continueNumbers } from './begin-changes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { toColumns } from './columns.ts'
import { type DirectoryRead, inChunks } from './directory-read.ts'
import { findGone, findVanished } from './gone.ts'
import { readByFilter, readByIds, readIds } from './read-entries.ts'
import type { EntryMaker } from './records.ts'
import { printGeneralizedTime } from './values.ts'

type Of<Kind extends Checkpoint['kind']> = Extract<Checkpoint, { readonly kind: Kind }>
type Deleted = Extract<SourceEntry, { readonly kind: 'deleted' }>
type Changes<Entry> = AsyncGenerator<readonly (Entry | Deleted)[], Checkpoint>

/** What changed since a checkpoint, in pieces; at last where the next delta begins. Throws LdapError, SourceError. */
export function readChanges<Entry>(read: DirectoryRead, records: EntryMaker<Entry>, since: Checkpoint): Changes<Entry> {
  switch (since.kind) {
    case 'sync':
      return readSync(read, records, since)
    case 'dirSync':
      return readDirSync(read, records, since)
    case 'usn':
      return readNumbers(read, records, since)
    case 'time':
      return readTimes(read, records, since)
    default:
      return since satisfies never
  }
}

async function* readSync<Entry>(
  read: DirectoryRead,
  records: EntryMaker<Entry>,
  { cookies }: Of<'sync'>,
): Changes<Entry> {
  const { pull } = read.source
  const next: Record<string, string> = {}
  for (const base of pull.bases) {
    const before = cookies[base]
    if (before === undefined) throw new SourceError('checkpointLost', `Of ${base} nothing was read yet`)
    const answer = await askSync(read, base, before)
    for (const chunk of inChunks(answer.changed, pull.pageSize))
      yield await records.from(chunk.map(({ entry }) => entry))
    const present = new Set(answer.unchanged)
    for (const { id } of answer.changed) present.add(id)
    if (answer.unchanged === undefined) yield* findGone(read, answer.deleted)
    // Of one base nobody knows who of the others is there.
    else if (pull.bases.length > 1) throw new SourceError('checkpointLost', 'The server no longer knows who is gone')
    else yield await findVanished(read, present)
    next[base] = answer.cookie ?? before
  }
  return { kind: 'sync', cookies: next }
}

/** What comes is not divided into pages, so a limit of the server may be in the way: a full read goes below it. */
async function askSync(
  { source, session, signal }: DirectoryRead,
  base: string,
  cookie: string,
): Promise<NonNullable<ReturnType<typeof readSyncAnswer>>> {
  const { filter: text, attributes, pull } = source
  const controls = [createSyncControl(cookie)]
  const search = { base, scope: pull.scope, filter: { kind: 'text', text }, attributes, controls } as const
  try {
    const answer = readSyncAnswer(await session.exchange(search, signal))
    if (answer !== undefined) return answer
    throw new SourceError('checkpointLost', 'The server does not tell changes any more')
  } catch (error) {
    const codes: readonly (number | undefined)[] = [
      resultCodes.sizeLimitExceeded,
      resultCodes.adminLimitExceeded,
      resultCodes.unavailableCriticalExtension,
      resultCodes.insufficientAccessRights,
    ]
    const isLost = error instanceof LdapError && (error.kind === 'tooLarge' || codes.includes(error.code))
    throw isLost
      ? new SourceError('checkpointLost', `Changes cannot be told: ${error.message}`, { cause: error })
      : error
  }
}

/** Objects are told with what changed of them only, and whatever else lives there: those that are people are read anew. */
async function* readDirSync<Entry>(
  read: DirectoryRead,
  records: EntryMaker<Entry>,
  { base, cookie: from }: Of<'dirSync'>,
): Changes<Entry> {
  let cookie: Buffer = Buffer.from(from, 'base64')
  for (let hasMore = true; hasMore;) {
    const { ids, deleted, answer } = await askDirSync(read, base, cookie)
    const missing = new Set(deleted)
    for (const chunk of inChunks(ids, idsAtOnce)) {
      const found = await readByIds(read, chunk)
      yield await records.from(found)
      const seen = new Set(found.map((entry) => toColumns(entry, read.source)[read.source.idAttribute]))
      // It was moved elsewhere, or the filter no longer lets it through.
      for (const id of chunk.filter((one) => !seen.has(one))) missing.add(id)
    }
    yield* findGone(read, missing)
    cookie = answer.cookie
    hasMore = answer.hasMore
  }
  return { kind: 'dirSync', base, cookie: cookie.toString('base64') }
}

const idsAtOnce = 100

async function askDirSync({ source, session, signal }: DirectoryRead, base: string, cookie: Buffer) {
  const attributes = [...source.attributes, 'isDeleted']
  const filter = { kind: 'present', attribute: 'objectClass' } as const
  const controls = [createDirSyncControl(cookie)]
  try {
    const exchange = await session.exchange({ base, scope: 'sub', filter, attributes, controls }, signal)
    const answer = readDirSyncAnswer(exchange.controls)
    if (answer === undefined) throw new SourceError('checkpointLost', 'The server does not tell changes any more')
    const ids = new Set<string>()
    const deleted = new Set<string>()
    for (const { entry } of exchange.entries) {
      const id = toColumns(entry, source)[source.idAttribute]
      if (typeof id === 'string') (textOf(entry, 'isDeleted') === 'TRUE' ? deleted : ids).add(id)
    }
    return { ids, deleted, answer }
  } catch (error) {
    if (!(error instanceof LdapError) || error.kind !== 'result') throw error
    throw new SourceError('checkpointLost', `Changes cannot be told: ${error.message}`, { cause: error })
  }
}

async function* readNumbers<Entry>(read: DirectoryRead, records: EntryMaker<Entry>, since: Of<'usn'>): Changes<Entry> {
  const next = await continueNumbers(read, since)
  yield* readSince(read, records, `(uSNChanged>=${BigInt(since.after) + 1n})`)
  return next
}

async function* readTimes<Entry>(
  read: DirectoryRead,
  records: EntryMaker<Entry>,
  { since }: Of<'time'>,
): Changes<Entry> {
  const overlapMs = read.source.pull.overlapMinutes * 60_000
  yield* readSince(read, records, `(modifyTimestamp>=${printGeneralizedTime(new Date(since))})`)
  return { kind: 'time', since: new Date(read.now.getTime() - overlapMs).toISOString() }
}

/** What changed, then who is still there: of those who left, such servers say nothing. */
async function* readSince<Entry>(
  read: DirectoryRead,
  records: EntryMaker<Entry>,
  condition: string,
): AsyncGenerator<readonly (Entry | Deleted)[]> {
  const text = `(&${read.source.filter}${condition})`
  for await (const entries of readByFilter(read, text, read.source.attributes)) yield await records.from(entries)
  yield await findVanished(read, await readIds(read))
}
