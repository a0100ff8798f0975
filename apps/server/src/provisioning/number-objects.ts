import { takeUniqueNumbers } from '../db/queries/unique-numbers.ts'
import type { Queryable } from '../db/pool.ts'

/** The number of an object in a sequence. */
export type NumberOf = (objectId: string, sequence: string) => number

/** Numbers of objects in the sequences of the rules; who has none yet gets the next. */
export async function numberObjects(
  db: Queryable,
  { organizationId, appId }: { readonly organizationId: string; readonly appId: string },
  wanted: { readonly sequences: readonly string[]; readonly objectIds: readonly string[] },
): Promise<NumberOf> {
  const { sequences, objectIds } = wanted
  const numbers = new Map<string, ReadonlyMap<string, number>>()
  if (objectIds.length > 0) {
    for (const sequence of sequences)
      numbers.set(sequence, await takeUniqueNumbers(db, { organizationId, appId, sequence }, objectIds))
  }
  return (objectId, sequence) => numbers.get(sequence)?.get(objectId) ?? 0
}
