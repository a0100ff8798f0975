import { setTimeout as sleep } from 'node:timers/promises'
import { matchesEventFilter, toEventType } from '@rollcall/admin-api'
import { selectPositionBefore } from '../db/queries/outbox.ts'
import type { Database } from '../db/pool.ts'
import { findEventPosition, toEvents, type Event } from './event.ts'
import { findSettledPosition, readOutbox, type OutboxChange } from './outbox.ts'

export type ReadEvents = {
  readonly organizationId: string
  /** Behind which position; undefined: from the beginning, or from `since`. */
  readonly after: number | undefined
  readonly since: Date | undefined
  readonly types: readonly string[]
  readonly limit: number
}

export type EventPage = {
  readonly events: readonly Event[]
  /** Where the next page begins, also when there is nothing there yet. */
  readonly position: number
  readonly hasMore: boolean
}

/** So many changes are looked through for one page: a filter that lets little through must not read for minutes. */
const scannedMax = 5_000
const pollMs = 250

/** One page of what happened, oldest first. Only what is settled: nothing will ever appear before its end. */
export async function readEvents(database: Database, ask: ReadEvents): Promise<EventPage> {
  const upTo = await findSettledPosition(database)
  const start = ask.after ?? (await findStart(database, ask, upTo))
  const found: OutboxChange[] = []
  let position = start
  for (let scanned = 0; ;) {
    const rowsMax = Math.min(Math.max(ask.limit, ask.types.length > 0 ? 1_000 : 0), scannedMax)
    const rows = await readOutbox(database, ask.organizationId, { after: position, upTo, rowsMax })
    for (const row of rows) {
      position = row.position
      if (matchesEventFilter(ask.types, toEventType(row.action))) found.push(row)
      if (found.length === ask.limit) break
    }
    scanned += rows.length
    const isFull = found.length === ask.limit
    const isEnd = !isFull && rows.length < rowsMax
    if (isEnd) position = Math.max(position, upTo, start)
    if (isFull || isEnd || scanned >= scannedMax)
      return { events: await toEvents(database, found), position, hasMore: !isEnd }
  }
}

async function findStart(database: Database, ask: ReadEvents, upTo: number): Promise<number> {
  if (ask.since === undefined) return 0
  return (await selectPositionBefore(database, ask.organizationId, ask.since)) ?? upTo
}

/** The same, and waits for something to happen where nothing has yet. */
export async function awaitEvents(
  database: Database,
  ask: ReadEvents,
  wait: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<EventPage> {
  const deadline = performance.now() + wait.seconds * 1000
  let page = await readEvents(database, ask)
  while (page.events.length === 0 && performance.now() < deadline && !wait.signal.aborted) {
    if (!page.hasMore) await sleep(pollMs, undefined, { signal: wait.signal }).catch(() => {})
    page = await readEvents(database, { ...ask, after: page.position })
  }
  return page
}

/** Undefined: there is no such event, or it is not settled yet. */
export async function findEvent(database: Database, organizationId: string, id: string): Promise<Event | undefined> {
  const position = findEventPosition(id, organizationId)
  if (position === undefined || position > (await findSettledPosition(database))) return undefined
  const rows = await readOutbox(database, organizationId, { after: position - 1, upTo: position, rowsMax: 1 })
  return (await toEvents(database, rows))[0]
}
