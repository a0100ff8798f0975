import type { Queryable } from '../db/pool.ts'
import type { AuditFilter } from '../db/queries/audit-filter.ts'
import { countAuditEvents, selectAuditEvent, selectAuditEvents, type AuditRow } from '../db/queries/audit-events.ts'

export type { AuditRow } from '../db/queries/audit-events.ts'

export type ListEvents = {
  readonly filter: AuditFilter
  readonly order: 'asc' | 'desc'
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string | undefined
}

/** In the order of the chain or against it; `next` is the number of the last event of the page. */
export async function listEvents(
  db: Queryable,
  organizationId: string,
  { filter, order, limit, after }: ListEvents,
): Promise<{ readonly data: readonly AuditRow[]; readonly next: string | undefined }> {
  const behind = after === undefined ? undefined : Number(after)
  const rows = await selectAuditEvents(db, { organizationId, filter, order, after: behind, rowsMax: limit + 1 })
  const data = rows.slice(0, limit)
  return { data, next: rows.length > limit ? data.at(-1)?.sequence.toString() : undefined }
}

export function countEvents(db: Queryable, organizationId: string, filter: AuditFilter): Promise<number> {
  return countAuditEvents(db, { organizationId, filter })
}

export function findEvent(db: Queryable, organizationId: string, id: string): Promise<AuditRow | undefined> {
  return selectAuditEvent(db, organizationId, id)
}
