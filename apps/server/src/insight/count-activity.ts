import type { Clock } from '../clock.ts'
import {
  condenseActivity,
  countPeopleByState,
  foldActivity,
  lockActivityMark,
  moveActivityMark,
  selectNextPlace,
  upsertPeopleCounts,
  type CountedSeries,
} from '../db/queries/activity-counts.ts'
import { selectOrganizations } from '../db/queries/organizations.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { findSettledPosition } from '../events/outbox.ts'
import { firstIdOf } from '../type-id.ts'

const dayMs = 86_400_000
/** So many rows are counted in one transaction. */
const rowsMax = 20_000
/** Lines of logs are written in batches: what is younger may still be joined by something older. */
const lateMs = 60_000
/** Hours are kept apart for so long; then a day is one row. */
const hoursKeptMs = 3 * dayMs
/** Charts go back so far. */
const daysKeptMax = 400
const organizationsPerPage = 100

const countedSeries: readonly CountedSeries[] = ['changes', 'requestErrors', 'appOperations']

/** Counts what happened since it was counted last, organization by organization; a job of the `work` role. */
export async function countActivity(database: Database, clock: Clock, signal: AbortSignal): Promise<void> {
  let after: string | undefined
  for (;;) {
    const page = await selectOrganizations(database, { after, rowsMax: organizationsPerPage })
    for (const { id } of page) {
      if (signal.aborted) return
      await countOne(database, id, { now: clock(), signal })
    }
    after = page.at(-1)?.slug
    if (page.length < organizationsPerPage) return
  }
}

async function countOne(
  database: Database,
  organizationId: string,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<void> {
  const { teams: _, ...counts } = await countPeopleByState(database, organizationId)
  const day = startOfDay(now)
  await transaction(database, async (tx) => {
    await lockActivityMark(tx, organizationId, { series: 'people', now: day })
    await upsertPeopleCounts(tx, organizationId, { day, counts })
  })
  for (const series of countedSeries)
    while (!signal.aborted && (await foldNext(database, organizationId, { series, now })));
  await transaction(database, (tx) =>
    condenseActivity(tx, organizationId, {
      hoursBefore: startOfDay(new Date(now.getTime() - hoursKeptMs)),
      keptFrom: new Date(day.getTime() - daysKeptMax * dayMs),
    }),
  )
}

/** Counts the next rows; false when there are no more. */
async function foldNext(
  database: Database,
  organizationId: string,
  { series, now }: { readonly series: CountedSeries; readonly now: Date },
): Promise<boolean> {
  const to = await findEnd(database, series, Date.now() - lateMs)
  return transaction(database, async (tx) => {
    const mark = await lockActivityMark(tx, organizationId, { series, now })
    const from = series === 'changes' ? mark.position : mark.lastId
    const next = await selectNextPlace(tx, organizationId, { series, from, to, rowsMax })
    if (next === undefined) return false
    await foldActivity(tx, organizationId, { series, from, to: next.last })
    const place = series === 'changes' ? { position: Number(next.last) } : { lastId: next.last }
    await moveActivityMark(tx, organizationId, { series, since: next.firstAt, ...place })
    return next.count === rowsMax
  })
}

/** Up to where nothing will be added any more. Ids are of the time of the machine, which a test may have set apart. */
function findEnd(database: Database, series: CountedSeries, untilMs: number): Promise<number | string> | string {
  return series === 'changes' ? findSettledPosition(database) : firstIdOf(untilMs)
}

/** Midnight in UTC. */
export function startOfDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / dayMs) * dayMs)
}
