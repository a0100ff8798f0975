import type { WorkRow } from '../../db/queries/provisioning-work.ts'
import type { Database } from '../../db/pool.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { KnownObject } from '../evaluate-objects.ts'
import type { AccountRules, Evaluated } from '../evaluated.ts'
import type { EngineNumbers } from '../numbers.ts'
import type { ObjectKind } from '../object.ts'
import type { Target } from '../targets/target.ts'
import type { Pacer } from './pacer.ts'
import type { Places } from './places.ts'
import type { Pace } from './protocol.ts'
import type { ExportSteps } from './record.ts'
import type { Entry } from './turn.ts'

/** An app as the exporter needs it. */
export type ExportApp = {
  readonly organizationId: string
  readonly appId: string
  readonly numbers: EngineNumbers
  /** Of the rules that are live. */
  readonly revision: number
  readonly target: Target
  readonly rulesOf: (kind: ObjectKind) => AccountRules
}

export type Exporter = {
  readonly app: ExportApp
  readonly database: Database
  readonly clock: () => Date
  /** Who holds the leases: a process. */
  readonly owner: string
  readonly steps: ExportSteps<Entry>
  readonly pacer: Pacer
  /** For the requests that may be on their way at once. */
  readonly places: Places
  /** What else belongs into the transaction in which something is settled: the log, and who looks at it. */
  readonly alongside: (tx: Transaction, entries: readonly Entry[]) => Promise<void>
  /** From data as it is now: every object is in the answer. */
  readonly evaluate: (objects: readonly KnownObject[]) => Promise<ReadonlyMap<string, Evaluated>>
  /** Nothing of it is sent or stored: no value is reserved either. */
  readonly isRehearsal?: boolean
  /** Told of errors of ours; the object waits in escrow, the others go on. */
  readonly onFault: (error: unknown, item: WorkRow) => void
}

/**
 * Longer than any request: who takes a turn over finds the last request of the one before answered or given up. Short
 * enough that after a death the work goes on within 90 s.
 */
export const leaseMs = 75_000
const marginMs = 15_000
/** A request leaves so soon after its mark, or it is marked anew: what settles counts from there. */
export const markedMsMax = 2_000

/** No request is applied, and no read is older, than so long after we gave up waiting. */
export function settleMsOf({ numbers, target }: ExportApp): number {
  const { requestTimeoutMs, readLagMs } = target.abilities
  return Math.max(numbers.settleMs, requestTimeoutMs + readLagMs + marginMs)
}

export function paceOf({ app, clock }: Pick<Exporter, 'app' | 'clock'>): Pace {
  return { now: clock(), settleMs: settleMsOf(app) }
}

/** Until a request that leaves now is answered or given up, and what became of it is written down. */
export function leaseLeftMsOf({ target }: Pick<ExportApp, 'target'>): number {
  return Math.min(leaseMs, markedMsMax + target.abilities.requestTimeoutMs + marginMs)
}
