import type { RouteAnswer, RouteId } from '@rollcall/admin-api'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { toUrl } from './call.ts'
import { useOrganizationSlug } from './queries.ts'

/** What can be followed; the requests of one connection have a stream of their own. */
export type LiveTopic = RouteAnswer<'followOrganization'>['topics'][number]

/** How something is now, as the server said; the object itself is asked for anew. */
export type LiveEvent = { readonly topic: LiveTopic; readonly id: string; readonly [name: string]: unknown }

/** `off`: nothing arrives at the moment, so pages ask by themselves. */
export type LiveState = 'off' | 'connecting' | 'on'

/** Which answers are out of date when something of a topic has happened. */
const staleBy: { readonly [topic in LiveTopic]: readonly RouteId[] } = {
  runs: ['listRuns', 'getRun'],
  apps: ['listApps', 'getApp', 'getAppProgress', 'getOverview'],
  reads: [
    'listSources',
    'getSource',
    'listSourceReads',
    'getSourceRead',
    'getSourcePlan',
    'listSourceOperations',
    'getOverview',
  ],
  plans: ['listAppPlans', 'getAppPlan', 'getOverview'],
  holds: ['listHolds', 'getHold', 'listAppHolds', 'getOverview'],
  quarantine: ['listApps', 'getApp', 'getOverview'],
  notices: ['listNotices', 'getOverview'],
  setupLinks: ['listSetupLinks', 'getSetupLink'],
  requests: [],
}

const topics = Object.keys(staleBy).filter((topic) => topic !== 'requests')
const refreshMs = 1_000
/** While nothing is live, what changes is asked for so often. */
export const pollingMs = 5_000

const listeners = new Set<(event: LiveEvent) => void>()
const stateListeners = new Set<() => void>()
let state: LiveState = 'off'

function setState(next: LiveState): void {
  state = next
  for (const listener of stateListeners) listener()
}

/** Whether what is shown renews itself. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    () => state,
  )
}

/** `refetchInterval` for something that moves: nothing while the stream says when, every few seconds without it. */
export function usePolling(isMoving: boolean): number | false {
  const current = useLiveState()
  return isMoving && current !== 'on' ? pollingMs : false
}

/** Hears of everything that happens in the organization while the component stands. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  useEffect(() => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [listener])
}

/** One stream for all tabs of a browser: one of them reads it and tells the others. Once, in the frame. */
export function useLiveStream(): void {
  const organization = useOrganizationSlug()
  const client = useQueryClient()
  useEffect(() => follow(organization, client), [organization, client])
}

type Message =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'state'; readonly state: LiveState }
  /** A tab that has just opened wants to know. */
  | { readonly kind: 'ask' }

function follow(organization: string, client: QueryClient): () => void {
  const name = `rollcall-live ${organization}`
  const channel = new BroadcastChannel(name)
  const refresh = createRefresh(client)
  const ending = new AbortController()
  let isLeader = false
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
  const say = (message: Message): void => channel.postMessage(message)
  const take = (event: LiveEvent): void => {
    refresh(event.topic)
    for (const listener of listeners) listener(event)
  }
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'event') take(data.event)
    else if (data.kind === 'state' && !isLeader) setState(data.state)
    else if (data.kind === 'ask' && isLeader) say({ kind: 'state', state })
  })
  const lead = (): void => {
    isLeader = true
    const source = open(organization, {
      take: (event) => {
        take(event)
        say({ kind: 'event', event })
      },
      tell: (next) => {
        setState(next)
        say({ kind: 'state', state: next })
      },
    })
    ending.signal.addEventListener('abort', () => source.close())
  }
  say({ kind: 'ask' })
  void holdLock(name, ending.signal, lead)
  return () => {
    ending.abort()
    channel.close()
    setState('off')
  }
}

/** The tab that has the lock leads until it ends; then the browser gives it to the next. */
async function holdLock(name: string, signal: AbortSignal, lead: () => void): Promise<void> {
  // Over plain http to another machine browsers have no locks: then each tab has a stream of its own.
  const { locks } = navigator as { readonly locks?: LockManager }
  if (locks === undefined) {
    lead()
    return
  }
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  try {
    await locks.request(name, { signal }, () => {
      lead()
      return ended
    })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

type Hearer = { take(event: LiveEvent): void; tell(state: LiveState): void }

function open(organization: string, { take, tell }: Hearer): EventSource {
  tell('connecting')
  // EventSource sends `Last-Event-ID` by itself when it connects again.
  const source = new EventSource(toUrl('followOrganization', { params: { organization } }))
  source.addEventListener('hello', () => tell('on'))
  source.addEventListener('error', () => tell(source.readyState === EventSource.CLOSED ? 'off' : 'connecting'))
  source.addEventListener('end', ({ data }: MessageEvent<string>) => {
    const { reason } = JSON.parse(data) as { readonly reason: string } // the server's own frame
    // When the server only restarts it comes back by itself.
    if (reason !== 'draining') source.close()
    tell(reason === 'draining' ? 'connecting' : 'off')
  })
  for (const topic of topics)
    source.addEventListener(topic, ({ data }: MessageEvent<string>) => take(JSON.parse(data) as LiveEvent)) // the same
  return source
}

/** Asks anew for what somebody looks at, once a second at most for each kind. */
function createRefresh(client: QueryClient): (topic: LiveTopic) => void {
  const waiting = new Set<LiveTopic>()
  return (topic) => {
    if (waiting.has(topic)) return
    waiting.add(topic)
    setTimeout(() => {
      waiting.delete(topic)
      for (const route of staleBy[topic]) void client.invalidateQueries({ queryKey: [route] })
    }, refreshMs)
  }
}
