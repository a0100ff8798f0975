import type { HealthRow } from '../../db/queries/app-health.ts'
import type { QuarantineNumbers } from '../numbers.ts'
import { reasons, type ReasonCode, type ReasonClass } from '../reasons.ts'

/** What became of one request or one evaluation, as the circuit breaker sees it. */
export type EngineOutcome = {
  readonly reason: ReasonCode
  /** Of the answer; null: there was none. */
  readonly status: number | null
  /** What the app said, for people. */
  readonly detail?: string
}

/** What the breaker remembers of an app. */
export type Memory = Pick<
  HealthRow,
  'recent' | 'credentialFailures' | 'connectFailures' | 'outcomes' | 'failures' | 'referenceFailures'
>

export const noMemory: Memory = {
  recent: [],
  credentialFailures: 0,
  connectFailures: 0,
  outcomes: 0,
  failures: 0,
  referenceFailures: 0,
}

/** So few failures say nothing about an app, whatever their share. */
const degradedFailuresMin = 5
/** As many as any window looks at. */
const recentMax = 200

/** Reasons of these classes say nothing about the app: it asked us to wait, or nothing was asked of it. */
const uncounted = new Set<ReasonClass>(['throttle', 'reference', 'gate', 'skip'])

/** What the breaker remembers after these outcomes. */
export function remember(memory: Memory, outcomes: readonly EngineOutcome[]): Memory {
  const counted = outcomes.filter((outcome) => !uncounted.has(classOf(outcome.reason)))
  const references = outcomes.filter((outcome) => classOf(outcome.reason) === 'reference').length
  const failed = counted.filter((outcome) => !isSuccess(outcome)).length
  return {
    recent: [...memory.recent, ...counted.map((one) => (isSuccess(one) ? '' : one.reason))].slice(-recentMax),
    credentialFailures: inARow(memory.credentialFailures, outcomes, isCredentialFailure),
    connectFailures: inARow(memory.connectFailures, outcomes, isConnectFailure),
    outcomes: memory.outcomes + counted.length + references,
    failures: memory.failures + failed,
    referenceFailures: memory.referenceFailures + references,
  }
}

export type Finding =
  | { readonly health: 'healthy' }
  | { readonly health: 'degraded' | 'quarantined'; readonly reason: string }

/** What that says about the app. `current` is what it is now: out of `degraded` only at half of the share that leads in. */
export function diagnose(memory: Memory, trip: QuarantineNumbers['trip'], current: 'healthy' | 'degraded'): Finding {
  return trip.kind === 'totals' ? diagnoseTotals(memory, trip) : diagnoseWindow(memory, trip, current)
}

type Window = QuarantineNumbers['trip'] & { readonly kind: 'window' }

function diagnoseWindow(memory: Memory, trip: Window, current: 'healthy' | 'degraded'): Finding {
  const isRow = memory.credentialFailures >= trip.credentialFailures || memory.connectFailures >= trip.connectFailures
  if (isRow) return quarantined(memory.recent.at(-1) ?? '')
  const recent = memory.recent.slice(-trip.outcomesMax)
  const failures = countedFailures(recent, trip.sameReasonShare)
  const share = recent.length === 0 ? 0 : failures.length / recent.length
  if (failures.length >= trip.failuresMin && share >= trip.share) return quarantined(mostFrequent(failures))
  const degradedShare = current === 'degraded' ? trip.degradedShare / 2 : trip.degradedShare
  if (failures.length < degradedFailuresMin || share < degradedShare) return { health: 'healthy' }
  return { health: 'degraded', reason: mostFrequent(failures) }
}

type Totals = QuarantineNumbers['trip'] & { readonly kind: 'totals' }

// https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status
function diagnoseTotals(memory: Memory, trip: Totals): Finding {
  const { recent, outcomes, failures, referenceFailures } = memory
  if (memory.credentialFailures > 0) return quarantined(recent.at(-1) ?? '')
  const reason = mostFrequent(recent.filter((code) => code !== ''))
  const all = failures + referenceFailures
  if (all > trip.allFailuresMax) return quarantined(reason)
  if (failures < trip.failuresMin) return { health: 'healthy' }
  const isTooMuch = failures > trip.failuresMax || failures > outcomes * trip.share
  return isTooMuch ? quarantined(reason) : { health: 'healthy' }
}

const quarantined = (reason: string): Finding => ({ health: 'quarantined', reason })

/** A refused object is its own matter, unless most are refused for one reason: then something is wrong with all. */
function countedFailures(recent: readonly string[], sameReasonShare: number): readonly string[] {
  const failures = recent.filter((reason) => reason !== '')
  const objects = failures.filter((reason) => classOf(reason) === 'object')
  const top = mostFrequent(objects)
  const isOneReason = objects.filter((reason) => reason === top).length >= objects.length * sameReasonShare
  return isOneReason ? failures : failures.filter((reason) => classOf(reason) !== 'object')
}

function mostFrequent(codes: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts].toSorted((left, right) => right[1] - left[1])[0]?.[0] ?? ''
}

/** Length of the row of such failures at the end; any other answer of the app ends it. */
function inARow(before: number, outcomes: readonly EngineOutcome[], is: (one: EngineOutcome) => boolean): number {
  let count = before
  for (const outcome of outcomes) {
    if (is(outcome)) count++
    else if (outcome.status !== null || isSuccess(outcome)) count = 0
  }
  return count
}

export const isSuccess = ({ reason }: EngineOutcome): boolean => classOf(reason) === 'success'

/** Credentials that never left, or that another server refused. */
const credentialReasons = new Set<string>(['CredentialsMissing', 'TokenRefused'])

const isCredentialFailure = ({ reason, status }: EngineOutcome): boolean =>
  credentialReasons.has(reason) || (classOf(reason) === 'target' && (status === 401 || status === 403))

const isConnectFailure = ({ reason, status }: EngineOutcome): boolean =>
  classOf(reason) === 'target' && status === null && !credentialReasons.has(reason)

const codes = new Map<string, ReasonClass>(Object.entries(reasons).map(([code, reason]) => [code, reason.class]))

/** A code that an older or newer version of us has stored counts as one of an object. */
export function classOf(code: string): ReasonClass {
  return codes.get(code) ?? 'object'
}
