import type { HealthRow } from '../../db/queries/app-health.ts'
import type { QuarantineNumbers } from '../numbers.ts'
import { classOf, diagnose, isSuccess, noMemory, remember, type EngineOutcome } from './outcomes.ts'

export type At = { readonly quarantine: QuarantineNumbers; readonly now: Date }

/** A probe that nobody finished is made again after this time. */
const probingMaxMs = 60_000

/**
 * The circuit breaker, without any effect: quick in, since every request after the first few only tells the same; quick out,
 * since all that waits keeps its place.
 */
export function learn(row: HealthRow, at: At, outcomes: readonly EngineOutcome[]): HealthRow {
  // Of requests that were under way when it was closed: a probe decides, not they.
  if (row.health === 'quarantined') return row
  if (row.health === 'probing') return learnFromCanaries(row, at, outcomes)
  const memory = remember(row, outcomes)
  const learned: HealthRow = { ...row, ...memory }
  const finding = diagnose(memory, at.quarantine.trip, row.health)
  if (finding.health === 'quarantined') return quarantine(learned, at, { ...finding, outcomes })
  const since = finding.health === row.health ? row.since : at.now
  const reason = finding.health === 'degraded' ? finding.reason : null
  return { ...learned, health: finding.health, reason, detail: null, since }
}

function quarantine(
  row: HealthRow,
  { quarantine: { probeStepsMs }, now }: At,
  { reason, outcomes }: { readonly reason: string; readonly outcomes: readonly EngineOutcome[] },
): HealthRow {
  const nextProbeAt = new Date(now.getTime() + (probeStepsMs[0] ?? 0))
  const detail = outcomes.findLast((one) => !isSuccess(one) && one.detail !== undefined)?.detail ?? null
  return { ...row, health: 'quarantined', reason, detail, since: now, nextProbeAt, probes: 0, probesPassed: 0 }
}

function learnFromCanaries(row: HealthRow, at: At, outcomes: readonly EngineOutcome[]): HealthRow {
  const failure = outcomes.find((one) => provesFailure(one, row.reason))
  if (failure !== undefined) return probeFailed(row, at, failure)
  return probePassed(row, at, outcomes.filter(isSuccess).length)
}

/** One refused object proves nothing, unless it is refused for what all were. */
function provesFailure({ reason }: EngineOutcome, of: string | null): boolean {
  const kind = classOf(reason)
  return kind === 'target' || kind === 'transient' || (kind === 'object' && reason === of)
}

/** The app answers: so many items may show that they go through. */
export function startProbing(row: HealthRow, { now }: { readonly now: Date }): HealthRow {
  return { ...row, health: 'probing', nextProbeAt: new Date(now.getTime() + probingMaxMs) }
}

/** Enough of them: the episode is over, and what led to it is forgotten. */
export function probePassed(row: HealthRow, { quarantine: { canaries }, now }: At, count: number): HealthRow {
  const probesPassed = row.probesPassed + count
  return probesPassed < canaries ? { ...row, probesPassed } : recover(row, now)
}

export function recover(row: HealthRow, now: Date): HealthRow {
  const over = { reason: null, detail: null, nextProbeAt: null, probes: 0, probesPassed: 0 }
  return { ...row, ...noMemory, ...over, health: 'healthy', since: now }
}

/** Closed again, for longer; it is the same episode. */
export function probeFailed(
  row: HealthRow,
  { quarantine: { probeStepsMs }, now }: At,
  failure: EngineOutcome,
): HealthRow {
  const probes = row.probes + 1
  const waitMs = probeStepsMs[Math.min(probes, probeStepsMs.length - 1)] ?? 0
  return {
    ...row,
    health: 'quarantined',
    reason: failure.reason,
    detail: failure.detail ?? row.detail,
    nextProbeAt: new Date(now.getTime() + waitMs),
    probes,
    probesPassed: 0,
  }
}
