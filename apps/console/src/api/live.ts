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
  apps: ['listApps', 'getApp', 'getAppProgress'],
  reads: ['listSources', 'getSource', 'listSourceReads', 'getSourceRead'],
  plans: ['listAppPlans', 'getAppPlan'],
  holds: ['listHolds', 'getHold', 'listAppHolds'],
  quarantine: ['listApps', 'getApp'],
  notices: ['listNotices'],
  requests: [],
}

const topics = Object.keys(staleBy).filter((topic) => topic !== 'requests')
const refreshMs = 1_000
/** So long a tab may be silent before another one takes the stream over. */
const leaderSilenceMs = 4_000
const leaderBeatMs = 1_500
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
  | { readonly kind: 'beat'; readonly from: string; readonly state: LiveState }
  | { readonly kind: 'event'; readonly from: string; readonly event: LiveEvent }

function follow(organization: string, client: QueryClient): () => void {
  const me = crypto.randomUUID()
  const channel = new BroadcastChannel(`rollcall-live ${organization}`)
  const refresh = createRefresh(client)
  let source: EventSource | undefined
  let heardAt = 0
  const say = (message: Message): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    channel.postMessage(message)
  }
  const take = (event: LiveEvent): void => {
    refresh(event.topic)
    for (const listener of listeners) listener(event)
  }
  const lead = (): void => {
    source = open(organization, (event) => {
      take(event)
      say({ kind: 'event', from: me, event })
    })
  }
  const resign = (): void => {
    source?.close()
    source = undefined
  }
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    heardAt = Date.now()
    // Two began at once: the smaller name goes on.
    if (source !== undefined && data.from < me) resign()
    if (source === undefined && data.kind === 'beat') setState(data.state)
    if (data.kind === 'event') take(data.event)
  })
  const timer = setInterval(() => {
    if (source !== undefined) say({ kind: 'beat', from: me, state })
    else if (Date.now() - heardAt > leaderSilenceMs) lead()
  }, leaderBeatMs)
  // Somebody who leads says so within a beat.
  const first = setTimeout(() => heardAt === 0 && lead(), leaderBeatMs + 100)
  return () => {
    clearInterval(timer)
    clearTimeout(first)
    resign()
    channel.close()
    setState('off')
  }
}

function open(organization: string, take: (event: LiveEvent) => void): EventSource {
  setState('connecting')
  // EventSource sends `Last-Event-ID` by itself when it connects again.
  const source = new EventSource(toUrl('followOrganization', { params: { organization } }))
  source.addEventListener('hello', () => setState('on'))
  source.addEventListener('error', () => setState(source.readyState === EventSource.CLOSED ? 'off' : 'connecting'))
  source.addEventListener('end', ({ data }: MessageEvent<string>) => {
    const { reason } = JSON.parse(data) as { readonly reason: string } // the server's own frame
    // Otherwise it comes back by itself.
    if (reason !== 'draining') source.close()
    setState(reason === 'draining' ? 'connecting' : 'off')
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
