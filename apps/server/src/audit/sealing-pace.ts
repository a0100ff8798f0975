import { cpus } from 'node:os'
import type { Queryable } from '../db/pool.ts'
import { selectLastPosition } from '../db/queries/outbox.ts'

/** Up to so many changes a second all of them are sealed, whatever else the machine does: about a twentieth of one core. */
const calmRate = 500
/** What a change costs until that is measured. */
const costMsFirst = 0.1
/** A turn moves the measured cost so far. */
const costWeight = 0.2
/** Of the time that the processors had left over, so much at most: the writers may need the rest in the next moment. */
const spareShare = 0.5
/** Never more than so much of one core. */
const coreShareMax = 0.5

/** Milliseconds of all processors together since the machine was started. */
export type ProcessorTimes = { readonly idleMs: number; readonly totalMs: number; readonly processors: number }

/**
 * How much the sealer takes in one turn. Undefined: everything, so that events are there within a second. While more is
 * written it takes what the processors have left over, and no more than half a core: what writers need stays theirs, and
 * what the sealer cannot take comes later.
 */
export class SealingPace {
  readonly #readTimes: () => ProcessorTimes
  #position = 0
  #atMs = 0
  #times: ProcessorTimes
  #costMs = costMsFirst
  #spentMs = 0

  constructor(readTimes: () => ProcessorTimes = readProcessorTimes) {
    this.#readTimes = readTimes
    this.#times = readTimes()
  }

  async next(database: Queryable, nowMs: number): Promise<number | undefined> {
    const last = await selectLastPosition(database)
    const wallMs = this.#atMs === 0 ? 0 : Math.max(nowMs - this.#atMs, 1)
    const written = last - this.#position
    const isFirst = wallMs === 0
    this.#position = last
    this.#atMs = nowMs
    const leftMs = this.#takeLeft(wallMs)
    if (isFirst || written / wallMs <= calmRate / 1000) return undefined
    const least = (calmRate * wallMs) / 1000
    const budgetMs = Math.min(leftMs * spareShare, wallMs * coreShareMax)
    return Math.ceil(Math.max(least, budgetMs / this.#costMs))
  }

  /** What a turn has taken, and how long it took: the measure of what the next one may take. */
  took(changes: number, ms: number): void {
    this.#spentMs = ms
    if (changes > 0) this.#costMs += (ms / changes - this.#costMs) * costWeight
  }

  /** What the processors had left since the last turn, and what that turn itself took of it. */
  #takeLeft(wallMs: number): number {
    const before = this.#times
    const now = this.#readTimes()
    const spentMs = this.#spentMs
    this.#times = now
    this.#spentMs = 0
    const total = now.totalMs - before.totalMs
    const idle = total > 0 ? (now.idleMs - before.idleMs) / total : 0
    return idle * wallMs * now.processors + spentMs
  }
}

function readProcessorTimes(): ProcessorTimes {
  const all = cpus()
  let [idleMs, totalMs] = [0, 0]
  for (const { times } of all) {
    idleMs += times.idle
    totalMs += times.idle + times.user + times.nice + times.sys + times.irq
  }
  return { idleMs, totalMs, processors: all.length }
}
