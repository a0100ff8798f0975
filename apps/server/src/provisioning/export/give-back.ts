import { setTimeout as sleep } from 'node:timers/promises'
import { releaseWork, type WorkRow } from '../../db/queries/provisioning-work.ts'
import { DatabaseUnavailable } from '../../unavailable.ts'
import type { Exporter } from './context.ts'

/** So long it waits before each try: a database that restarts is back by then. */
const waitsMs = [0, 500, 1_500, 4_000]

/** Turns whose requests have ended, so that others may take them now and not only when their leases end. */
export async function giveBack(
  { database, app }: Pick<Exporter, 'database' | 'app'>,
  items: readonly WorkRow[],
): Promise<void> {
  if (items.length === 0) return
  for (const waitMs of waitsMs) {
    if (waitMs > 0) await sleep(waitMs)
    try {
      return await releaseWork(database, app, items)
    } catch {
      // After the last try the leases end by themselves.
    }
  }
}

/**
 * Work on turns that were claimed together. Where the database cannot answer they are given back; whatever else went wrong
 * would go wrong again at once: those wait for their leases, and others have their turn.
 */
export async function withClaimed<Result>(
  exporter: Pick<Exporter, 'database' | 'app'>,
  items: readonly WorkRow[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DatabaseUnavailable) await giveBack(exporter, items)
    throw error
  }
}
