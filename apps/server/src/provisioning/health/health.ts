import { lockHealth, selectHealth, updateHealth, type Health, type HealthRow } from '../../db/queries/app-health.ts'
import type { AppOf } from '../../db/queries/gate.ts'
import type { Queryable } from '../../db/pool.ts'
import type { QuarantineNumbers } from '../numbers.ts'
import { learn } from './breaker.ts'
import { isSuccess, type EngineOutcome } from './outcomes.ts'
import { recordTransition } from './transitions.ts'

export type AppHealth = {
  readonly health: Health
  readonly reason: string | null
  /** What the app answered, where the reason alone does not say enough. */
  readonly detail: string | null
  readonly since: Date | null
  readonly nextProbeAt: Date | null
  /** What may be sent: everything, at half the rate, so many items to see whether it works again, or nothing. */
  readonly allows: { readonly kind: 'all' | 'half' | 'none' } | { readonly kind: 'canaries'; readonly itemsMax: number }
}

/** Nothing was ever sent to it. */
const unknown: AppHealth = {
  health: 'healthy',
  reason: null,
  detail: null,
  since: null,
  nextProbeAt: null,
  allows: { kind: 'all' },
}

export type HealthRequest = AppOf & { readonly quarantine: QuarantineNumbers }

export async function readHealth(db: Queryable, request: HealthRequest): Promise<AppHealth> {
  const row = await selectHealth(db, request)
  if (row === undefined) return unknown
  const { health, reason, detail, since, nextProbeAt } = row
  return { health, reason, detail, since, nextProbeAt, allows: allowsOf(row, request.quarantine) }
}

function allowsOf({ health, probesPassed }: HealthRow, { canaries }: QuarantineNumbers): AppHealth['allows'] {
  switch (health) {
    case 'healthy':
      return { kind: 'all' }
    case 'degraded':
      return { kind: 'half' }
    case 'probing':
      return { kind: 'canaries', itemsMax: Math.max(1, canaries - probesPassed) }
    case 'quarantined':
      return { kind: 'none' }
    default:
      return health satisfies never
  }
}

/**
 * Tells the circuit breaker what became of a batch, in the order in which the answers came, as the last act of the transaction
 * that stores it: the row of the app is locked from here to the end. Where all is well and was well, it costs one look.
 */
export async function noteOutcomes(
  tx: Queryable,
  request: HealthRequest & { readonly now: Date; readonly outcomes: readonly EngineOutcome[] },
): Promise<Health> {
  const { now, outcomes } = request
  const known = await selectHealth(tx, request)
  if (known !== undefined && hasNothingToLearn(known, request)) return known.health
  const before = await lockHealth(tx, request, now)
  return changeHealth(tx, request, before, learn(before, request, outcomes))
}

/** Stores what became of a locked row, and tells of it. */
export async function changeHealth(
  tx: Queryable,
  request: AppOf & { readonly now: Date },
  before: HealthRow,
  after: HealthRow,
): Promise<Health> {
  if (after === before) return before.health
  await updateHealth(tx, request, after)
  await recordTransition(tx, request, { before, after })
  return after.health
}

/** Successes that would only push successes out of the memory. */
function hasNothingToLearn(
  row: HealthRow,
  { quarantine: { trip }, outcomes }: HealthRequest & { readonly outcomes: readonly EngineOutcome[] },
): boolean {
  if (row.health === 'quarantined' || outcomes.length === 0) return true
  if (trip.kind === 'totals' || row.health !== 'healthy') return false
  const isCalm = row.credentialFailures === 0 && row.connectFailures === 0
  const isFull = row.recent.length >= trip.outcomesMax && row.recent.every((reason) => reason === '')
  return isCalm && isFull && outcomes.every(isSuccess)
}

/** Entra's totals begin anew when a whole cycle went well. */
export async function noteCleanCycle(tx: Queryable, request: AppOf & { readonly now: Date }): Promise<void> {
  const row = await lockHealth(tx, request, request.now)
  await updateHealth(tx, request, { ...row, outcomes: 0, failures: 0, referenceFailures: 0 })
}
