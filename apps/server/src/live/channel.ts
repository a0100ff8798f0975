import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/pool.ts'
import { selectLiveRequests, selectLiveRows, type LiveRow, type StateTopic } from '../db/queries/live.ts'
import { readProgress } from '../provisioning/apps/progress.ts'
import { firstIdOf } from '../type-id.ts'
import { toRequestEvent, toStateEvent, type LiveEvent } from './live-event.ts'

/** So many events can be caught up with by whoever was cut off. */
export const keptEventsMax = 1_000
/** The progress of an app may be counted for this share of the time: counting a million people takes a while. */
const countingShare = 0.05
const countingMsMin = 1_000
/** Lines of the request log are written in batches, some of them late. */
const requestsBackMs = 15_000

const stateTopics: readonly StateTopic[] = [
  'runs',
  'apps',
  'reads',
  'plans',
  'holds',
  'quarantine',
  'notices',
  'setupLinks',
]

export type Numbered = { readonly number: number; readonly event: LiveEvent }

/** What is known of an organization that somebody follows, in this process. */
export type Channel = {
  readonly organizationId: string
  /** The number of the latest event, as clients send it back. */
  readonly cursor: () => string
  /** What came after that event; undefined: it was not ours, or too long ago. */
  since(cursor: string): readonly Numbered[] | undefined
  /** Looks once: what has changed since it looked last. */
  look(connectionIds: readonly string[]): Promise<readonly Numbered[]>
  toCursor(number: number): string
}

type Parts = { readonly database: Database; readonly clock: Clock }
type Counting = { readonly dueMs: number; readonly progress: object }

export function createChannel(parts: Parts, organizationId: string): Channel {
  const name = randomUUID()
  const kept: Numbered[] = []
  let number = 0
  const findChanged = createComparison(parts, organizationId)
  const findRequests = createRequestWatch(parts, organizationId)
  const toCursor = (of: number): string => `${name}.${of}`

  return {
    organizationId,
    toCursor,
    cursor: () => toCursor(number),
    since: (cursor) => {
      const [of, place] = cursor.split('.')
      const from = Number(place)
      const oldest = kept[0]?.number ?? number + 1
      if (of !== name || !Number.isInteger(from) || from > number || from < oldest - 1) return undefined
      return kept.filter((each) => each.number > from)
    },
    look: async (connectionIds) => {
      const events = [...(await findChanged()), ...(await findRequests(connectionIds))]
      const fresh = events.map((event) => ({ number: ++number, event }))
      kept.push(...fresh)
      kept.splice(0, Math.max(0, kept.length - keptEventsMax))
      return fresh
    },
  }
}

/** The things whose state is another one than when it was asked last; the first time there is nothing to compare with. */
function createComparison({ database, clock }: Parts, organizationId: string): () => Promise<readonly LiveEvent[]> {
  let known: ReadonlyMap<string, string> | undefined
  const countings = new Map<string, Counting>()

  return async () => {
    const rows = await selectLiveRows(database, organizationId, stateTopics)
    const now = clock()
    const seen = new Map<string, string>()
    const changed: LiveEvent[] = []
    for (const row of rows) {
      const state = await withProgress(row)
      const key = `${row.topic} ${row.id}`
      const text = JSON.stringify(state)
      seen.set(key, text)
      // The statement names the topics that it was asked for.
      if (known !== undefined && known.get(key) !== text)
        changed.push(toStateEvent(row.topic as StateTopic, { ...row, state }, now))
    }
    known = seen
    return changed
  }

  async function withProgress({ topic, id, state }: LiveRow): Promise<LiveRow['state']> {
    if (topic !== 'apps') return state
    if (!isRunning(state['cycle'])) countings.delete(id)
    else if ((countings.get(id)?.dueMs ?? 0) <= performance.now()) countings.set(id, await count(id))
    return { ...state, progress: countings.get(id)?.progress ?? null }
  }

  async function count(appId: string): Promise<Counting> {
    const startedMs = performance.now()
    const { users, teams, ratePerSecond, etaSeconds } = await readProgress(database, { organizationId, appId }, clock())
    const tookMs = performance.now() - startedMs
    return {
      dueMs: performance.now() + Math.max(countingMsMin, tookMs / countingShare),
      progress: { people: users, teams, ratePerSecond, etaSeconds: etaSeconds ?? null },
    }
  }
}

function isRunning(cycle: unknown): boolean {
  return typeof cycle === 'object' && cycle !== null && 'endedAt' in cycle && cycle.endedAt === null
}

/** Requests of connections that somebody follows; what came before he began is not told. */
function createRequestWatch({ database }: Parts, organizationId: string) {
  const told = new Map<string, ReadonlySet<string>>()
  return async (connectionIds: readonly string[]): Promise<readonly LiveEvent[]> => {
    const events: LiveEvent[] = []
    for (const connectionId of connectionIds) {
      // Ids are of the time of the machine, which a test may have set apart from the clock.
      const fromId = firstIdOf(Date.now() - requestsBackMs)
      const lines = await selectLiveRequests(database, organizationId, { connectionId, fromId })
      const known = told.get(connectionId)
      told.set(connectionId, new Set(lines.map(({ id }) => id)))
      if (known === undefined) continue
      const fresh = lines.filter(({ id }) => !known.has(id))
      events.push(...fresh.toReversed().map((line) => toRequestEvent(line, connectionId)))
    }
    for (const id of told.keys()) if (!connectionIds.includes(id)) told.delete(id)
    return events
  }
}
