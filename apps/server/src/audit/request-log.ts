import { insertRequestLogRows, type RequestLogRow } from '../db/queries/request-log.ts'
import type { Queryable } from '../db/pool.ts'
import { DatabaseUnavailable } from '../unavailable.ts'

/** What a process keeps in hand before it lets go of lines: reading the log must never cost the server its memory. */
export const queuedLinesMax = 20_000
export const queuedCharactersMax = 32 * 1024 * 1024
export const batchLinesMax = 500
export const batchDelayMs = 200
/** Each kept body is cut at this size. */
export const bodyBytesMax = 16 * 1024
const stopTimeoutMs = 5_000

export type RequestLog = {
  /** Never waits and never throws; a line that finds the queue full is dropped and counted. */
  add(row: RequestLogRow): void
  /** Resolves when everything that was added before has been written or given up. */
  flush(): Promise<void>
  close(): Promise<void>
  readonly depth: number
  readonly dropped: number
}

/** Writes lines in batches, off the path of the requests that they tell about. */
export function createRequestLog(options: {
  readonly database: Queryable
  readonly onError?: (error: unknown) => void
}): RequestLog {
  const { database, onError } = options
  let queue: RequestLogRow[] = []
  let characters = 0
  let dropped = 0
  let isRepeated = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  const writeBatch = async (batch: readonly RequestLogRow[]): Promise<void> => {
    try {
      await insertRequestLogRows(database, batch, isRepeated)
      isRepeated = false
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error
      onError?.(error)
      await writeSingly(batch)
    }
  }
  /** One line that PostgreSQL cannot hold must not keep back the others. */
  const writeSingly = async (batch: readonly RequestLogRow[]): Promise<void> => {
    for (const row of batch) {
      try {
        await insertRequestLogRows(database, [row], true)
      } catch (error) {
        if (error instanceof DatabaseUnavailable) throw error
        dropped++
      }
    }
  }
  const writeAll = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, batchLinesMax)
      await writeBatch(batch)
      queue = queue.slice(batch.length)
      characters -= batch.reduce((sum, row) => sum + weightOf(row), 0)
    }
  }
  /** What could not be written stays in the queue and is tried with the next batch. */
  const write = (): Promise<void> => {
    running ??= writeAll()
      .catch((error: unknown) => {
        // A connection may break after the commit and before we hear of it.
        isRepeated = true
        throw error
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      write().catch((error: unknown) => {
        onError?.(error)
        schedule()
      })
    }, batchDelayMs).unref()
  }
  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    await running?.catch(() => undefined)
    await write()
  }

  return {
    add: (row) => {
      const weight = weightOf(row)
      if (queue.length >= queuedLinesMax || characters + weight > queuedCharactersMax) {
        dropped++
        return
      }
      queue.push(row)
      characters += weight
      if (queue.length >= batchLinesMax && running === undefined) write().catch(schedule)
      else schedule()
    },
    flush,
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, stopTimeoutMs).unref())
      await Promise.race([flush().catch((error: unknown) => onError?.(error)), late])
      clearTimeout(timer)
      dropped += queue.length
    },
    get depth() {
      return queue.length
    },
    get dropped() {
      return dropped
    },
  }
}

/** The end of a text that is longer than `bodyBytesMax` in UTF-8 is cut off. */
export function cutBody(text: string): string {
  if (text.length * 3 <= bodyBytesMax) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= bodyBytesMax) return text
  // A character that the cut went through becomes U+FFFD, which is taken off.
  return `${bytes
    .subarray(0, bodyBytesMax - 3)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')}…`
}

function weightOf(row: RequestLogRow): number {
  return 400 + row.path.length + (row.requestBody?.length ?? 0) + (row.responseBody?.length ?? 0)
}
