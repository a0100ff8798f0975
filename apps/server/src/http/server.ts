import { getRequestListener } from '@hono/node-server'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '../operator-error.ts'
import type { Logger } from '../telemetry/logger.ts'
import { acceptWaiting, closeServer, type AnyServer } from './close-server.ts'
import { createClientErrorHandler, rawAnswer, type CurrentRequest } from './client-error.ts'
import { faultBody, faultResponse, faults, type Fault } from './fault.ts'
import { sendAnswer, type PlainAnswer } from './plain-answer.ts'
import { toPlainRequest, type PlainRequest } from './plain-request.ts'
import type { Connection } from './request-context.ts'

export type TlsFiles = { readonly certFile: string; readonly keyFile: string }

export type ListenOptions = {
  readonly host: string
  readonly port: number
  readonly tls: TlsFiles | undefined
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** The largest body that any endpoint takes; each endpoint has its own limit below. */
  readonly bodyBytesMax: number
  readonly logger: Logger
  fetch(request: Request, connection: Connection): Promise<Response>
  /** Answers a GET without a body, without a `Request` and a `Response`; undefined: it goes by `fetch`. */
  answer(request: PlainRequest, connection: Connection): Promise<PlainAnswer> | undefined
}

export type Listener = {
  readonly port: number
  /** Reads certificate and key again; keeps the old ones when the new ones are no pair. */
  reloadTls(): void
  /** Finishes the requests in flight, at most this long, and closes. */
  stop(timeoutMs: number): Promise<void>
}

// Node itself answers a bare 431 at its limit; ours comes first and speaks the client's language.
const headerBytesMax = 64 * 1024
const headerBytesHardMax = 256 * 1024
const keepAliveTimeoutMs = 65_000
const drainGraceMs = 300
const lingerMs = 2_000

export async function listen(options: ListenOptions): Promise<Listener> {
  const current = new WeakMap<object, CurrentRequest>()
  const state = { isClosing: false }
  const server = createAnyServer(options)
  const handle = createHandler(options, current, state)
  const sockets = trackSockets(server, options.tls === undefined ? 'connection' : 'secureConnection')
  server.on('request', handle)
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (findFault(incoming, options.bodyBytesMax) === undefined) outgoing.writeContinue()
    handle(incoming, outgoing)
  })
  // Without these two Node answers a bare 417, and a CONNECT with nothing.
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) =>
    refuse(incoming, outgoing, faults.unknownExpectation),
  )
  server.on('connect', (_, socket: Duplex) => void socket.end(rawAnswer(faults.noTunnel, undefined)))
  server.on('clientError', createClientErrorHandler(current))
  const port = await bind(server, options)
  return {
    port,
    reloadTls: () => reloadTls(server, options),
    stop: async (timeoutMs) => {
      // A balancer that saw /readyz fail needs a moment before it sends nothing more.
      await sleep(drainGraceMs)
      await acceptWaiting(server)
      state.isClosing = true
      await closeServer(server, { sockets, answerOf: (socket) => current.get(socket)?.outgoing, timeoutMs })
    },
  }
}

function trackSockets(server: AnyServer, event: 'connection' | 'secureConnection'): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on(event, (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

/** Says early, before the database is started, that the port is taken. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const probe = createServer()
  await bind(probe, { host, port })
  await new Promise((resolve) => probe.close(resolve))
}

function createAnyServer(options: ListenOptions): AnyServer {
  const serverOptions: ServerOptions = {
    maxHeaderSize: headerBytesHardMax,
    headersTimeout: Math.min(options.headersTimeoutMs, options.requestTimeoutMs),
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, options.headersTimeoutMs / 2, options.requestTimeoutMs / 2),
    // A missing Host gets our 400, not Node's bare one.
    requireHostHeader: false,
  }
  return options.tls === undefined ? createServer(serverOptions) : createSecureServer(serverOptions, options.tls)
}

function createSecureServer(serverOptions: ServerOptions, files: TlsFiles): TlsServer {
  const pair = readTls(files)
  try {
    return createTlsServer({ ...serverOptions, minVersion: 'TLSv1.2', ...pair })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${files.certFile} and ${files.keyFile} are no certificate with its key: ${reason}`
    throw new OperatorError(message, { cause })
  }
}

type RequestHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

function createHandler(
  options: ListenOptions,
  current: WeakMap<object, CurrentRequest>,
  state: { readonly isClosing: boolean },
): RequestHandler {
  let latestUrl: string | undefined
  const answer = getRequestListener((request, connection) => options.fetch(request, toConnection(connection)), {
    // The listener makes its Request first of all, so the latest URL is that of the request that is no good.
    errorHandler: (error) => {
      if (!isRequestError(error)) options.logger.error({ err: error }, 'A request failed outside of the application')
      return faultResponse(isRequestError(error) ? faults.malformedRequest : faults.internal, latestUrl)
    },
  })
  return (incoming, outgoing) => {
    current.set(incoming.socket, { incoming, outgoing })
    if (state.isClosing) outgoing.setHeader('connection', 'close')
    const fault = findFault(incoming, options.bodyBytesMax)
    if (fault !== undefined) return refuse(incoming, outgoing, fault)
    if (answerPlainly(options, incoming, outgoing)) return
    latestUrl = incoming.url
    void answer(incoming, outgoing)
  }
}

/** False: nothing was done, and the request goes the long way. */
function answerPlainly(options: ListenOptions, incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const request = toPlainRequest(incoming)
  const pending = request === undefined ? undefined : options.answer(request, { incoming, outgoing })
  if (pending === undefined) return false
  pending
    .then((answer) => sendAnswer(outgoing, answer))
    .catch((error: unknown) => {
      options.logger.error({ err: error }, 'A request failed outside of the application')
      if (outgoing.headersSent) outgoing.destroy()
      else refuse(incoming, outgoing, faults.internal)
    })
  return true
}

/** We serve HTTP/1.1 only; node-server's type speaks of HTTP/2 as well. */
function toConnection({ incoming, outgoing }: { incoming: unknown; outgoing: unknown }): Connection {
  return { incoming: incoming as IncomingMessage, outgoing: outgoing as ServerResponse }
}

function isRequestError(error: unknown): boolean {
  return error instanceof Error && error.name === 'RequestError'
}

function findFault(incoming: IncomingMessage, bodyBytesMax: number): Fault | undefined {
  const { rawHeaders, url = '' } = incoming
  if (url.length > headerBytesMax) return faults.urlTooLong
  let bytes = url.length
  for (let index = 0; index < rawHeaders.length; index++) bytes += rawHeaders[index]?.length ?? 0
  if (bytes > headerBytesMax) return faults.headersTooLarge
  if (hasTwoHosts(incoming)) return faults.malformedRequest
  const length = incoming.headers['content-length']
  return length !== undefined && Number(length) > bodyBytesMax ? faults.bodyTooLarge : undefined
}

// RFC 9112 §3.2 wants 400: two programs on the way may each believe another one of them.
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (isHost(rawHeaders[i] ?? '')) hosts++
  return hosts > 1
}

function isHost(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === 'host'
}

/** Answers at once and reads on for a moment: a connection closed on a sender loses the answer with it. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault): void {
  const { contentType, text } = faultBody(fault, incoming.url)
  outgoing.writeHead(fault.status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
  outgoing.end(text)
  const timer = setTimeout(() => incoming.socket.destroy(), lingerMs)
  incoming.once('end', () => clearTimeout(timer))
  incoming.once('close', () => clearTimeout(timer))
  incoming.resume()
}

async function bind(server: AnyServer, { host, port }: { host: string; port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: Error) => reject(toBindError(error, host, port)))
    server.listen({ host, port, backlog: 1024 }, resolve)
  })
  // A listening TCP server has an address object, never a pipe's text or nothing.
  return (server.address() as AddressInfo).port
}

function toBindError(error: Error, host: string, port: number): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    const hint = `Stop the program that uses it, or choose another port: PORT=${port + 1} npm start`
    return new OperatorError(`Port ${port} on ${host} is in use. ${hint}`, { cause: error })
  }
  if (code === 'EACCES') {
    return new OperatorError(`This user may not listen on port ${port}. Choose one above 1023 with PORT.`, {
      cause: error,
    })
  }
  return new OperatorError(`Cannot listen on ${host} port ${port}: ${error.message}. Set HOST and PORT.`, {
    cause: error,
  })
}

function readTls({ certFile, keyFile }: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } {
  try {
    return { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new OperatorError(`The TLS files cannot be read: ${reason}. See ROLLCALL_TLS_CERT and ROLLCALL_TLS_KEY.`, {
      cause,
    })
  }
}

function reloadTls(server: AnyServer, { tls, logger }: ListenOptions): void {
  if (tls === undefined || !('setSecureContext' in server)) return
  try {
    server.setSecureContext(readTls(tls))
    logger.info('TLS certificate read again')
  } catch (error) {
    logger.error({ err: error }, 'The new TLS certificate is not usable; the old one stays')
  }
}
