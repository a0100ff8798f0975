import type { SettledRecord, ReadName } from '../../db/queries/source-settling.ts'
import { replaceTimedFacts, type NewTimedFact } from '../../db/queries/timed-facts.ts'
import type { Transaction } from '../../db/transaction.ts'
import { parseMapped } from '../map/mapped.ts'
import { listUpcoming, presenceOf } from './presence.ts'

/** Writes down what settled records say of days to come; what they take back, or say otherwise, goes. */
export async function keepTimedFacts(
  tx: Transaction,
  { name, now }: { readonly name: ReadName; readonly now: Date },
  settled: readonly SettledRecord[],
): Promise<void> {
  // What cannot be mapped says nothing: what was known holds.
  const records = settled.filter(({ situation }) => situation !== 'escrowed')
  if (records.length === 0) return
  const facts = records.flatMap((record) => listFacts(record, now))
  await replaceTimedFacts(tx, name, { anchors: records.map(({ anchor }) => anchor), facts, now })
}

/** Whose record it is not, or who is gone, has no days to come. */
const speaking: ReadonlySet<string> = new Set(['new', 'upcoming', 'linked', 'confirmed'])

function listFacts(
  { anchor, mapped, situation, userId, deletesAt }: SettledRecord,
  now: Date,
): readonly NewTimedFact[] {
  if (deletesAt !== undefined) return [{ anchor, kind: 'delete', at: deletesAt.toISOString() }]
  const said = speaking.has(situation) ? parseMapped(mapped) : undefined
  if (said?.dates === undefined || presenceOf(said, now) === 'ended') return []
  return listUpcoming(said.dates, now)
    .filter(({ kind }) => kind !== 'create' || userId === null)
    .map(({ kind, at }) => ({ anchor, kind, at }))
}
