import type { Queryable } from '../db/pool.ts'
import { deleteCallOriginsBefore, insertCallOrigins, type CallOriginRow } from '../db/queries/audit-requests.ts'

const delayMs = 50
const waitingMax = 5_000
const textCharactersMax = 300
const keptMs = 24 * 3_600_000

/** Writes down, off the path of the calls, where calls of the admin API came from: their changes name only the call. */
export type CallOrigins = {
  /** Never waits and never throws. */
  note(row: CallOriginRow): void
  close(): Promise<void>
}

export function createCallOrigins(database: Queryable, onError: (error: unknown) => void): CallOrigins {
  let waiting: CallOriginRow[] = []
  let timer: NodeJS.Timeout | undefined
  const write = async (): Promise<void> => {
    timer = undefined
    const rows = waiting
    waiting = []
    if (rows.length > 0) await insertCallOrigins(database, rows).catch(onError)
  }
  return {
    note: (row) => {
      if (waiting.length >= waitingMax) return
      const userAgent = row.userAgent?.slice(0, textCharactersMax) ?? null
      waiting.push({ ...row, userAgent })
      timer ??= setTimeout(() => void write(), delayMs).unref()
    },
    close: async () => {
      clearTimeout(timer)
      await write()
    },
  }
}

/** The sealer has long been there. */
export function trimCallOrigins(database: Queryable, now: Date): Promise<number> {
  return deleteCallOriginsBefore(database, new Date(now.getTime() - keptMs))
}
