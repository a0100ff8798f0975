import { toCsvLine } from '../csv.ts'
import type { Queryable } from '../db/pool.ts'
import type { AuditFilter } from '../db/queries/audit-filter.ts'
import { listEvents } from './list-events.ts'
import { viewEvent, type AuditEvent } from './view-event.ts'

const rowsPerPage = 1_000

const columns: readonly (readonly [name: string, valueOf: (event: AuditEvent) => string | null])[] = [
  ['sequence', (event) => String(event.sequence)],
  ['id', (event) => event.id],
  ['at', (event) => event.at],
  ['action', (event) => event.action],
  ['result', (event) => event.result],
  ['event', (event) => event.event],
  ['kind', (event) => event.kind],
  ['actor', (event) => event.actor.id],
  ['actorIdentity', (event) => toJson(event.actor.identity)],
  ['ip', (event) => event.context.ip],
  ['userAgent', (event) => event.context.userAgent],
  ['connectionId', (event) => event.context.connectionId],
  ['requestId', (event) => event.context.requestId],
  ['targets', (event) => event.targets.join(' ')],
  ['identity', (event) => toJson(event.identity)],
  ['changes', (event) => (event.changes.length === 0 ? null : JSON.stringify(event.changes))],
  ['request', (event) => toJson(event.request)],
  ['details', (event) => toJson(event.details)],
  ['erased', (event) => event.erased.join(' ')],
  ['previousHash', (event) => event.previousHash],
  ['hash', (event) => event.hash],
]

/** A line of CSV an event, oldest first, made page by page while it is sent. */
export async function* exportCsv(db: Queryable, organizationId: string, filter: AuditFilter): AsyncGenerator<string> {
  yield toCsvLine(columns.map(([name]) => name))
  for await (const events of readPages(db, organizationId, filter))
    yield events.map((event) => toCsvLine(columns.map(([, valueOf]) => valueOf(event)))).join('')
}

/** A line of JSON an event, oldest first. */
export async function* exportJsonLines(
  db: Queryable,
  organizationId: string,
  filter: AuditFilter,
): AsyncGenerator<string> {
  for await (const events of readPages(db, organizationId, filter))
    yield events.map((event) => `${JSON.stringify(event)}\n`).join('')
}

async function* readPages(
  db: Queryable,
  organizationId: string,
  filter: AuditFilter,
): AsyncGenerator<readonly AuditEvent[]> {
  let after: string | undefined
  do {
    const page = await listEvents(db, organizationId, { filter, order: 'asc', limit: rowsPerPage, after })
    if (page.data.length > 0) yield page.data.map(viewEvent)
    after = page.next
  } while (after !== undefined)
}

function toJson(value: object | null): string | null {
  return value === null || Object.keys(value).length === 0 ? null : JSON.stringify(value)
}
