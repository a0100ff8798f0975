import { setTimeout as sleep } from 'node:timers/promises'
import {
  insertOutboxCursor,
  selectHasFollowed,
  selectLastPosition,
  selectOutbox,
  selectUnread,
  selectWriters,
  updateOutboxCursors,
  type OutboxRow,
} from '../db/queries/outbox.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'

/** A change that is settled: it happened, and nothing will come before it any more. */
export type OutboxChange = OutboxRow

/** Transactions take milliseconds; whoever is answered waits no longer than this for one. */
const waitMsMax = 200
const pauseMs = 4

// What was once settled stays so: the best answer while a transaction takes its time.
const settled = new WeakMap<object, number>()

/**
 * The position up to which everything is settled: committed, or never to be. Positions are given out before they
 * commit, so a reader that went by the highest one it sees would pass over those that commit late.
 *
 * First the last position is read, then who is writing; when all of these have ended, nothing at or below that
 * position is open. A transaction that only reads, or writes other things, or lives in another database keeps nobody
 * waiting, as it would with `pg_snapshot_xmin`.
 *
 * Never ask inside of a transaction that has written itself: it would wait for its own end.
 */
export async function findSettledPosition(database: Database): Promise<number> {
  const known = settled.get(database.pool) ?? 0
  const last = await selectLastPosition(database)
  if (last <= known) return last
  let open: ReadonlySet<string> = new Set(await selectWriters(database))
  for (const startedMs = performance.now(); open.size > 0;) {
    if (performance.now() - startedMs > waitMsMax) return known
    await sleep(pauseMs)
    const writing = await selectWriters(database)
    // Those that came later write behind the position.
    open = new Set(writing.filter((writer) => open.has(writer)))
  }
  settled.set(database.pool, Math.max(last, settled.get(database.pool) ?? 0))
  return last
}

/** One organization's settled changes behind a position, oldest first. */
export async function readOutbox(
  database: Database,
  organizationId: string,
  range: { readonly after: number; readonly upTo: number; readonly rowsMax: number },
): Promise<readonly OutboxChange[]> {
  if (range.after >= range.upTo) return []
  return selectOutbox(database, organizationId, range)
}

/**
 * From now on the consumer is handed every change of the organization; a second call changes nothing.
 * In the caller's transaction, so that whatever asked for the changes and the place in the outbox appear together.
 */
export async function followOutbox(
  tx: Queryable,
  follower: { readonly organizationId: string; readonly consumer: string },
): Promise<number> {
  const position = await selectLastPosition(tx)
  await insertOutboxCursor(tx, { ...follower, position })
  return position
}

export type OutboxConsumer = {
  /** The name of its cursors. */
  readonly name: string
  /**
   * Writes down what follows from the changes, in the transaction that moves the cursor: each change is handled once,
   * whatever dies in between. No network in here.
   */
  handle(tx: Transaction, changes: readonly OutboxChange[]): Promise<void>
}

/** So many changes are handled in one transaction. */
const batchMax = 1_000

/**
 * Hands the consumer everything that it has not seen, in order, a batch a transaction; returns how many there were.
 * One process at a time reads for a consumer (a lease); a second reader would be told by the cursor and stop.
 */
export async function consumeOutbox(
  database: Database,
  consumer: OutboxConsumer,
  signal?: AbortSignal,
): Promise<number> {
  let handled = 0
  // Most organizations have no consumer, and many instances none at all: these cost one look a turn.
  if (!(await selectHasFollowed(database, consumer.name))) return handled
  for (;;) {
    const upTo = await findSettledPosition(database)
    const changes = await selectUnread(database, { consumer: consumer.name, upTo, rowsMax: batchMax })
    const last = changes.at(-1)
    if (last === undefined) return handled
    const isOurs = await handleBatch(database, consumer, { changes, position: last.position })
    if (!isOurs) return handled
    handled += changes.length
    if (changes.length < batchMax || signal?.aborted === true) return handled
  }
}

/** Thrown to roll back what another reader has done already. */
class ReadElsewhere extends Error {}

async function handleBatch(
  database: Database,
  consumer: OutboxConsumer,
  batch: { readonly changes: readonly OutboxChange[]; readonly position: number },
): Promise<boolean> {
  const from = new Map<string, number>()
  for (const { organizationId, position } of batch.changes)
    if (!from.has(organizationId)) from.set(organizationId, position)
  try {
    await transaction(database, async (tx) => {
      const isMoved = await updateOutboxCursors(tx, { consumer: consumer.name, from, position: batch.position })
      if (!isMoved) throw new ReadElsewhere()
      await consumer.handle(tx, batch.changes)
    })
    return true
  } catch (error) {
    if (error instanceof ReadElsewhere) return false
    throw error
  }
}
