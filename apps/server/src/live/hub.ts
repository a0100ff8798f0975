import { apiError, liveTopics, type LiveTopic } from '@rollcall/admin-api'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/pool.ts'
import { selectRightsMarks, type LiveCaller } from '../db/queries/live.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createChannel, type Channel, type Numbered } from './channel.ts'
import { createMailboxOf, type Mailbox } from './mailbox.ts'
import type { LiveEvent } from './live-event.ts'

/** Streams that one person or key may have open in a process. */
export const streamsPerCallerMax = 8
const lookMs = 1_000
/** For whoever came while a look was under way. */
const retryMs = 50
/** Nobody may be there for so long before an organization is forgotten: whoever is cut off comes back within it. */
const lingerMs = 60_000

/** What a server-sent event consists of. */
export type Frame = { readonly id?: string; readonly event: string; readonly data: unknown }

/** What the caller may hear of, and until when at the latest that can be known. */
export type LiveRights = { readonly permissions: ReadonlySet<string>; readonly idleAt: Date | undefined }

export type Follow = {
  readonly organizationId: string
  /** Who it is, for the number of his streams. */
  readonly actor: string
  readonly topics: readonly LiveTopic[]
  readonly connectionId: string | undefined
  /** The `id` of the last event that the client has had. */
  readonly lastEventId: string | undefined
  /** Undefined: a key of the instance, which is asked about at every look. */
  readonly caller: LiveCaller | undefined
  readonly rights: LiveRights
  /** The rights as they are now; undefined: none any more. */
  recheck(): Promise<LiveRights | undefined>
}

export type LiveHub = {
  /** Frames until the client goes, the rights end or the server stops. Throws 429 above the number of streams. */
  follow(follow: Follow): AsyncIterable<Frame>
  close(): void
}

type Parts = {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly draining: AbortSignal
}

type Follower = Follow & {
  readonly mailbox: Mailbox<Frame>
  rights: LiveRights
  mark: string | undefined
  endsAt: Date | null
  /** Whether it was told from where on it hears everything. */
  isGreeted: boolean
}

type Place = { readonly channel: Channel; readonly followers: Set<Follower>; emptyFromMs: number | undefined }

/** One a process: one loop looks for all who follow, and rests while nobody does. */
export function createLiveHub(parts: Parts): LiveHub {
  const places = new Map<string, Place>()
  const open = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let isLooking = false
  let isClosed = false

  const look = async (): Promise<void> => {
    isLooking = true
    for (const place of places.values())
      // A database that does not answer is looked at again; followers are told nothing wrong meanwhile.
      await lookAt(parts, place).catch((error: unknown) =>
        parts.logger.debug({ err: error }, 'could not look for changes'),
      )
    for (const [id, { followers, emptyFromMs }] of places)
      if (followers.size === 0 && emptyFromMs !== undefined && emptyFromMs + lingerMs < performance.now())
        places.delete(id)
    isLooking = false
    const isSomebodyNew = [...places.values()].some(({ followers }) => [...followers].some((each) => !each.isGreeted))
    if (places.size > 0) lookIn(isSomebodyNew ? retryMs : lookMs)
  }
  const lookIn = (ms: number): void => {
    clearTimeout(timer)
    if (isClosed || isLooking) return
    timer = setTimeout(() => void look(), ms)
    timer.unref()
  }
  const endAll = (): void => {
    isClosed = true
    clearTimeout(timer)
    for (const { followers } of places.values()) for (const follower of followers) end(follower, 'draining')
    places.clear()
  }
  parts.draining.addEventListener('abort', endAll, { once: true })

  return {
    follow: (follow) => {
      const count = open.get(follow.actor) ?? 0
      if (count >= streamsPerCallerMax)
        throw apiError('tooManyRequests', `More than ${streamsPerCallerMax} streams are open for you at once`, {
          headers: { 'retry-after': '5' },
        })
      open.set(follow.actor, count + 1)
      const place = places.get(follow.organizationId) ?? createPlace(parts, follow.organizationId)
      places.set(follow.organizationId, place)
      const mailbox = createMailboxOf<Frame>(() => leave(follower))
      const follower: Follower = { ...follow, mailbox, mark: undefined, endsAt: null, isGreeted: false }
      const leave = (gone: Follower): void => {
        if (!place.followers.delete(gone)) return
        open.set(gone.actor, (open.get(gone.actor) ?? 1) - 1)
        if (open.get(gone.actor) === 0) open.delete(gone.actor)
        if (place.followers.size === 0) place.emptyFromMs = performance.now()
      }
      place.followers.add(follower)
      place.emptyFromMs = undefined
      if (isClosed) end(follower, 'draining')
      else lookIn(0)
      return mailbox.frames
    },
    close: endAll,
  }
}

function createPlace(parts: Parts, organizationId: string): Place {
  return { channel: createChannel(parts, organizationId), followers: new Set(), emptyFromMs: undefined }
}

/** From here on it hears everything: what it asks for after this is not older than what it is told. */
function greet(channel: Channel, follower: Follower): void {
  follower.isGreeted = true
  const missed = follower.lastEventId === undefined ? undefined : channel.since(follower.lastEventId)
  follower.mailbox.put({
    id: channel.cursor(),
    event: 'hello',
    data: { topics: follower.topics, resumed: missed !== undefined },
  })
  for (const each of missed ?? []) tell(channel, follower, each)
}

function tell(channel: Channel, follower: Follower, { number, event }: Numbered): void {
  if (!hears(follower, event)) return
  follower.mailbox.put({ id: channel.toCursor(number), event: event.topic, data: event.data })
}

function hears({ topics, connectionId, rights }: Follower, event: LiveEvent): boolean {
  if (!topics.includes(event.topic)) return false
  if (event.topic === 'requests') return event.connectionId === connectionId
  return event.permission === undefined || rights.permissions.has(event.permission)
}

async function lookAt(parts: Parts, { channel, followers }: Place): Promise<void> {
  await checkRights(parts, channel.organizationId, [...followers])
  const connectionIds = [...followers].flatMap(({ connectionId }) => (connectionId === undefined ? [] : [connectionId]))
  for (const each of await channel.look([...new Set(connectionIds)]))
    for (const follower of followers) if (follower.isGreeted) tell(channel, follower, each)
  for (const follower of followers) if (!follower.isGreeted) greet(channel, follower)
}

/** Whoever may not follow any more is told so before anything else is told. */
async function checkRights({ database, clock }: Parts, organizationId: string, followers: readonly Follower[]) {
  const callers = followers.flatMap(({ caller }) => (caller === undefined ? [] : [caller]))
  const found = callers.length === 0 ? [] : await selectRightsMarks(database, organizationId, distinct(callers))
  const marks = new Map(found.map((mark) => [mark.id, mark]))
  const now = clock()
  for (const follower of followers) {
    const { caller, rights, endsAt, mark: known } = follower
    const mark = caller === undefined ? undefined : marks.get(caller.credentialId)
    const isSame = mark !== undefined && known === mark.mark
    const hasTime = (endsAt === null || endsAt > now) && (rights.idleAt === undefined || rights.idleAt > now)
    follower.mark = mark?.mark
    follower.endsAt = mark?.endsAt ?? null
    if (!isSame || !hasTime) await recheck(follower)
  }
}

async function recheck(follower: Follower): Promise<void> {
  const rights = await follower.recheck()
  if (rights === undefined) return end(follower, 'signedOut')
  follower.rights = rights
  const isLacking = follower.topics.some((topic) => {
    const permission = liveTopics[topic]
    return permission !== null && !rights.permissions.has(permission)
  })
  if (isLacking) end(follower, 'forbidden')
}

function end({ mailbox }: Follower, reason: 'signedOut' | 'forbidden' | 'draining'): void {
  mailbox.put({ event: 'end', data: { reason } })
  mailbox.close()
}

function distinct(callers: readonly LiveCaller[]): readonly LiveCaller[] {
  return [...new Map(callers.map((caller) => [caller.credentialId, caller])).values()]
}
