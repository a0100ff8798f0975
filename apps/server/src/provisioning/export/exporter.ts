import { claimWork, releaseWork, type WorkRow } from '../../db/queries/provisioning-work.ts'
import { DatabaseUnavailable } from '../../unavailable.ts'
import { reasons } from '../reasons.ts'
import { leaseMs, paceOf, type Exporter } from './context.ts'
import { addMs } from './protocol.ts'
import { readTurns } from './read-turns.ts'
import { settleFailure } from './settle.ts'
import { takeStep } from './step.ts'
import { toRecorded, type Turn } from './turn.ts'

/** An object that was not begun by then is given back. */
const beginMs = 30_000

export type Batch = {
  readonly rowsMax: number
  readonly laneMin?: number
  /** Objects in work at the same time; left out, or fewer than that: as many as requests may be on their way. */
  readonly atOnceMax?: number | undefined
  readonly signal: AbortSignal
}

/** Works off what is due to be sent; gives how many objects had their turn. */
export async function exportDue(exporter: Exporter, { rowsMax, laneMin, atOnceMax, signal }: Batch): Promise<number> {
  const { app, database, clock, owner } = exporter
  if (!(await hasShare(exporter, signal))) return 0
  const now = clock()
  const leaseUntil = addMs(now, leaseMs)
  const items = await claimWork(database, app, { stage: 'export', owner, now, leaseUntil, rowsMax, laneMin })
  if (items.length === 0) return 0
  const turns = await readTurns(exporter, items)
  const unbegun = await workAll(exporter, turns, { until: addMs(now, beginMs), atOnceMax, signal })
  await releaseWork(database, app, unbegun)
  return items.length - unbegun.length
}

/** A process that has just joined learns of its share of the permits by asking for one. */
export async function hasShare({ pacer }: Pick<Exporter, 'pacer'>, signal: AbortSignal): Promise<boolean> {
  if (pacer.requestsMax === 0) await pacer.take(signal)
  return pacer.requestsMax > 0
}

/** Several at once; gives back those that were not begun when time was up or the app was paused. */
async function workAll(
  exporter: Exporter,
  turns: readonly Turn[],
  { until, atOnceMax = 0, signal }: Pick<Batch, 'atOnceMax' | 'signal'> & { readonly until: Date },
): Promise<readonly WorkRow[]> {
  const waiting = [...turns].reverse()
  const atOnce = Math.max(exporter.pacer.requestsMax, atOnceMax)
  const workers = Array.from({ length: Math.min(atOnce, turns.length) }, async () => {
    while (!signal.aborted && exporter.clock() < until) {
      const turn = waiting.pop()
      if (turn === undefined) return
      await workOne(exporter, turn, signal)
    }
  })
  await Promise.all(workers)
  return waiting.map(({ item }) => item)
}

/** One step of one object; an error of ours costs nobody else anything. */
export async function workOne(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<void> {
  try {
    await takeStep(exporter, turn, signal)
  } catch (error) {
    exporter.onFault(error, turn.item)
    // Nothing of this object can be written now: its lease ends, and somebody goes on from what was written last.
    if (!(error instanceof DatabaseUnavailable)) await setAside(exporter, turn)
  }
}

/** An error of ours: the object waits, and nobody else waits with it. Its mark stays, since its request may have left. */
async function setAside(exporter: Exporter, turn: Turn): Promise<void> {
  const pace = paceOf(exporter)
  const failed = settleFailure(turn.link, { reason: 'EngineFault', detail: reasons.EngineFault.meaning }, pace)
  const recorded = toRecorded(turn, failed, { now: pace.now })
  try {
    await exporter.steps.record({ ...recorded, link: undefined, shadow: undefined })
  } catch {
    // The lease ends by itself.
  }
}
