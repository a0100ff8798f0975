import pg from 'pg'
import { StatementBatch, type Answer, type FindParser, type Pending } from './statement-batch.ts'

/**
 * A few connections on which short reads travel in batches: those that came in the same turn of the event loop, and those
 * that came while all of them were busy. Waking a backend, and being woken by it, costs more than such a read.
 * A slow statement would hold up those behind it, so only look-ups by an index belong here.
 */
export type ReadLanes = {
  query(read: ShortRead): Promise<Answer>
  close(): Promise<void>
}

export type ShortRead = Omit<Pending, 'resolve' | 'reject'>

type LaneOptions = {
  readonly findParser: FindParser
  readonly answerTimeoutMs: number
  readonly onLost?: ((error: Error) => void) | undefined
}

const lanesCount = 3
const batchReadsMax = 64
// One batch of everything would let this process wait for PostgreSQL and PostgreSQL for this process in turns.
const batchReadsLeast = 4

/** Lanes connect when they are first used, and again after they were lost. */
export function createReadLanes(config: pg.ClientConfig, options: LaneOptions): ReadLanes {
  const lanes = Array.from({ length: lanesCount }, () => new Lane(config, options))
  const waiting: Pending[] = []
  let isPlanned = false
  const plan = (): void => {
    if (isPlanned || waiting.length === 0) return
    isPlanned = true
    setImmediate(send)
  }
  const send = (): void => {
    isPlanned = false
    const share = Math.min(Math.max(Math.ceil(waiting.length / lanesCount), batchReadsLeast), batchReadsMax)
    for (const lane of lanes) {
      if (waiting.length === 0) return
      if (!lane.isBusy) lane.run(waiting.splice(0, share), plan)
    }
  }
  return {
    query: ({ name, text, values }) =>
      new Promise((resolve, reject) => {
        waiting.push({ name, text, values, resolve, reject })
        plan()
      }),
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

class Lane {
  readonly #config: pg.ClientConfig
  readonly #options: LaneOptions
  #client: pg.Client | undefined
  #isClosed = false
  #running: Promise<void> | undefined
  isBusy = false

  constructor(config: pg.ClientConfig, options: LaneOptions) {
    this.#config = config
    this.#options = options
  }

  /** Answers all of the reads, one way or the other, and says when it is free. */
  run(reads: readonly Pending[], onFree: () => void): void {
    this.isBusy = true
    const free = (): void => {
      this.isBusy = false
      onFree()
    }
    if (this.#client !== undefined) return this.#submit(this.#client, reads, free)
    this.#running = this.#connect().then(
      (client) => this.#submit(client, reads, free),
      (error: unknown) => {
        for (const read of reads) read.reject(error)
        free()
      },
    )
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
    await this.#client?.end()
  }

  #submit(client: pg.Client, reads: readonly Pending[], free: () => void): void {
    let isOver = false
    const callback = (error?: unknown): void => {
      if (isOver) return
      isOver = true
      // Whatever failed, a connection that timed out is still at work.
      if (error !== undefined) this.#discard(client)
      free()
    }
    const { findParser, answerTimeoutMs: timeoutMs } = this.#options
    client.query(new StatementBatch(reads, { findParser, timeoutMs, callback }))
  }

  async #connect(): Promise<pg.Client> {
    if (this.#isClosed) throw new Error('Connection terminated: the read lanes are closed')
    const client = new pg.Client(this.#config)
    client.on('error', (error) => {
      this.#drop(client)
      this.#options.onLost?.(error)
    })
    client.once('end', () => this.#drop(client))
    await client.connect()
    this.#client = client
    return client
  }

  #discard(client: pg.Client): void {
    this.#drop(client)
    client.end().catch(() => undefined)
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined
  }
}
