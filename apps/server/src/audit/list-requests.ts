import type { Queryable } from '../db/pool.ts'
import { selectRequest, selectRequestLog, type RequestLogLine, type RequestLogRow } from '../db/queries/request-log.ts'

export type { RequestLogLine, RequestLogRow } from '../db/queries/request-log.ts'

export type ListRequests = {
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string | undefined
  readonly status?: number | undefined
  /** True: only answers from 400 on; false: only the others. */
  readonly failed?: boolean | undefined
  readonly since?: Date | undefined
  readonly method?: string | undefined
  /** SCIM id. */
  readonly resourceId?: string | undefined
  /** Part of the path. */
  readonly path?: string | undefined
  readonly connectionId?: string | undefined
}

/** The newest first; `next` is the id of the last line of the page. */
export async function listRequests(
  database: Queryable,
  organizationId: string,
  query: ListRequests,
): Promise<{ readonly data: readonly RequestLogLine[]; readonly next: string | undefined }> {
  const rows = await selectRequestLog(database, organizationId, {
    rowsMax: query.limit + 1,
    after: query.after,
    status: query.status,
    failed: query.failed,
    since: query.since,
    method: query.method,
    resourceId: query.resourceId,
    path: query.path,
    connectionId: query.connectionId,
  })
  const data = rows.slice(0, query.limit)
  return { data, next: rows.length > query.limit ? data.at(-1)?.id : undefined }
}

/** One request with the bodies that were kept. */
export function findRequest(
  database: Queryable,
  organizationId: string,
  id: string,
): Promise<RequestLogRow | undefined> {
  return selectRequest(database, organizationId, id)
}
