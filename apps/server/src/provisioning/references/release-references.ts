import type { Queryable } from '../../db/pool.ts'
import { releaseDependents, selectReferenced, type AppKey } from '../../db/queries/provisioning-references.ts'

/** Accounts are made one after the other: a team that waits for many gets them in few requests. */
const teamDelayMs = 2_000
/** While a cycle runs, accounts come for hours, and to look at a large team costs something. */
const teamCycleDelayMs = 15_000

/**
 * Accounts of objects came, went or changed hands, in the same transaction: whoever waits for them is evaluated again, and
 * the members of teams that hold them are looked at.
 */
export async function releaseReferences(
  tx: Queryable,
  app: AppKey,
  { ids, now }: { readonly ids: readonly string[]; readonly now: Date },
): Promise<void> {
  if (ids.length === 0) return
  const after = (milliseconds: number): Date => new Date(now.getTime() + milliseconds)
  await releaseDependents(tx, app, { ids, now, teamsDueAt: after(teamDelayMs), inCycleDueAt: after(teamCycleDelayMs) })
}

/**
 * After the commit of what began to wait: an object that got its account meanwhile was perhaps not seen, nor has it seen
 * who waits.
 */
export async function releaseMeanwhile(
  db: Queryable,
  app: AppKey,
  { neededIds, now }: { readonly neededIds: readonly string[]; readonly now: Date },
): Promise<void> {
  if (neededIds.length === 0) return
  const known = await selectReferenced(db, app, neededIds)
  const ids = known.filter(({ key }) => key !== null).map(({ id }) => id)
  await releaseReferences(db, app, { ids, now })
}
