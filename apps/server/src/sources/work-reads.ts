import type { SourcePlace } from '@rollcall/admin-api'
import type { Clock } from '../clock.ts'
import { deleteEscrowOfRead } from '../db/queries/source-escrow.ts'
import {
  claimRead,
  extendReadLease,
  hasWaitingRead,
  selectCheckpoint,
  selectRead,
  type ReadRow,
} from '../db/queries/source-reads.ts'
import type { Sealing } from '../access/sealed-credentials.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import type { DirectoryParts } from '../directory/directory-context.ts'
import { createIdSource } from '../directory/new-id.ts'
import { applyRead } from './apply/apply-read.ts'
import { clearAll, judgeRead, nameOf, readOf, settleAccepted, write } from './end-read.ts'
import { failRead } from './fail-read.ts'
import { finishRead } from './finish-read.ts'
import { takePage } from './intake.ts'
import { secretColumnsOf } from './hide-secrets.ts'
import type { SourcePage, SourceReader } from './reader.ts'
import { ReadLost, type ReadWork } from './read-work.ts'
import { openRecordVault } from './seal/record-vault.ts'
import { settleRead } from './settle/settle-read.ts'
import type { OpenReader } from './readers.ts'
import { getSourceRules } from './rules-revisions.ts'
import { getOpenedSource } from './source.ts'
import { SourceError } from './source-error.ts'

export type ReadWorkerParts = Sealing & {
  readonly clock: Clock
  /** The process, as in leases. */
  readonly owner: string
  readonly openReader: (opened: OpenReader) => SourceReader
  /** Told of errors of ours; nothing else stops for them. */
  readonly onFault: (error: unknown, read: ReadRow) => void
  /** Left out: one that is long enough for any page. */
  readonly leaseMs?: number
}

const leaseMsDefault = 60_000
/** A read that was away for longer begins anew. */
const pauseMsMax = 60 * 60 * 1000

/** Works off reads of all sources, one after the other, until none waits or the signal asks to stop. */
export async function workOffReads(parts: ReadWorkerParts, signal: AbortSignal): Promise<void> {
  const { database, clock, owner } = parts
  while (!signal.aborted) {
    const now = clock()
    // Mostly none waits, and then nobody need take turns with anybody.
    if (!(await hasWaitingRead(database, now))) return
    const claim = { owner, now, leaseUntil: leaseEnd(parts, now) }
    const read = await transaction(database, (tx) => claimRead(tx, claim))
    if (read === undefined) return
    await workOff(parts, read, signal)
  }
}

function leaseEnd({ leaseMs = leaseMsDefault }: ReadWorkerParts, now: Date): Date {
  return new Date(now.getTime() + leaseMs)
}

async function workOff(parts: ReadWorkerParts, read: ReadRow, stopping: AbortSignal): Promise<void> {
  const { database, clock, leaseMs = leaseMsDefault } = parts
  const lost = new AbortController()
  // A page, or a statement over many rows, may take longer than a lease.
  const heartbeat = setInterval(() => {
    void extendReadLease(database, read, leaseEnd(parts, clock())).then(
      (isOurs) => void (isOurs || lost.abort(new ReadLost())),
      // The database is away: the next step finds out.
      () => {},
    )
  }, leaseMs / 3)
  const signal = AbortSignal.any([stopping, lost.signal])
  try {
    await goThrough(parts, read, signal)
  } catch (error) {
    if (error instanceof ReadLost || lost.signal.aborted) return
    if (stopping.aborted) return release(parts, read)
    if (!(error instanceof SourceError)) parts.onFault(error, read)
    await failLatest(parts, read, error)
  } finally {
    clearInterval(heartbeat)
  }
}

/** One state after the other, for as long as it is ours and nobody is asked. */
async function goThrough(parts: ReadWorkerParts, claimed: ReadRow, signal: AbortSignal): Promise<void> {
  const { database, clock } = parts
  let read = claimed
  if (read.state === 'reading') {
    read = await readAll(parts, read, signal)
    read = await judgeRead(database, read, clock())
    if (read.state === 'held') return
  }
  if (read.state === 'accepted') read = await settleAccepted(database, read, { clock, signal })
  if (read.state === 'judged') read = await take(parts, read, { signal, step: settleRead })
  if (read.state === 'planned' && read.requiresApproval && read.approvedBy === null) return waitForApproval(parts, read)
  if (read.state === 'planned' || read.state === 'applying') read = await take(parts, read, { signal, step: applyRead })
  await finishRead(database, read, clock())
}

type Step = (parts: DirectoryParts, work: ReadWork) => Promise<void>

/** A step that writes the read itself, batch by batch; the read as it stands then. */
async function take(
  parts: ReadWorkerParts,
  read: ReadRow,
  { signal, step }: { readonly signal: AbortSignal; readonly step: Step },
): Promise<ReadRow> {
  const { database, clock } = parts
  const keep = async (tx: Transaction): Promise<void> => {
    if (!(await extendReadLease(tx, read, leaseEnd(parts, clock())))) throw new ReadLost()
  }
  const now = clock()
  const vault = await openRecordVault(parts, now)
  await step({ database, newId: createIdSource() }, { ...readOf(read), now, signal, keep, vault })
  const after = await selectRead(database, readOf(read))
  if (after === undefined || after.epoch !== read.epoch) throw new ReadLost()
  return after
}

/** Its plan waits for a person; whoever applies it wakes the read. */
async function waitForApproval({ database }: ReadWorkerParts, read: ReadRow): Promise<void> {
  await transaction(database, (tx) => write(tx, read, { releases: true }))
}

async function readAll(parts: ReadWorkerParts, claimed: ReadRow, signal: AbortSignal): Promise<ReadRow> {
  const { database, clock } = parts
  const source = await getOpenedSource(parts, clock(), nameOf(claimed))
  const { document: rules } = await getSourceRules(database, {
    ...nameOf(claimed),
    revision: claimed.revision ?? 'live',
  })
  const reader = parts.openReader({ source, rules, fileId: claimed.fileId, readId: claimed.id })
  const isAnew = claimed.cursor === null || isOutdated(claimed, source.place.kind, clock())
  let read = isAnew ? await beginAnew(parts, claimed, reader) : claimed
  const checkpoint = await selectCheckpoint(database, nameOf(read))
  const sealed = { vault: await openRecordVault(parts, clock()), secret: secretColumnsOf(rules) }
  const broken = new AbortController()
  const pages = reader.read({
    mode: read.mode === 'delta' ? 'delta' : 'full',
    checkpoint,
    cursor: read.cursor ?? undefined,
    now: clock(),
    signal: AbortSignal.any([signal, broken.signal]),
  })
  try {
    for await (const page of ahead(pages, () => broken.abort())) {
      signal.throwIfAborted()
      read = await takePage(database, read, { page, now: clock(), sealed })
      if (page.end !== undefined) return read
    }
  } finally {
    broken.abort()
  }
  throw new SourceError('truncated', 'The source stopped before it said that this was all')
}

/**
 * Whoever moves to another page while nobody reads would be missed, and counted as absent. What was uploaded stands still.
 */
function isOutdated({ progress }: ReadRow, kind: SourcePlace['kind'], now: Date): boolean {
  if (kind === 'file' || kind === 'upload') return false
  const at = progress?.['at']
  return typeof at !== 'string' || now.getTime() - Date.parse(at) > pauseMsMax
}

/** A read without a cursor has nothing to go on from: what it found before it broke off is found again. */
async function beginAnew(parts: ReadWorkerParts, read: ReadRow, reader: SourceReader): Promise<ReadRow> {
  const { database } = parts
  await clearAll(database, readOf(read))
  return transaction(database, async (tx) => {
    await deleteEscrowOfRead(tx, readOf(read))
    const mode = read.mode === 'delta' && !reader.abilities.canDelta ? 'full' : read.mode
    return write(tx, read, { mode, cursor: null, counts: {}, columns: {}, progress: null })
  })
}

/** Reads the next page while the one before is being written. */
async function* ahead(pages: AsyncIterable<SourcePage>, onLeft: () => void): AsyncGenerator<SourcePage> {
  const iterator = pages[Symbol.asyncIterator]()
  try {
    for (let next = iterator.next(); ;) {
      const result = await next
      if (result.done === true) return
      if (result.value.end !== undefined) {
        yield result.value
        return
      }
      next = iterator.next()
      // Whoever stops in between must not leave a rejection that nobody hears.
      next.catch(() => {})
      yield result.value
    }
  } finally {
    // A page that is on its way is waited for no longer.
    onLeft()
    await iterator.return?.()
  }
}

/** The process stops: another one goes on at once. */
async function release({ database }: ReadWorkerParts, read: ReadRow): Promise<void> {
  await extendReadLease(database, read, new Date(0))
}

/** The cursor of pages that were written meanwhile stays. */
async function failLatest({ database, clock }: ReadWorkerParts, read: ReadRow, error: unknown): Promise<void> {
  const latest = await selectRead(database, readOf(read))
  if (latest?.epoch !== read.epoch) return
  await failRead(database, latest, { error, now: clock() }).catch(ignoreLost)
}

function ignoreLost(error: unknown): void {
  if (!(error instanceof ReadLost)) throw error
}
