import { once } from 'node:events'
import { Readable, type Duplex } from 'node:stream'
import type pg from 'pg'
import { toDatabaseError } from './database-error.ts'

// Messages of a row each are gathered, so that what follows does not work row by row.
const gatherBytes = 64 * 1024
// Zero would mean the pool's own; this is the longest that a timer can wait, 24 days.
export const unlimitedMs = 2 ** 31 - 1

/** What pg's connection offers to a query of its own kind and does not declare. */
type Wire = {
  readonly stream: Duplex
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/**
 * `copy … to stdout` as a stream that waits for its reader. Rows arrive in COPY's text format, which every version of
 * PostgreSQL reads; the binary one is not promised between versions.
 */
export function copyOut(client: pg.PoolClient, text: string): Readable {
  let wire: Wire | undefined
  let buffer = Buffer.allocUnsafe(gatherBytes)
  let filled = 0
  const stream = new Readable({ highWaterMark: 4 * gatherBytes, read: () => wire?.stream.resume() })
  const flush = (): void => {
    if (filled === 0) return
    if (!stream.push(buffer.subarray(0, filled))) wire?.stream.pause()
    buffer = Buffer.allocUnsafe(gatherBytes)
    filled = 0
  }
  const query = {
    callback: (): void => {},
    query_timeout: unlimitedMs,
    submit: (connection: unknown) => {
      wire = toWire(connection)
      wire.query(text)
    },
    handleCopyData: ({ chunk }: { readonly chunk: Buffer }) => {
      if (filled + chunk.length > buffer.length) flush()
      if (chunk.length > buffer.length) buffer = Buffer.allocUnsafe(chunk.length)
      // The message lies in the parser's buffer, which is overwritten.
      filled += chunk.copy(buffer, filled)
    },
    handleCommandComplete: flush,
    handleReadyForQuery: () => {
      query.callback()
      stream.push(null)
    },
    handleError: (error: Error) => {
      query.callback()
      stream.destroy(toError(error))
    },
  }
  client.query(query)
  return stream
}

/** `copy … from stdin`, fed from the source as fast as the database takes it; resolves with the number of rows. */
export function copyIn(
  client: pg.PoolClient,
  text: string,
  source: Iterable<Buffer> | AsyncIterable<Buffer>,
  timeoutMs: number,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let rows = 0
  let failure: unknown
  const query = {
    callback: (): void => {},
    query_timeout: timeoutMs,
    submit: (connection: unknown) => toWire(connection).query(text),
    handleCopyInResponse: (connection: unknown) => {
      const wire = toWire(connection)
      feed(wire, source).then(
        () => wire.endCopyFrom(),
        (error: unknown) => {
          failure = error
          wire.sendCopyFail('the source failed')
        },
      )
    },
    handleCommandComplete: (message: { readonly text: string }) => {
      rows = Number(/^COPY (\d+)/.exec(message.text)?.[1] ?? 0)
    },
    handleReadyForQuery: () => {
      query.callback()
      if (failure === undefined) resolve(rows)
      else reject(toError(failure))
    },
    handleError: (error: Error) => {
      query.callback()
      reject(toError(failure ?? error))
    },
  }
  client.query(query)
  return promise
}

async function feed(wire: Wire, source: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of source) {
    wire.sendCopyFromChunk(chunk)
    if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain')
  }
}

function toWire(connection: unknown): Wire {
  // See Wire: pg hands its own connection to whoever submits.
  return connection as Wire
}

function toError(error: unknown): Error {
  const known = toDatabaseError(error)
  return known instanceof Error ? known : new Error(String(known))
}
