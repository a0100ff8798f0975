import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { deleteEscrowOfRead } from '../db/queries/source-escrow.ts'
import { wakeUndone } from '../db/queries/source-operations.ts'
import { wakeUndoneGroups } from '../db/queries/source-team-operations.ts'
import {
  countReads,
  endLease,
  forgetCheckpoint,
  openStates,
  selectRead,
  selectReads,
  type ReadFilter,
  type ReadRow,
  type ReadState,
} from '../db/queries/source-reads.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import { clearAll, nameOf, readOf, write } from './end-read.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from './source.ts'

export type SourceRead = ReadRow

export type ReadName = { readonly organizationId: string; readonly readId: string }

type Decision = ReadName & { readonly reason?: string | undefined }

/** Throws `sourceReadNotFound`. */
export async function getRead(
  db: Queryable,
  name: ReadName,
  options: { readonly lock?: boolean } = {},
): Promise<ReadRow> {
  const read = await selectRead(db, name, options)
  if (read === undefined) throw new AccessError('sourceReadNotFound', 'There is no such read')
  return read
}

/** Newest first. Throws `sourceNotFound`. */
export async function listReads(db: Queryable, name: SourceName, page: PageOf & ReadFilter): Promise<Page<ReadRow>> {
  await getSource(db, name)
  const { state, after: before } = page
  const rows = await selectReads(db, name, { state, before, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countOwnReads(db: Queryable, name: SourceName, filter: ReadFilter): Promise<number> {
  return countReads(db, name, filter)
}

/** Lets a held read go on. Throws `sourceReadNotFound`, `sourceReadState`. */
export function approveRead(database: Database, call: Call, decision: Decision): Promise<ReadRow> {
  return decide(database, call, decision, {
    action: 'source.read_approved',
    from: ['held'],
    to: 'accepted',
  })
}

/** Forgets what a held read found; the next one reads all of it. Throws as `approveRead`. */
export async function rejectRead(database: Database, call: Call, decision: Decision): Promise<ReadRow> {
  const read = await decide(database, call, decision, {
    action: 'source.read_rejected',
    from: ['held'],
    to: 'rejected',
    alongside: (tx, before) => forgetCheckpoint(tx, nameOf(before)),
  })
  await clearAll(database, readOf(read))
  return read
}

/** Ends a read; what it has done already stays. Throws `sourceReadNotFound`, `sourceReadState`. */
export async function cancelRead(database: Database, call: Call, name: ReadName): Promise<ReadRow> {
  const read = await decide(database, call, name, {
    action: 'source.read_cancelled',
    from: openStates,
    to: 'cancelled',
    alongside: async (tx, before) => {
      // What was bad in it is of no interest where nothing of it counts.
      if (before.state === 'reading') await deleteEscrowOfRead(tx, readOf(before))
      // What was planned and not done is planned again by the next read.
      await wakeUndone(tx, readOf(before), ['planned', 'held', 'failed'])
      await wakeUndoneGroups(tx, readOf(before))
    },
  })
  await clearAll(database, readOf(read))
  return read
}

type Turn = {
  readonly action: `source.${string}`
  readonly from: readonly ReadState[]
  readonly to: ReadState
  readonly alongside?: (tx: Transaction, before: ReadRow) => Promise<void>
}

function decide(database: Database, call: Call, decision: Decision, turn: Turn): Promise<ReadRow> {
  return transaction(database, async (tx) => {
    // The source is locked before its read, as whoever begins one does.
    const source = await getSourceRow(tx, nameOf(await getRead(tx, decision)), { lock: true })
    const read = await getRead(tx, decision, { lock: true })
    if (!turn.from.includes(read.state))
      throw new AccessError(
        'sourceReadState',
        `The read is ${read.state}; this is done to one that is ${turn.from.join(', ')}`,
      )
    await turn.alongside?.(tx, read)
    const epoch = await endLease(tx, read)
    const endedAt = turn.to === 'accepted' ? null : call.now
    const after = await write(tx, { ...read, epoch }, { state: turn.to, endedAt, retryAt: null, releases: true })
    const { reason = null } = decision
    await recordSource(tx, call, source, {
      action: turn.action,
      data: { name: source.name, read: formatTypeId('srd', read.id), before: read.state, reason },
    })
    return after
  })
}
