import type { Database } from '../db/pool.ts'
import { updateActivity } from '../db/queries/connection-activity.ts'
import { isPacked, toPackedLine } from '../db/queries/packed-line.ts'
import { copyPackedReads, insertMissingPackedReads } from '../db/queries/packed-reads.ts'
import { copyRequestLog, insertMissingRequestLog, toLogText, type RequestLogRow } from '../db/queries/request-log.ts'
import { DatabaseUnavailable } from '../unavailable.ts'
import { ConnectionActivity } from './connection-activity.ts'
import { LogBatch } from './log-batch.ts'

/** What a process keeps in hand before it lets go of lines: reading the log must never cost the server its memory. */
export const queuedLinesMax = 20_000
export const queuedBytesMax = 32 * 1024 * 1024
export const batchLinesMax = 2_000
const batchBytesMax = 1024 * 1024
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

type LogDatabase = Pick<Database, 'query' | 'run' | 'copy'>

/** Writes lines in batches, off the path of the requests that they tell about. */
export function createRequestLog(options: {
  readonly database: LogDatabase
  readonly onError?: (error: unknown) => void
}): RequestLog {
  return new BatchWriter(options.database, options.onError ?? (() => undefined))
}

class BatchWriter implements RequestLog {
  readonly #database: LogDatabase
  readonly #onError: (error: unknown) => void
  readonly #activity = new ConnectionActivity()
  /** The oldest first; lines are added to the last one. */
  #batches: LogBatch[] = []
  /** Written out and empty: its memory serves again. */
  #spare: LogBatch | undefined = undefined
  /** No line may join a batch that is on its way. */
  #sent: LogBatch | undefined = undefined
  #lines = 0
  #bytes = 0
  #dropped = 0
  #timer: NodeJS.Timeout | undefined = undefined
  #running: Promise<void> | undefined = undefined
  /** The last batch failed, maybe after its commit. */
  #isRepeated = false

  constructor(database: LogDatabase, onError: (error: unknown) => void) {
    this.#database = database
    this.#onError = onError
  }

  get depth(): number {
    return this.#lines
  }

  get dropped(): number {
    return this.#dropped
  }

  add(row: RequestLogRow): void {
    const read = isPacked(row) ? row : undefined
    const line = read === undefined ? toLogText(row) : toPackedLine(read)
    if (this.#lines >= queuedLinesMax || this.#bytes + line.length > queuedBytesMax) {
      this.#dropped++
      return
    }
    const batch = this.#openBatch()
    this.#bytes += read === undefined ? batch.addRow(line) : batch.addRead(read, line)
    this.#lines++
    this.#activity.note(row)
    if (this.#lines >= batchLinesMax && this.#running === undefined) this.#writeSoon()
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
    this.#dropped += this.#lines
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
        if (this.#lines > 0) this.#schedule()
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
    for (let standing = this.#batches.length; standing > 0; standing--) {
      const [batch] = this.#batches
      if (batch === undefined) return
      this.#sent = batch
      await this.#writeBatch(batch)
      this.#batches.shift()
      this.#lines -= batch.lines
      this.#bytes -= batch.bytes
      batch.clear()
      this.#spare = batch
    }
  }

  #openBatch(): LogBatch {
    const last = this.#batches.at(-1)
    const isOpen = last !== undefined && last !== this.#sent && last.lines < batchLinesMax && last.bytes < batchBytesMax
    if (isOpen) return last
    const batch = this.#spare ?? new LogBatch()
    this.#spare = undefined
    if (batch === this.#sent) this.#sent = undefined
    this.#batches.push(batch)
    return batch
  }

  async #writeBatch(batch: LogBatch): Promise<void> {
    const packs = batch.settle()
    const { rows } = batch
    if (rows.lines > 0)
      await this.#writePart({
        all: () => copyRequestLog(this.#database, rows.toBytes()),
        missing: () => insertMissingRequestLog(this.#database, rows.toLines()),
        lines: () => rows.toLines(),
      })
    rows.clear()
    if (packs.length > 0)
      await this.#writePart({
        all: () => copyPackedReads(this.#database, Buffer.concat(packs.flatMap((pack) => pack.toPieces()))),
        missing: () =>
          insertMissingPackedReads(
            this.#database,
            packs.map((pack) => pack.toText()),
          ),
        lines: () => packs.flatMap((pack) => pack.toSingleLines()),
      })
    await updateActivity(this.#database, this.#activity.take()).catch(this.#onError)
  }

  async #writePart(part: Part): Promise<void> {
    try {
      await (this.#isRepeated ? part.missing() : part.all())
      this.#isRepeated = false
    } catch (error) {
      // A connection may break after the commit and before we hear of it.
      this.#isRepeated = true
      if (error instanceof DatabaseUnavailable) throw error
      this.#onError(error)
      await this.#writeSingly(part.lines())
    }
  }

  /** One line that PostgreSQL cannot hold must not keep back the others. */
  async #writeSingly(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      try {
        await insertMissingRequestLog(this.#database, [line])
      } catch (error) {
        if (error instanceof DatabaseUnavailable) throw error
        this.#dropped++
      }
    }
  }
}

/** How the rows or the packs of a batch are written. */
type Part = {
  /** When none can be there. */
  all(): Promise<void>
  /** When some may be there. */
  missing(): Promise<void>
  /** Each as a row. */
  lines(): readonly string[]
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
