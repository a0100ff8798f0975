import { setTimeout as sleep } from 'node:timers/promises'
import { toPage, type Page, type PageOf } from '../../access/call.ts'
import {
  countOperations,
  selectCycleCount,
  selectCycles,
  selectProgress,
  type ProgressRow,
  type ShownCycleRow,
} from '../../db/queries/app-progress.ts'
import type { Queryable } from '../../db/pool.ts'
import { firstIdOf } from '../../type-id.ts'
import type { ReasonCode } from '../reasons.ts'
import { getApp, type App, type AppName } from './app.ts'

export type { StateCounts } from '../../db/queries/app-progress.ts'

export type Cycle = ShownCycleRow

/** How far an app is. */
export type Progress = ProgressRow & {
  readonly app: App
  readonly at: Date
  /** The latest, whether it runs or has ended. */
  readonly cycle: Cycle | undefined
  /** Operations a second in the last minutes. */
  readonly ratePerSecond: number
  /** Until nothing is pending, at that rate; undefined: nothing is, or nothing moves. */
  readonly etaSeconds: number | undefined
}

/** Failures that wait for a decision of a person rather than for time. */
const conflictCodes: readonly ReasonCode[] = [
  'Ambiguous',
  'AlreadyLinked',
  'InvisibleConflict',
  'AdoptionRefused',
  'AdoptionNeedsApproval',
]

const rateWindowMs = 5 * 60_000

/** Throws `appNotFound`. */
export async function readProgress(db: Queryable, name: AppName, now: Date): Promise<Progress> {
  const app = await getApp(db, name)
  const row = await selectProgress(db, name, conflictCodes)
  const [cycle] = await selectCycles(db, name, { after: undefined, rowsMax: 1 })
  const since = new Date(now.getTime() - rateWindowMs)
  // Ids are of the time of the machine, which a test may have set apart from the clock.
  const fromId = firstIdOf(Math.min(since.getTime(), Date.now() - rateWindowMs))
  const ratePerSecond = (await countOperations(db, name, { at: since, fromId })) / (rateWindowMs / 1_000)
  const pending = row.users.pending + row.teams.pending
  const etaSeconds = pending === 0 || ratePerSecond === 0 ? undefined : Math.ceil(pending / ratePerSecond)
  return { ...row, app, at: now, cycle, ratePerSecond, etaSeconds }
}

/** Newest first. Throws `appNotFound`. */
export async function listCycles(db: Queryable, app: AppName, page: PageOf): Promise<Page<Cycle>> {
  await getApp(db, app)
  const rows = await selectCycles(db, app, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ id }) => id)
}

export function countCycles(db: Queryable, app: AppName): Promise<number> {
  return selectCycleCount(db, app)
}

const followMs = 1_000

/** The state again whenever something in it has changed, until the signal ends it. */
export async function* followProgress(
  db: Queryable,
  name: AppName,
  { clock, signal }: { readonly clock: () => Date; readonly signal: AbortSignal },
): AsyncGenerator<Progress> {
  let shown = ''
  while (!signal.aborted) {
    const progress = await readProgress(db, name, clock())
    const { app, users, teams, cycle } = progress
    const state = JSON.stringify([app.version, users, teams, cycle])
    if (state !== shown) yield progress
    shown = state
    await sleep(followMs, undefined, { signal }).catch(() => {})
  }
}
