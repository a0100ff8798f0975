import type { Database } from '../../src/db/pool.ts'
import { transaction } from '../../src/db/transaction.ts'
import type { RunKind } from '../../src/jobs/run-worker.ts'

export const pieces = 20

/** Writes one row a piece, together with its checkpoint: a piece that happened twice would break the primary key. */
export function slowKind(database: Database, afterPiece: (piece: number) => Promise<void>): RunKind {
  return {
    name: 'slow',
    execute: async (work) => {
      for (let piece = work.done; piece < pieces; piece++) {
        work.signal.throwIfAborted()
        await transaction(database, async (tx) => {
          await tx.query({ text: 'insert into pieces (run_id, piece) values ($1, $2)' }, [work.id, piece])
          await work.advance(tx, { checkpoint: { next: piece + 1 }, done: piece + 1, total: pieces })
        })
        await afterPiece(piece)
      }
      return { pieces }
    },
  }
}
