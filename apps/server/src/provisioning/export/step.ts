import { countVanished } from '../../db/queries/provisioning-links.ts'
import type { Outcome, TargetObject } from '../targets/target.ts'
import { leaseMs, markedMsMax, paceOf, type Exporter } from './context.ts'
import type { Link, RequestKind } from '../../db/queries/provisioning-links.ts'
import type { DesiredAttributes } from '../desired.ts'
import { chooseUnique, listLacking } from './first-values.ts'
import { leaverLane } from '../lanes.ts'
import { hasAccount } from './link.ts'
import { addMs, decide, decideMatch, mark, type Found, type MatchStep } from './protocol.ts'
import {
  settleAdoption,
  settleCreate,
  meaningOf,
  settleFailure,
  settleForgotten,
  settleRemove,
  settleUnlink,
  settleUnread,
  settleUpdate,
  settleVanished,
  type Settled,
} from './settle.ts'
import { searchesOf, toFound } from './searches.ts'
import { reasons, type ReasonCode } from '../reasons.ts'
import { parseSent } from '../destruction.ts'
import { toEvaluation, toGate, toRecorded, toUnchanged, type Attempt, type Circumstances, type Turn } from './turn.ts'

/** An account that is gone counts among many for so long. */
const vanishedWindowMs = 10 * 60_000
const vanishedMin = 5
const vanishedShare = 0.01

/** The turn is somebody else's by now, or its object is gone: nothing was sent, and nothing is to be written. */
export class TurnLost extends Error {}

/** One step of one object: decide, send at most one request that changes something, write down what became of it. */
export async function takeStep(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<void> {
  const { steps } = exporter
  const { link, wanted, evaluated } = turn
  const pace = paceOf(exporter)
  if (evaluated.failure !== undefined) {
    const failed = settleFailure(link, evaluated.failure, pace)
    // The mark of a request that may still be on its way stays.
    const { inFlightAt, inFlightAction } = link
    return settle(
      exporter,
      turn,
      { ...failed, link: { ...failed.link, inFlightAt, inFlightAction } },
      { now: pace.now },
    )
  }
  if (turn.isLinkNew) return steps.record(toEvaluation(turn, pace.now))
  const gated = toGate(turn, pace.now)
  if (gated !== undefined) return steps.record(gated)
  const step = decide(link, wanted, pace)
  switch (step.kind) {
    case 'nothing':
      return steps.record(toUnchanged(turn, { kind: 'done' }, pace.now))
    case 'wait':
      return steps.record(toUnchanged(turn, { kind: 'again', at: step.until }, pace.now))
    case 'unlink':
      return settle(exporter, turn, settleUnlink(link), { now: pace.now })
    case 'match':
      return match(exporter, turn, signal)
    case 'send':
      return step.request === 'remove' ? remove(exporter, turn, signal) : update(exporter, turn, step.isWhole, signal)
    default:
      return step satisfies never
  }
}

async function match(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<void> {
  const { link, wanted, rules } = turn
  const found = await find(exporter, turn, signal)
  if (found === undefined) return
  const policy = { adoption: rules.adoption, mayCreate: rules.actions.create }
  const step = decideMatch(link, wanted, found, policy)
  const pace = paceOf(exporter)
  switch (step.kind) {
    case 'create':
      return create(exporter, turn, signal)
    case 'adopt':
      return adopt(exporter, turn, step)
    case 'forget':
      return settle(exporter, turn, settleForgotten(link), { now: pace.now })
    case 'fail': {
      const failure = { reason: step.reason, detail: describe(step.reason, found) }
      return settle(exporter, turn, settleFailure(link, failure, pace), { now: pace.now })
    }
    default:
      return step satisfies never
  }
}

/** Undefined: it could not be asked, and that is written down. */
async function find(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<Found | undefined> {
  const { app, database } = exporter
  const { kind } = turn.item
  for (const { query, isOurs } of searchesOf(app.target, turn)) {
    const asked = await ask(exporter, turn, signal, () => app.target.find(kind, query, signal))
    if (asked === undefined) return undefined
    const { outcome, attempt } = asked
    if (outcome.kind !== 'done') {
      const pace = paceOf(exporter)
      await settle(exporter, turn, settleUnread(turn.link, outcome, pace), { now: pace.now, attempt })
      return undefined
    }
    const found = await toFound(database, app, turn, { objects: outcome.value, isOurs })
    if (found !== undefined) return found
  }
  return { kind: 'none' }
}

async function adopt(exporter: Exporter, turn: Turn, step: MatchStep & { kind: 'adopt' }): Promise<void> {
  const pace = paceOf(exporter)
  const recorded = toRecorded(turn, settleAdoption(turn.link, step, pace), { now: pace.now })
  const taken = settleFailure(turn.link, meaningOf('AlreadyLinked'), pace)
  await exporter.steps.record({ ...recorded, whenTaken: () => toRecorded(turn, taken, { now: pace.now }) })
}

async function create(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<void> {
  const { target } = exporter.app
  const first = await findUnique(exporter, turn, signal)
  if (first === undefined) return
  const sent = await send(exporter, turn, { kind: 'create', signal }, () =>
    target.create(turn.item.kind, { ...turn.evaluated.creating, ...first }),
  )
  if (sent === undefined) return
  const { marked, outcome, attempt } = sent
  const pace = paceOf(exporter)
  const settled = settleCreate(marked, turn.wanted, outcome, pace)
  await settle(exporter, turn, settled, { now: pace.now, attempt, echoed: echoOf(outcome) })
}

/** What the new account has that nobody else may have; undefined: it cannot be made now, and that is written down. */
async function findUnique(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<DesiredAttributes | undefined> {
  if (turn.evaluated.unique.length === 0) return {}
  const chosen = await chooseUnique(exporter, turn, (request) => askFor(exporter, turn, signal, request))
  if (chosen.kind === 'chosen') return chosen.values
  if (chosen.kind === 'unasked') return undefined
  const pace = paceOf(exporter)
  const { attribute, candidates } = chosen
  const detail = `All ${candidates} candidates are taken`
  const failure = { reason: 'NotUnique', attribute, detail } as const
  await settle(exporter, turn, settleFailure(turn.link, failure, pace), { now: pace.now })
  return undefined
}

/** What is given where there is nothing, for an account that was found and to which nothing was sent yet. */
async function findLacking(
  exporter: Exporter,
  turn: Turn,
  signal: AbortSignal,
): Promise<DesiredAttributes | undefined> {
  const { link, evaluated, item } = turn
  const isFirst = link.origin === 'adopted' && link.sent === null
  if (!hasAccount(link) || !isFirst || Object.keys(evaluated.ifEmpty).length === 0) return {}
  const { target } = exporter.app
  const found = await askFor(exporter, turn, signal, async (): Promise<Outcome<TargetObject | null>> => {
    const outcome = await target.get(item.kind, link.targetKey, signal)
    // What became of it, the update that follows finds out.
    return outcome.kind === 'missing' ? { kind: 'done', status: 404, value: null } : outcome
  })
  if (found === undefined) return undefined
  return found === null ? {} : listLacking(evaluated.ifEmpty, found, item.kind)
}

/** What the app answers; undefined: it could not be asked, and that is written down. */
async function askFor<Value>(
  exporter: Exporter,
  turn: Turn,
  signal: AbortSignal,
  request: () => Promise<Outcome<Value>>,
): Promise<Value | undefined> {
  const asked = await ask(exporter, turn, signal, request)
  if (asked === undefined) return undefined
  const { outcome, attempt } = asked
  if (outcome.kind === 'done') return outcome.value
  const pace = paceOf(exporter)
  await settle(exporter, turn, settleUnread(turn.link, outcome, pace), { now: pace.now, attempt })
  return undefined
}

async function update(exporter: Exporter, turn: Turn, isWhole: boolean, signal: AbortSignal): Promise<void> {
  const { link, wanted, item } = turn
  if (!hasAccount(link)) return
  const before = isWhole || link.sent === null ? null : parseSent(link.sent)
  const lacking = await findLacking(exporter, turn, signal)
  if (lacking === undefined) return
  const { additive } = turn.evaluated
  const request = { key: link.targetKey, before, after: { ...lacking, ...wanted.desired }, additive }
  const sent = await send(exporter, turn, { kind: 'update', signal }, () =>
    exporter.app.target.update(item.kind, request),
  )
  if (sent === undefined) return
  const { marked, outcome, attempt } = sent
  const wasGone = link.failureCode === 'Vanished' && outcome.kind === 'missing'
  const pace = paceOf(exporter)
  const settled = wasGone ? await settleGone(exporter, turn, marked) : settleUpdate(link, marked, wanted, outcome, pace)
  await settle(exporter, turn, settled, { now: pace.now, attempt, echoed: echoOf(outcome) })
}

async function settleGone(exporter: Exporter, turn: Turn, marked: Link): Promise<Settled> {
  const { app, database } = exporter
  const pace = paceOf(exporter)
  const since = addMs(pace.now, -vanishedWindowMs)
  const { vanished, live } = await countVanished(database, app, { since, countFrom: vanishedMin })
  const isMass = vanished > Math.max(vanishedMin, live * vanishedShare)
  return settleVanished(marked, turn.wanted, { policy: turn.rules.onVanished, isMass }, pace)
}

async function remove(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<void> {
  const { link, item } = turn
  if (!hasAccount(link)) return
  const sent = await send(exporter, turn, { kind: 'remove', signal }, () =>
    exporter.app.target.remove(item.kind, link.targetKey),
  )
  if (sent === undefined) return
  const pace = paceOf(exporter)
  await settle(exporter, turn, settleRemove(sent.marked, sent.outcome, pace), { now: pace.now, attempt: sent.attempt })
}

type Asked<Value> = { readonly outcome: Outcome<Value>; readonly attempt: Attempt }

/** Sends in a place and under a permit; undefined: there is none now, and the object waits until there is. */
async function ask<Value>(
  exporter: Exporter,
  turn: Turn,
  signal: AbortSignal,
  request: () => Promise<Outcome<Value>>,
): Promise<Asked<Value> | undefined> {
  const passed = await exporter.places.hold(async () => {
    const permit = await exporter.pacer.take(signal)
    return permit.isGiven ? { asked: await measure(exporter, request) } : { until: permit.until }
  }, toPlace(turn))
  if (passed !== undefined && 'asked' in passed) return passed.asked
  await exporter.steps.record(
    toUnchanged(turn, { kind: 'again', at: passed?.until ?? exporter.clock() }, exporter.clock()),
  )
  return undefined
}

/**
 * The same for a request that changes something: its mark is in the database before it leaves. The mark comes first of all,
 * since many are written together, more than there are places.
 */
async function send<Value>(
  exporter: Exporter,
  turn: Turn,
  { kind, signal }: { readonly kind: RequestKind; readonly signal: AbortSignal },
  request: () => Promise<Outcome<Value>>,
): Promise<(Asked<Value> & { readonly marked: Link }) | undefined> {
  const first = await markTurn(exporter, turn, kind)
  const passed = await exporter.places.hold(async () => {
    const permit = await exporter.pacer.take(signal)
    if (!permit.isGiven) return { until: permit.until }
    const isFresh = exporter.clock().getTime() - (first.inFlightAt?.getTime() ?? 0) < markedMsMax
    const marked = isFresh ? first : await markTurn(exporter, turn, kind)
    return { marked, ...(await measure(exporter, request)) }
  }, toPlace(turn))
  if (passed !== undefined && 'marked' in passed) return passed
  // Nothing left: all is as it was before the mark.
  const unsent = toUnchanged(turn, { kind: 'again', at: passed?.until ?? exporter.clock() }, exporter.clock())
  await exporter.steps.record({ ...unsent, link: turn.link })
  return undefined
}

/** Throws TurnLost. */
async function markTurn(exporter: Exporter, turn: Turn, kind: RequestKind): Promise<Link> {
  const pace = paceOf(exporter)
  const marked = mark(turn.link, kind, pace)
  const leaseUntil = addMs(pace.now, leaseMs)
  const isOurs = await exporter.steps.mark({ link: marked, epoch: turn.item.epoch, leaseUntil })
  if (!isOurs) throw new TurnLost()
  return marked
}

/** Who loses access goes before all who wait. */
function toPlace({ item }: Turn): { readonly isUrgent: boolean } {
  return { isUrgent: item.lane === leaverLane }
}

async function measure<Value>({ pacer }: Exporter, request: () => Promise<Outcome<Value>>): Promise<Asked<Value>> {
  const startedMs = performance.now()
  const outcome = await request()
  const durationMs = Math.round(performance.now() - startedMs)
  pacer.report(outcome, durationMs)
  const detail = outcome.kind === 'done' ? {} : { detail: outcome.detail }
  return { outcome, attempt: { status: outcome.status, durationMs, ...detail } }
}

function settle({ steps }: Exporter, turn: Turn, settled: Settled, circumstances: Circumstances): Promise<void> {
  return steps.record(toRecorded(turn, settled, circumstances))
}

function echoOf(outcome: Outcome<TargetObject | null>): string | null {
  return outcome.kind === 'done' && outcome.value !== null ? JSON.stringify(outcome.value.resource) : null
}

function describe(reason: ReasonCode, found: Found): string {
  const accounts = found.kind === 'many' ? found.objects.map(nameOf) : found.kind === 'one' ? [found.key] : []
  if (accounts.length === 0) return reasons[reason].meaning
  const more = accounts.length > namedMax ? ` and ${accounts.length - namedMax} more` : ''
  return `${reasons[reason].meaning} In the app: ${accounts.slice(0, namedMax).join(', ')}${more}`
}

/** So many accounts that could be meant are named. */
const namedMax = 10

/** An account as a person finds it in the app. */
function nameOf({ key, name: called, resource }: TargetObject): string {
  const name = resource['userName'] ?? resource['displayName'] ?? called
  return typeof name === 'string' ? `${name} (${key})` : key
}
