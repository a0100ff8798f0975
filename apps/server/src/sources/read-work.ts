import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import type { RecordVault } from './seal/record-vault.ts'

/** Another process works on the read, or it has ended: nothing more of it may be written here. */
export class ReadLost extends Error {
  override readonly name = 'ReadLost'

  constructor() {
    super('The read is worked on by another process, or has ended')
  }
}

/** A read in the hands of this process, for the steps after its records are those of the source. */
export type ReadWork = {
  readonly organizationId: string
  readonly sourceId: string
  readonly readId: string
  readonly now: Date
  /** Aborted when the process stops or the read is lost: stop between two batches. */
  readonly signal: AbortSignal
  /** In the transaction of every batch: it is written only where the read is still ours. Throws ReadLost. */
  keep(tx: Transaction): Promise<void>
  readonly vault: RecordVault
}

/** A step in a transaction of its own, as long as the read is ours. Throws ReadLost. */
export function stepOfRead<Result>(
  { database, work }: { readonly database: Database; readonly work: ReadWork },
  act: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  work.signal.throwIfAborted()
  return transaction(database, async (tx) => {
    await work.keep(tx)
    return act(tx)
  })
}
