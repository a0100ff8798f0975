import type { ReadRow } from '../db/queries/source-reads.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import { nameOf, systemActor, write } from './end-read.ts'
import { getSourceRow, recordSource } from './source.ts'

/** All that a read has brought is done. Throws ReadLost. */
export function finishRead(database: Database, read: ReadRow, now: Date): Promise<ReadRow> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, nameOf(read))
    await recordSource(tx, { now, actor: systemActor, requestId: undefined }, source, {
      action: 'source.read_done',
      data: { name: source.name, read: formatTypeId('srd', read.id), mode: read.mode, counts: read.counts },
    })
    return write(tx, read, { state: 'done', cursor: null, endedAt: now, releases: true })
  })
}
