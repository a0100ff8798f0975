import { Socket } from 'node:net'
import pg from 'pg'

/**
 * Two connections on which short reads are sent without waiting for the answer of the one before, and together with
 * those that came in the same turn of the event loop: waking a backend costs more than such a read.
 * A slow statement would hold up those behind it, so only look-ups by an index belong here.
 */
export type ReadLanes = {
  query(config: pg.QueryConfig): Promise<pg.QueryResult>
  close(): Promise<void>
}

const lanesCount = 2

/** Lanes connect when they are first used, and again after they were lost. */
export function createReadLanes(config: pg.ClientConfig, onLost?: (error: Error) => void): ReadLanes {
  const lanes = Array.from({ length: lanesCount }, () => new Lane(config, onLost))
  let turn = 0
  return {
    query: (query) => {
      turn = (turn + 1) % lanesCount
      const lane = lanes[turn]
      if (lane === undefined) throw new Error('a lane is missing')
      return lane.query(query)
    },
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

class Lane {
  readonly #config: pg.ClientConfig
  readonly #onLost: ((error: Error) => void) | undefined
  #client: pg.Client | undefined
  #socket = new Socket()
  #isHeld = false
  #connecting: Promise<pg.Client> | undefined
  #isClosed = false

  constructor(config: pg.ClientConfig, onLost: ((error: Error) => void) | undefined) {
    this.#config = config
    this.#onLost = onLost
  }

  query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    if (this.#client !== undefined) {
      this.#hold()
      return this.#client.query(config)
    }
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting.then((client) => client.query(config))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const client = this.#client ?? (await this.#connecting?.catch(() => undefined))
    await client?.end()
  }

  async #connect(): Promise<pg.Client> {
    if (this.#isClosed) throw new Error('Connection terminated: the read lanes are closed')
    const socket = new Socket()
    const client = new pg.Client({ ...this.#config, pipeline: true, stream: () => socket })
    client.on('error', (error) => {
      this.#drop(client)
      this.#onLost?.(error)
    })
    client.once('end', () => this.#drop(client))
    await client.connect()
    this.#socket = socket
    this.#client = client
    return client
  }

  /** Keeps what is written until the requests that have arrived by now have all been looked at. */
  #hold(): void {
    if (this.#isHeld) return
    this.#isHeld = true
    const socket = this.#socket
    socket.cork()
    setImmediate(() => {
      this.#isHeld = false
      socket.uncork()
    })
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined
  }
}
