import { noteActivity } from '../db/queries/connection-activity.ts'
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
  return new BatchWriter(options.database, options.onError ?? (() => undefined))
}

class BatchWriter implements RequestLog {
  readonly #database: Queryable
  readonly #onError: (error: unknown) => void
  #queue: RequestLogRow[] = []
  #characters = 0
  #dropped = 0
  #timer: NodeJS.Timeout | undefined = undefined
  #running: Promise<void> | undefined = undefined
  /** The last batch failed, maybe after its commit. */
  #isRepeated = false

  constructor(database: Queryable, onError: (error: unknown) => void) {
    this.#database = database
    this.#onError = onError
  }

  get depth(): number {
    return this.#queue.length
  }

  get dropped(): number {
    return this.#dropped
  }

  add(row: RequestLogRow): void {
    const weight = weightOf(row)
    if (this.#queue.length >= queuedLinesMax || this.#characters + weight > queuedCharactersMax) {
      this.#dropped++
      return
    }
    this.#queue.push(row)
    this.#characters += weight
    if (this.#queue.length >= batchLinesMax && this.#running === undefined) this.#writeSoon()
    else this.#schedule()
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#running?.catch(() => undefined)
    await this.#write()
  }

  async close(): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, stopTimeoutMs).unref())
    await Promise.race([this.flush().catch(this.#onError), late])
    clearTimeout(this.#timer)
    this.#dropped += this.#queue.length
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#writeSoon()
    }, batchDelayMs).unref()
  }

  #writeSoon(): void {
    void this.#write()
      .catch(this.#onError)
      .finally(() => {
        if (this.#queue.length > 0) this.#schedule()
      })
  }

  /** What could not be written stays in the queue and is tried with the next batch. */
  #write(): Promise<void> {
    this.#running ??= this.#writeStanding().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** What comes meanwhile waits for the next batch: many small ones would cost more than the requests themselves. */
  async #writeStanding(): Promise<void> {
    for (let standing = this.#queue.length; standing > 0;) {
      const batch = this.#queue.slice(0, Math.min(standing, batchLinesMax))
      await this.#writeBatch(batch)
      this.#queue = this.#queue.slice(batch.length)
      this.#characters -= batch.reduce((sum, row) => sum + weightOf(row), 0)
      standing -= batch.length
    }
  }

  async #writeBatch(batch: readonly RequestLogRow[]): Promise<void> {
    try {
      await insertRequestLogRows(this.#database, batch, this.#isRepeated)
      this.#isRepeated = false
      await noteActivity(this.#database, batch).catch(this.#onError)
    } catch (error) {
      // A connection may break after the commit and before we hear of it.
      this.#isRepeated = true
      if (error instanceof DatabaseUnavailable) throw error
      this.#onError(error)
      await this.#writeSingly(batch)
    }
  }

  /** One line that PostgreSQL cannot hold must not keep back the others. */
  async #writeSingly(batch: readonly RequestLogRow[]): Promise<void> {
    for (const row of batch) {
      try {
        await insertRequestLogRows(this.#database, [row], true)
      } catch (error) {
        if (error instanceof DatabaseUnavailable) throw error
        this.#dropped++
      }
    }
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
