import { hostname } from 'node:os'
import { AccessError } from '../../access/access-error.ts'
import { selectDefaultDomain } from '../../db/queries/domains.ts'
import type { OutboundConnections } from '../../outbound-connections.ts'
import { createId } from '../../type-id.ts'
import { createExporter } from '../app-worker.ts'
import { getOpenedApp, type AppName, type OpenedApp } from '../apps/app.ts'
import type { Sealing } from '../apps/credentials.ts'
import { getRules } from '../apps/rules-revisions.ts'
import { leaseLeftMsOf } from '../export/context.ts'
import { createExportSteps } from '../export/record.ts'
import { readHealth } from '../health/health.ts'
import type { ObjectRef } from '../object.ts'
import { openPacer, type Pacer } from '../pace/pacer.ts'
import { loadSchemas } from '../rules/app-rules.ts'
import { compileRules } from '../rules/compile-rules.ts'
import type { CompiledRules } from '../rules/compiled.ts'
import { openTarget } from '../targets/open-target.ts'
import type { AnswerSignal } from '../targets/scim/wire.ts'
import type { Target } from '../targets/target.ts'
import { judgeOne } from '../trace/standing.ts'
import { watchSearches } from '../trace/watched-target.ts'
import { takeInHand, type Hand } from './hand.ts'
import { observe, tellObserved, type Observer } from './observation.ts'
import { toTrace, type NewTrace } from './trace.ts'

export type ByHandParts = Sealing & {
  readonly outboundConnections: OutboundConnections
  readonly clock: () => Date
  /** Told of errors of ours about an object, which then waits in escrow. */
  readonly onFault: (error: unknown) => void
}

/** An app that somebody sends to by hand, beside the workers and under the same pace. */
export type ByHandSession = AsyncDisposable & {
  /** Really sends, now, several at once; tells of each when it is done. Throws `subjectNotFound`. */
  provision(
    objects: readonly ObjectRef[],
    signal: AbortSignal,
    onTrace: (trace: NewTrace) => Promise<void>,
  ): Promise<void>
}

/** Throws `appNotFound`, `rulesNotFound`, and `appState` for an app that does not run, unless that is meant. */
export async function openByHand(
  parts: ByHandParts,
  now: Date,
  request: AppName & { readonly evenIfPaused: boolean; readonly handsMax: number },
): Promise<ByHandSession> {
  const { database } = parts
  const app = await getOpenedApp(parts, now, request)
  const { revision, document } = await getRules(database, { ...request, revision: 'live' })
  if (!request.evenIfPaused) await requireRunning(parts, app, request)
  const rules = compileRules(document, await loadSchemas(database, request.organizationId))
  const ruled: Ruled = { app: { ...app, liveRevision: revision }, rules }
  const { pacer, hands } = await openHands(parts, ruled, request.handsMax)
  return {
    provision: async (objects, signal, onTrace) => {
      const waiting = [...objects].reverse()
      const work = async (hand: WatchedHand): Promise<void> => {
        for (let object = waiting.pop(); object !== undefined && !signal.aborted; object = waiting.pop())
          await onTrace(await provisionOne(parts, { ...ruled, hand, object }, signal))
      }
      await Promise.all(hands.map(work))
    },
    [Symbol.asyncDispose]: () => pacer.close(),
  }
}

type Ruled = { readonly app: OpenedApp & { readonly liveRevision: number }; readonly rules: CompiledRules }
type WatchedHand = Hand & { readonly observer: Observer }

async function provisionOne(
  { database, clock }: ByHandParts,
  { app, rules, hand, object }: Ruled & { readonly hand: WatchedHand; readonly object: ObjectRef },
  signal: AbortSignal,
): Promise<NewTrace> {
  const at = clock()
  const standing = await judgeOne(database, { app, rules, revision: app.liveRevision, now: at }, { object })
  const observation = observe(standing)
  hand.observer.current = observation
  try {
    return toTrace(observation, { at, left: await takeInHand(hand, object, signal) })
  } finally {
    hand.observer.current = undefined
  }
}

async function requireRunning({ database }: ByHandParts, app: OpenedApp, name: AppName): Promise<void> {
  if (app.state !== 'active' && app.state !== 'stopping')
    throw new AccessError('appState', `The app is ${app.state}: resume it, or say evenIfPaused to send all the same`)
  const { allows } = await readHealth(database, { ...name, quarantine: app.numbers.quarantine })
  if (allows.kind !== 'none' && allows.kind !== 'canaries') return
  const message = 'The app is in quarantine: mend what its health names, or say evenIfPaused to send all the same'
  throw new AccessError('appState', message)
}

/** They share one pace, as one process does; each looks at one object after the other. */
async function openHands(
  parts: ByHandParts,
  ruled: Ruled,
  handsMax: number,
): Promise<{ readonly pacer: Pacer; readonly hands: readonly WatchedHand[] }> {
  const { database, clock } = parts
  const { organizationId, id: appId } = ruled.app
  const owner = `${hostname()} ${process.pid} by hand ${createId()}`
  const watch: { pacer: Pacer | undefined } = { pacer: undefined }
  const onAnswer = (signal: AnswerSignal): void => watch.pacer?.watch(signal)
  const targets = Array.from({ length: handsMax }, () => openWatched(parts, ruled, onAnswer))
  const { requestsPerSecondMax: rateMax, permitsMax } = openTarget(ruled.app, parts).abilities
  const pacer = await openPacer({ database, clock, organizationId, appId, owner, rateMax, permitsMax })
  watch.pacer = pacer
  const defaultDomain = await selectDefaultDomain(database, organizationId)
  const hands = targets.map((watched) => toHand(parts, { ...ruled, ...watched, owner, pacer, defaultDomain }))
  return { pacer, hands }
}

type Watched = { readonly observer: Observer; readonly target: Target }

function openWatched(
  { outboundConnections, clock }: ByHandParts,
  { app, rules }: Ruled,
  onAnswer: (signal: AnswerSignal) => void,
): Watched {
  const observer: Observer = { current: undefined }
  const opened = openTarget(app, {
    outboundConnections,
    clock,
    rules,
    onExchange: (exchange) => observer.current?.exchanges.push(exchange),
    onAnswer,
  })
  return { observer, target: watchSearches(opened, (search) => observer.current?.searches.push(search)) }
}

function toHand(
  { database, clock, onFault }: ByHandParts,
  opened: Ruled &
    Watched & { readonly owner: string; readonly pacer: Pacer; readonly defaultDomain: string | undefined },
): WatchedHand {
  const { app, rules, observer, owner } = opened
  const base = createExporter({ database, clock, owner, onFault }, opened)
  const alongside = tellObserved(observer, base.alongside)
  const name = { organizationId: app.organizationId, appId: app.id }
  const exporter = {
    ...base,
    alongside,
    steps: createExportSteps(database, name, { now: clock, leaseLeftMs: leaseLeftMsOf(base.app), alongside }),
  }
  const teams = rules.teams && { ...exporter, members: rules.teams.members, isSample: () => false }
  return { exporter, teams, observer }
}
