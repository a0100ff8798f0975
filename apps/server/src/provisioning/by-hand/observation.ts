import type { Transaction } from '../../db/transaction.ts'
import type { LogDetail, LogRow } from '../log/log-row.ts'
import type { Exchange } from '../targets/target.ts'
import { reasonOfRest } from '../trace/preview.ts'
import { redactedValuesOf } from '../trace/redact-trace.ts'
import type { Standing } from '../trace/standing.ts'
import { toTraceSteps, type Search } from '../trace/trace-steps.ts'

/** What is seen of one object while it is provisioned. */
export type Observation = {
  readonly standing: Standing
  readonly entries: LogRow[]
  readonly searches: Search[]
  readonly exchanges: Exchange[]
}

/** Sees one object after the other. */
export type Observer = {
  /** Undefined: nobody is looked at. */
  current: Observation | undefined
}

export function observe(standing: Standing): Observation {
  return { standing, entries: [], searches: [], exchanges: [] }
}

/** The log knows every step of what somebody did by hand. */
export function tellObserved(
  observer: Observer,
  alongside: (tx: Transaction, entries: readonly LogRow[]) => Promise<void>,
): (tx: Transaction, entries: readonly LogRow[]) => Promise<void> {
  return async (tx, entries) => {
    const { current } = observer
    if (current === undefined) return alongside(tx, entries)
    const own = entries.filter(({ objectId }) => objectId === current.standing.object.id)
    // A transaction that is tried again tells the same once more.
    for (const entry of own) if (!current.entries.includes(entry)) current.entries.push(entry)
    await alongside(
      tx,
      entries.map((entry) => (own.includes(entry) ? withSteps(current, entry) : entry)),
    )
  }
}

function withSteps(observation: Observation, entry: LogRow): LogRow {
  const detail = { ...entry.detail, ...detailOf(observation) }
  return { ...entry, detail, redactedValues: redactedValuesOf(observation.standing.evaluated) }
}

/** Every step so far, and what was sent and answered; not redacted yet. */
export function detailOf({ standing, entries, searches, exchanges }: Observation): LogDetail {
  const steps = toTraceSteps({ ...standing, entries, searches, reason: reasonOfRest(standing) })
  return { steps, exchanges: [...exchanges] }
}
