import { setTimeout as sleep } from 'node:timers/promises'
import {
  deleteRunsBefore,
  selectRun,
  selectRunCount,
  selectRuns,
  type RunFilter,
  type RunRow,
} from '../db/queries/runs.ts'
import type { Queryable } from '../db/pool.ts'

export type Run = RunRow

const keptDays = 30
const dayMs = 24 * 3600 * 1000
const pollMs = 250

export function findRun(database: Queryable, organizationId: string, id: string): Promise<Run | undefined> {
  return selectRun(database, organizationId, id)
}

/** Newest first; `next` is the id behind which the next page begins. */
export async function listRuns(
  database: Queryable,
  organizationId: string,
  page: RunFilter & { readonly limit: number; readonly after: string | undefined },
): Promise<{ readonly data: readonly Run[]; readonly next: string | undefined }> {
  const { limit, after, ...filter } = page
  const rows = await selectRuns(database, organizationId, { ...filter, before: after, limit: limit + 1 })
  const data = rows.slice(0, limit)
  return { data, next: rows.length > limit ? data.at(-1)?.id : undefined }
}

export function countRuns(database: Queryable, organizationId: string, filter: RunFilter): Promise<number> {
  return selectRunCount(database, organizationId, filter)
}

/** The run now and after every change, to its end; stops early when the signal says so or the run is gone. */
export async function* watchRun(
  database: Queryable,
  { organizationId, id }: Pick<Run, 'organizationId' | 'id'>,
  signal: AbortSignal,
): AsyncGenerator<Run> {
  let shown = ''
  do {
    const run = await selectRun(database, organizationId, id)
    if (run === undefined) return
    const state = `${run.state} ${run.done} ${run.total}`
    if (state !== shown) yield run
    shown = state
    if (run.endedAt !== null) return
    await sleep(pollMs, undefined, { signal }).catch(() => {})
  } while (!signal.aborted)
}

/** Forgets what ended long ago. */
export function trimRuns(database: Queryable, now: Date): Promise<number> {
  return deleteRunsBefore(database, new Date(now.getTime() - keptDays * dayMs))
}
