import type { Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

export type AnyServer = Server | TlsServer

export type Closing = {
  /** Every connection that is open. */
  readonly sockets: ReadonlySet<Socket>
  /** The answer that a connection is at, or its last one. */
  readonly answerOf: (socket: Socket) => ServerResponse | undefined
  /** Whatever is open after that time is cut off. */
  readonly timeoutMs: number
}

const turnMs = 50
const idleTurns = 6
/** Under a flood of new connections the end still comes. */
const acceptTurnsMax = 1_000

/** Connections that the system has made and nobody has accepted yet would be reset with the end of listening. */
export async function acceptWaiting(server: AnyServer): Promise<void> {
  let isAccepting = true
  const onConnection = (): void => void (isAccepting = true)
  server.on('connection', onConnection)
  for (let turn = 0; isAccepting && turn < acceptTurnsMax; turn++) {
    isAccepting = false
    await nextTurn()
  }
  server.off('connection', onConnection)
}

/**
 * Stops accepting, lets every connection have its next answer (with "Connection: close"), then closes the idle ones.
 * The HTTP server's own close would reset connections on which a client is just about to send.
 */
export async function closeServer(server: AnyServer, { sockets, answerOf, timeoutMs }: Closing): Promise<void> {
  const state = { isClosed: false }
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  const isClosed = closed.then(() => void (state.isClosed = true))
  for (const socket of sockets) announceClose(answerOf(socket))
  const timeout = setTimeout(() => server.closeAllConnections(), timeoutMs)
  // Counted in turns and not by the clock: on a busy machine clients too need longer for what they are about to send.
  for (let turn = 0; !state.isClosed; turn++) {
    await Promise.race([isClosed, sleep(turnMs)])
    // What has arrived meanwhile is read first: a connection is only idle when nothing waits in it.
    await nextTurn()
    if (turn >= idleTurns) server.closeIdleConnections()
  }
  clearTimeout(timeout)
}

/** Else a client that got its answer late would send its next request into a connection that is being closed. */
function announceClose(outgoing: ServerResponse | undefined): void {
  if (outgoing?.headersSent === false) outgoing.setHeader('connection', 'close')
}
