import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import type { ReadRow } from '../../db/queries/source-reads.ts'
import type { Transaction } from '../../db/transaction.ts'
import { formatTypeId } from '../../type-id.ts'
import { nameOf } from '../end-read.ts'
import { getRead, type ReadName } from '../read-decisions.ts'
import { getSourceRow, recordSource } from '../source.ts'

/** The read, locked; its plan waits for a person. Throws `sourceReadNotFound`, `sourceReadState`. */
export async function lockPlanned(tx: Transaction, name: ReadName): Promise<ReadRow> {
  // The source is locked before its read, as whoever begins one does.
  await getSourceRow(tx, nameOf(await getRead(tx, name)), { lock: true })
  const read = await getRead(tx, name, { lock: true })
  if (read.state !== 'planned')
    throw new AccessError('sourceReadState', `The read is ${read.state}; this is done to one that is planned`)
  return read
}

/** Writes down what somebody decided about a plan. */
export async function recordDecision(
  tx: Transaction,
  call: Call,
  read: ReadRow,
  action: `source.${string}`,
  data: Parameters<typeof recordSource>[3]['data'],
): Promise<void> {
  const source = await getSourceRow(tx, nameOf(read))
  await recordSource(tx, call, source, {
    action,
    data: { name: source.name, read: formatTypeId('srd', read.id), ...data },
  })
}
