import type { Queryable } from '../db/pool.ts'
import { selectSealerCursor } from '../db/queries/audit-sealing.ts'
import { selectLastPosition } from '../db/queries/outbox.ts'

/** More changes a second than this, and writers and sealer would take the machine from each other. */
const calmRate = 200
const busyTurn = 60
/** Of what has piled up, so much a turn besides, and never more than as much again: the rest comes when it is calm. */
const backlogShare = 1 / 500

/**
 * How much the sealer takes in one turn. Undefined: everything, so that events are there within a second. While very many
 * changes are written, as in a first import, the writers go first and events come later.
 */
export class SealingPace {
  #position = 0
  #atMs = 0

  async next(database: Queryable, nowMs: number): Promise<number | undefined> {
    const last = await selectLastPosition(database)
    const seconds = (nowMs - this.#atMs) / 1000
    const rate = this.#atMs === 0 ? 0 : (last - this.#position) / Math.max(seconds, 0.001)
    this.#position = last
    this.#atMs = nowMs
    if (rate <= calmRate) return undefined
    const { position } = await selectSealerCursor(database)
    return Math.round(busyTurn + Math.min((last - position) * backlogShare, busyTurn))
  }
}
