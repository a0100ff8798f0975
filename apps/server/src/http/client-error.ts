import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { faultBody, faults, type Fault } from './fault.ts'

/** The request that a connection is at, for errors that Node reports without it. */
export type CurrentRequest = { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse }

const lingerMs = 1_000
const requestLine = /^[A-Z]+ (\S+)/

/** Answers what Node could not parse or waited for in vain; without it clients get a bare status line. */
export function createClientErrorHandler(current: WeakMap<object, CurrentRequest>) {
  const answered = new WeakSet<Duplex>()
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    const request = current.get(socket)
    // The parser reports every further piece of a broken request again; reading on keeps the answer deliverable.
    if (answered.has(socket)) return
    if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(request)) return void socket.destroy()
    answered.add(socket)
    const fault = faultOf(error.code)
    const path = pathOf(error) ?? (fault === faults.requestTimeout ? unfinishedPath(request) : undefined)
    // What came before the error was sound and may have changed something: its answer goes first.
    if (isAwaited(request)) request.outgoing.once('close', () => refuse(socket, fault, path))
    else refuse(socket, fault, path)
  }
}

function refuse(socket: Duplex, fault: Fault, path: string | undefined): void {
  if (!socket.writable) return void socket.destroy()
  socket.end(rawAnswer(fault, path))
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

/** The request came whole and its answer is not sent yet. */
function isAwaited(request: CurrentRequest | undefined): request is CurrentRequest {
  return request !== undefined && request.incoming.complete && !request.outgoing.writableFinished
}

/** An answer on its way must not be mixed with another one, and a request that is broken off gets no second one. */
function isAnswering(request: CurrentRequest | undefined): boolean {
  if (request === undefined || request.incoming.complete) return false
  return request.outgoing.headersSent && !request.outgoing.writableFinished
}

/** The path of the request whose body did not come; undefined when the connection was between two requests. */
function unfinishedPath(request: CurrentRequest | undefined): string | undefined {
  return request !== undefined && !request.incoming.complete ? request.incoming.url : undefined
}

function faultOf(code: string | undefined): Fault {
  if (code === 'HPE_HEADER_OVERFLOW') return faults.headersTooLarge
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return faults.requestTimeout
  return faults.malformedRequest
}

/** The request line is known only when it came in the same piece as the error. */
function pathOf(error: Error): string | undefined {
  const packet: unknown = 'rawPacket' in error ? error.rawPacket : undefined
  return Buffer.isBuffer(packet) ? requestLine.exec(packet.toString('latin1'))?.[1] : undefined
}

/** A whole answer for a socket without a response object of its own. */
export function rawAnswer(fault: Fault, path: string | undefined): string {
  const { contentType, text } = faultBody(fault, path)
  const head = [
    `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? ''}`,
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${text}`
}
