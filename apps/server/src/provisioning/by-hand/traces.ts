import { toPage, type Page, type PageOf } from '../../access/call.ts'
import {
  deleteTracesBefore,
  selectTraceCount,
  selectTraces,
  type TraceFilter,
} from '../../db/queries/provisioning-traces.ts'
import type { Queryable } from '../../db/pool.ts'
import { getAppRow, type AppName } from '../apps/app.ts'
import type { LogDetail } from '../log/log-row.ts'
import type { Reason } from '../reasons.ts'
import { findReason } from '../reasons/reason-words.ts'
import type { NewTrace } from './trace.ts'

/** What became of one object that somebody provisioned by hand. */
export type Trace = Omit<NewTrace, 'reason' | 'explanation' | 'dueAt'> & {
  /** A code of this version or of an older one. */
  readonly reason: string
  readonly explanation: Reason | undefined
  readonly runId: string | null
}

/** Newest first. Throws `appNotFound`. */
export async function listTraces(
  db: Queryable,
  app: AppName,
  page: PageOf & { readonly filter: TraceFilter },
): Promise<Page<Trace>> {
  await getAppRow(db, app)
  const { filter, limit, after } = page
  const rows = await selectTraces(db, app, { ...filter, after, rowsMax: limit + 1 })
  return toPage(
    rows.map(({ kind, objectId, action, status, detail, ...row }) => ({
      ...row,
      object: { kind, id: objectId },
      // All of it was written by `recordTrace`, in these words.
      action: action as NewTrace['action'],
      status: status as NewTrace['status'],
      detail: detail as LogDetail,
      explanation: findReason(row.reason),
    })),
    limit,
    ({ id }) => id,
  )
}

export function countTraces(db: Queryable, app: AppName, filter: TraceFilter): Promise<number> {
  return selectTraceCount(db, app, filter)
}

const keptMs = 7 * 86_400_000
const trimmedMax = 5_000

/** Forgets what is older than a week. */
export async function trimTraces(db: Queryable, now: Date, signal: AbortSignal): Promise<void> {
  for (let gone = trimmedMax; gone === trimmedMax && !signal.aborted;)
    gone = await deleteTracesBefore(db, new Date(now.getTime() - keptMs), trimmedMax)
}
