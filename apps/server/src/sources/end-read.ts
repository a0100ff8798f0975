import { insertSourceNotice } from '../db/queries/source-notices.ts'
import { countAbsences, countStillAbsent, acceptStaged, clearRead } from '../db/queries/source-intake.ts'
import { acceptGroups, acceptMembers, countGroupAbsences } from '../db/queries/source-group-intake.ts'
import { deleteEarlierEscrow, deleteMendedEscrow } from '../db/queries/source-escrow.ts'
import {
  saveCheckpoint,
  selectAcceptedReads,
  updateRead,
  type ReadChange,
  type ReadOf,
  type ReadRow,
} from '../db/queries/source-reads.ts'
import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import { toColumnCounts, toCounts } from './counts.ts'
import { suspect, type ReadShape, type Suspicion } from './guards.ts'
import { ReadLost } from './read-work.ts'
import { getSourceRow, recordSource, toSource, type SourceName } from './source.ts'

/** The usual size is the median of so many reads. */
const readsCompared = 5
const stagedPerTransaction = 2_000
const membersPerTransaction = 20_000
const absencesPerTransaction = 10_000
const clearedPerStatement = 20_000

/** Reads by itself in the log of changes. */
export const systemActor = 'system'

/** A read came to its explicit end: the guards let it go on, or hold it for a person. Throws ReadLost. */
export async function judgeRead(database: Database, read: ReadRow, now: Date): Promise<ReadRow> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, nameOf(read))
    const { guards } = toSource(source).settings
    const modes = ['full', 'session'] as const
    const before = await selectAcceptedReads(tx, nameOf(read), { modes, rowsMax: readsCompared })
    const suspicion = isUnchanged(read)
      ? undefined
      : suspect({ ...toShape(read), isFull: read.mode !== 'delta' }, { guards, before: before.map(toShape), now })
    if (suspicion === undefined) return write(tx, read, { state: 'accepted', cursor: null })
    await tellHeld(tx, read, { suspicion, name: source.name, now })
    const change = { heldReason: suspicion.reason, heldDetail: suspicion.detail, releases: true }
    return write(tx, read, { state: 'held', cursor: null, ...change })
  })
}

/** The source said that nothing is other than it was: who was absent still is. */
function isUnchanged({ counts }: ReadRow): boolean {
  return counts['unchanged'] === 1
}

function toShape({ counts, columns }: ReadRow): ReadShape {
  const { groups, groupsBad = 0 } = counts
  return {
    counts: toCounts(counts),
    columns: toColumnCounts(columns),
    // One that could not be read is one that is there.
    groups: typeof groups === 'number' ? groups + Number(groupsBad) : undefined,
  }
}

async function tellHeld(
  tx: Transaction,
  read: ReadRow,
  { suspicion, name, now }: { readonly suspicion: Suspicion; readonly name: string; readonly now: Date },
): Promise<void> {
  const source = await getSourceRow(tx, nameOf(read))
  const { reason, detail } = suspicion
  const id = formatTypeId('srd', read.id)
  await recordSource(tx, { now, actor: systemActor, requestId: undefined }, source, {
    action: 'source.read_held',
    data: { name, read: id, reason, detail, counts: read.counts },
  })
  await insertSourceNotice(tx, {
    organizationId: read.organizationId,
    sourceId: read.sourceId,
    kind: 'sourceReadHeld',
    occasion: read.id,
    data: { read: id, reason, detail },
    at: now,
  })
}

/**
 * Makes what an accepted read found what the source says, batch by batch, then counts absences where all was read. May be
 * killed at any time and goes on where it was. Throws ReadLost.
 */
export async function settleAccepted(
  database: Database,
  read: ReadRow,
  { clock, signal }: { readonly clock: () => Date; readonly signal: AbortSignal },
): Promise<ReadRow> {
  const of = readOf(read)
  let current = read.cursor === null ? await beginAccepting(database, read) : read
  const steps = [
    (tx: Transaction) => acceptStaged(tx, of, { now: clock(), rowsMax: stagedPerTransaction }),
    (tx: Transaction) => acceptGroups(tx, of, { now: clock(), rowsMax: stagedPerTransaction }),
    (tx: Transaction) => acceptMembers(tx, of, membersPerTransaction),
  ]
  for (const step of steps)
    for (let taken = 1; taken > 0;) {
      signal.throwIfAborted()
      taken = await transaction(database, async (tx) => {
        current = await write(tx, current, {})
        return step(tx)
      })
    }
  if (read.mode !== 'delta' && !isUnchanged(read))
    current = await countAllAbsences(database, current, { clock, signal })
  const judged = await transaction(database, async (tx) => {
    if (isUnchanged(read)) await countStillAbsent(tx, of, clock())
    else if (read.mode !== 'delta') await deleteEarlierEscrow(tx, of)
    if (showsGroups(read)) await countGroupAbsences(tx, of, clock())
    if (read.checkpoint !== null) await saveCheckpoint(tx, of, { checkpoint: read.checkpoint, now: clock() })
    return write(tx, current, { state: 'judged', cursor: null })
  })
  await clearAll(database, of)
  return judged
}

/** A complete read in which groups were asked for: those that it did not show are absent. */
function showsGroups(read: ReadRow): boolean {
  return read.mode !== 'delta' && !isUnchanged(read) && typeof read.counts['groups'] === 'number'
}

async function beginAccepting(database: Database, read: ReadRow): Promise<ReadRow> {
  return transaction(database, async (tx) => {
    if (read.mode === 'delta') await deleteMendedEscrow(tx, readOf(read))
    return write(tx, read, { cursor: { absencesAfter: null } })
  })
}

async function countAllAbsences(
  database: Database,
  read: ReadRow,
  { clock, signal }: { readonly clock: () => Date; readonly signal: AbortSignal },
): Promise<ReadRow> {
  let current = read
  for (let isMore = true; isMore;) {
    signal.throwIfAborted()
    isMore = await transaction(database, async (tx) => {
      const after = current.cursor?.['absencesAfter']
      const slice = { after: typeof after === 'string' ? after : null, rowsMax: absencesPerTransaction, now: clock() }
      const counted = await countAbsences(tx, readOf(read), slice)
      if (counted === undefined) return false
      const counts = toCounts(current.counts)
      const absent = counts.absent + counted.absent
      // Places are committed with what they cover, so nobody is counted twice.
      current = await write(tx, current, {
        cursor: { absencesAfter: counted.last },
        counts: { ...current.counts, absent },
      })
      return true
    })
  }
  return current
}

/** What a read staged and saw is of no use any more. */
export async function clearAll(database: Database, read: ReadOf): Promise<void> {
  for (let cleared = 1; cleared > 0;) cleared = await clearRead(database, read, clearedPerStatement)
}

/** Throws ReadLost. */
export async function write(tx: Transaction, read: ReadRow, change: ReadChange): Promise<ReadRow> {
  if (!(await updateRead(tx, read, change))) throw new ReadLost()
  const { releases: _, ...fields } = change
  return { ...read, ...fields }
}

export function readOf(read: Pick<ReadRow, 'organizationId' | 'sourceId' | 'id'>): ReadOf {
  return { organizationId: read.organizationId, sourceId: read.sourceId, readId: read.id }
}

export function nameOf({ organizationId, sourceId }: Pick<ReadRow, 'organizationId' | 'sourceId'>): SourceName {
  return { organizationId, sourceId }
}
