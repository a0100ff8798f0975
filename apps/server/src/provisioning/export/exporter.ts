import { claimWork, type WorkRow } from '../../db/queries/provisioning-work.ts'
import { DatabaseUnavailable } from '../../unavailable.ts'
import { reasons } from '../reasons.ts'
import { leaseMs, paceOf, type Exporter } from './context.ts'
import { giveBack, withClaimed } from './give-back.ts'
import { addMs } from './protocol.ts'
import { readTurns } from './read-turns.ts'
import { settleFailure } from './settle.ts'
import { takeStep, TurnLost } from './step.ts'
import { toRecorded, type Turn } from './turn.ts'

/** An object that was not begun by then is given back. */
const beginMs = 30_000

export type Batch = {
  readonly rowsMax: number
  readonly laneMin?: number
  readonly laneMax?: number
  /** Objects in work at the same time; left out, or fewer than that: as many as requests may be on their way. */
  readonly atOnceMax?: number | undefined
  readonly signal: AbortSignal
}

/** Works off what is due to be sent; gives how many objects had their turn. */
export async function exportDue(exporter: Exporter, batch: Batch): Promise<number> {
  const { app, database, clock, owner } = exporter
  const { rowsMax, laneMin, laneMax, atOnceMax, signal } = batch
  if (!(await hasShare(exporter, signal))) return 0
  const now = clock()
  const leaseUntil = addMs(now, leaseMs)
  const items = await claimWork(database, app, { stage: 'export', owner, now, leaseUntil, rowsMax, laneMin, laneMax })
  if (items.length === 0) return 0
  const turns = await withClaimed(exporter, items, () => readTurns(exporter, items))
  const worked = await workAll(exporter, turns, { until: addMs(now, beginMs), atOnceMax, signal })
  const { unbegun, lost, unwritten } = worked
  await giveBack(exporter, [...unbegun, ...lost, ...unwritten])
  // Whoever went on now would meet the same database: the app is opened anew after a moment.
  if (unwritten.length > 0) throw new DatabaseUnavailable('The database could not take what became of requests')
  return items.length - unbegun.length
}

/** A process that has just joined learns of its share of the permits by asking for one. */
export async function hasShare({ pacer }: Pick<Exporter, 'pacer'>, signal: AbortSignal): Promise<boolean> {
  if (pacer.requestsMax === 0) await pacer.take(signal)
  return pacer.requestsMax > 0
}

type Worked = {
  /** Time was up, or the app was paused. */
  readonly unbegun: readonly WorkRow[]
  readonly lost: readonly WorkRow[]
  readonly unwritten: readonly WorkRow[]
}

/** Several at once. */
async function workAll(
  exporter: Exporter,
  turns: readonly Turn[],
  { until, atOnceMax = 0, signal }: Pick<Batch, 'atOnceMax' | 'signal'> & { readonly until: Date },
): Promise<Worked> {
  const waiting = [...turns].reverse()
  const ends: Record<TurnEnd, WorkRow[]> = { written: [], lost: [], unwritten: [] }
  const atOnce = Math.max(exporter.pacer.requestsMax, atOnceMax)
  const workers = Array.from({ length: Math.min(atOnce, turns.length) }, async () => {
    while (!signal.aborted && exporter.clock() < until) {
      const turn = waiting.pop()
      if (turn === undefined) return
      ends[await workOne(exporter, turn, signal)].push(turn.item)
    }
  })
  await Promise.all(workers)
  return { ...ends, unbegun: waiting.map(({ item }) => item) }
}

/**
 * How a turn ended; no request of it is on its way any more.
 *
 * - `written`: what became of it stands in the database; what an error of ours kept from there waits for the end of its lease
 * - `lost`: somebody else has it, or its object is gone
 * - `unwritten`: the database could not answer; whoever has it next goes on from what was written last
 */
type TurnEnd = 'written' | 'lost' | 'unwritten'

/** One step of one object; an error of ours costs nobody else anything. */
export async function workOne(exporter: Exporter, turn: Turn, signal: AbortSignal): Promise<TurnEnd> {
  try {
    await takeStep(exporter, turn, signal)
    return 'written'
  } catch (error) {
    if (error instanceof TurnLost) return 'lost'
    exporter.onFault(error, turn.item)
    return error instanceof DatabaseUnavailable ? 'unwritten' : setAside(exporter, turn)
  }
}

/** An error of ours: the object waits, and nobody else waits with it. Its mark stays, since its request may have left. */
async function setAside(exporter: Exporter, turn: Turn): Promise<TurnEnd> {
  const pace = paceOf(exporter)
  const failed = settleFailure(turn.link, { reason: 'EngineFault', detail: reasons.EngineFault.meaning }, pace)
  const recorded = toRecorded(turn, failed, { now: pace.now })
  try {
    await exporter.steps.record({ ...recorded, link: undefined, shadow: undefined })
    return 'written'
  } catch (error) {
    // An error of ours again: the lease ends by itself, and others have their turns until then.
    return error instanceof DatabaseUnavailable ? 'unwritten' : 'written'
  }
}
