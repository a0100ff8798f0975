import { foreseeUniqueNumbers, takeUniqueNumbers } from '../db/queries/unique-numbers.ts'
import type { Queryable } from '../db/pool.ts'

/** The number of an object in a sequence. */
export type NumberOf = (objectId: string, sequence: string) => number

type Wanted = { readonly sequences: readonly string[]; readonly objectIds: readonly string[] }

/** Numbers of objects in the sequences of the rules; who has none yet gets the next. */
export async function numberObjects(
  db: Queryable,
  { organizationId, appId }: { readonly organizationId: string; readonly appId: string },
  wanted: Wanted,
): Promise<NumberOf> {
  return findNumbers(wanted, (sequence, objectIds) =>
    takeUniqueNumbers(db, { organizationId, appId, sequence }, objectIds),
  )
}

/** The numbers that they have, and those that would come next; none is used up. */
export async function foreseeNumbers(
  db: Queryable,
  { organizationId, appId }: { readonly organizationId: string; readonly appId: string },
  wanted: Wanted,
): Promise<NumberOf> {
  return findNumbers(wanted, (sequence, objectIds) =>
    foreseeUniqueNumbers(db, { organizationId, appId, sequence }, objectIds),
  )
}

async function findNumbers(
  { sequences, objectIds }: Wanted,
  find: (sequence: string, objectIds: readonly string[]) => Promise<ReadonlyMap<string, number>>,
): Promise<NumberOf> {
  const numbers = new Map<string, ReadonlyMap<string, number>>()
  if (objectIds.length > 0) for (const sequence of sequences) numbers.set(sequence, await find(sequence, objectIds))
  return (objectId, sequence) => numbers.get(sequence)?.get(objectId) ?? 0
}
