import type { Queryable } from '../db/pool.ts'
import { selectPackedRead, selectPackedReadCount, selectPackedReads, toPage } from '../db/queries/packed-reads.ts'
import {
  selectRequest,
  selectRequestLog,
  selectRequestLogCount,
  type RequestLogLine,
  type RequestLogRow,
} from '../db/queries/request-log.ts'

export type { RequestLogLine, RequestLogRow } from '../db/queries/request-log.ts'

export type ListRequests = {
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string | undefined
  readonly status?: number | undefined
  /** 4: statuses from 400 to 499. */
  readonly statusClass?: number | undefined
  /** True: only answers from 400 on; false: only the others. */
  readonly failed?: boolean | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
  readonly method?: string | undefined
  /** Our SCIM id or the identity provider's id. */
  readonly resourceId?: string | undefined
  /** Part of the path. */
  readonly path?: string | undefined
  readonly connectionId?: string | undefined
  readonly keyId?: string | undefined
}

/** The newest first; `next` is the id of the last line of the page. */
export async function listRequests(
  database: Queryable,
  organizationId: string,
  query: ListRequests,
): Promise<{ readonly data: readonly RequestLogLine[]; readonly next: string | undefined }> {
  const rowsMax = query.limit + 1
  const page = { ...toFilters(query), rowsMax, after: query.after }
  const [single, packed] = await Promise.all([
    selectRequestLog(database, organizationId, page),
    selectPackedReads(database, organizationId, page),
  ])
  const rows = packed.length === 0 ? single : toPage([...single, ...packed], rowsMax)
  const data = rows.slice(0, query.limit)
  return { data, next: rows.length > query.limit ? data.at(-1)?.id : undefined }
}

/** How many lines match, whatever the page; it reads them all. */
export async function countRequests(database: Queryable, organizationId: string, query: ListRequests): Promise<number> {
  const filters = toFilters(query)
  const [single, packed] = await Promise.all([
    selectRequestLogCount(database, organizationId, filters),
    selectPackedReadCount(database, organizationId, filters),
  ])
  return single + packed
}

function toFilters(query: ListRequests) {
  const { status, statusClass, failed, since, until, method, resourceId, path, connectionId, keyId } = query
  return { status, statusClass, failed, since, until, method, resourceId, path, connectionId, keyId }
}

/** One request with the bodies that were kept. */
export async function findRequest(
  database: Queryable,
  organizationId: string,
  id: string,
): Promise<RequestLogRow | undefined> {
  const single = await selectRequest(database, organizationId, id)
  return single ?? selectPackedRead(database, organizationId, id)
}
