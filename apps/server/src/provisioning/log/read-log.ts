import { toPage, type Page, type PageOf } from '../../access/call.ts'
import {
  selectProvisioningLog,
  selectProvisioningLogCount,
  selectProvisioningLogEntry,
  type LogFilter,
  type StoredLogRow,
} from '../../db/queries/provisioning-log.ts'
import type { Queryable } from '../../db/pool.ts'
import { reasons, type Reason } from '../reasons.ts'
import { toSteps } from './steps.ts'
import type { LogAction, LogDetail, LogInitiator, LogRow, LogStatus } from './log-row.ts'

export type { LogFilter } from '../../db/queries/provisioning-log.ts'

/** A row of the log as it was written, with what its reason means. */
export type LogEntry = Omit<LogRow, 'reason' | 'detail' | 'redactedPaths'> & {
  readonly id: string
  /** A code of this version or of an older one. */
  readonly reason: string
  readonly explanation: Reason | undefined
  readonly detail: LogDetail
}

/** Newest first. */
export async function listLog(
  db: Queryable,
  organizationId: string,
  request: PageOf & { readonly filter: LogFilter; readonly order?: 'asc' | 'desc' },
): Promise<Page<LogEntry>> {
  const { filter, order = 'desc', after, limit } = request
  const rows = await selectProvisioningLog(db, organizationId, { filter, order, after, rowsMax: limit + 1 })
  return toPage(rows.map(toEntry), limit, ({ id }) => id)
}

export function countLog(db: Queryable, organizationId: string, filter: LogFilter): Promise<number> {
  return selectProvisioningLogCount(db, organizationId, filter)
}

export async function findLogEntry(db: Queryable, organizationId: string, id: string): Promise<LogEntry | undefined> {
  const row = await selectProvisioningLogEntry(db, organizationId, id)
  return row === undefined ? undefined : toEntry(row)
}

const knownReasons: ReadonlyMap<string, Reason> = new Map(Object.entries(reasons))

function toEntry(row: StoredLogRow): LogEntry {
  const explanation = knownReasons.get(row.reason)
  const entry: LogEntry = {
    ...row,
    // insertLogRows wrote them, in these words.
    objectKind: row.objectKind as LogRow['objectKind'],
    action: row.action as LogAction,
    status: row.status as LogStatus,
    initiator: row.initiator as LogInitiator,
    detail: row.detail ?? {},
    explanation,
  }
  const steps = toSteps({ ...entry, meaning: explanation?.meaning })
  return { ...entry, detail: { ...entry.detail, steps } }
}

/** Every reason that there is, sorted by its code. */
export function listReasons(): readonly (Reason & { readonly code: string })[] {
  return [...knownReasons].map(([code, reason]) => ({ code, ...reason })).toSorted((a, b) => (a.code < b.code ? -1 : 1))
}
