import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createApplication, type Application } from '../../src/application.ts'
import { openDatabase } from '../../src/db/pool.ts'
import { listen, type Listener } from '../../src/http/server.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from './provisioning.ts'

/** The product's application behind the product's listener, on a port of this process. */
export type ListeningProvisioning = TestProvisioning & {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
}

/** Takes settings by the names of their variables, as the process would. */
export async function createListeningProvisioning(
  settings: Readonly<Record<string, string>> = {},
): Promise<ListeningProvisioning> {
  const provisioning = await createTestProvisioning({ settings })
  const listener = await listenTo(provisioning.application)
  const close = async (): Promise<void> => {
    await listener.stop(0)
    await provisioning.close()
  }
  return { ...provisioning, url: listener.url, port: listener.port, close, [Symbol.asyncDispose]: close }
}

export type SecondApplication = { readonly url: string; close(): Promise<void> }

/** Another application on the same database with connections of its own, as a second process would be. */
export async function createSecondApplication(
  first: TestProvisioning,
  options: { readonly databaseUrl?: string; readonly statementTimeoutMs?: number } = {},
): Promise<SecondApplication> {
  const { config, encryption } = first.application.parts
  const { databaseUrl = first.databaseUrl, statementTimeoutMs = 30_000 } = options
  const database = openDatabase({ url: databaseUrl, poolMax: 10, statementTimeoutMs, connectTimeoutMs: 1_000 })
  const application = createApplication({ config, database, encryption, clock: first.clock })
  const listener = await listenTo(application)
  return {
    url: listener.url,
    close: async () => {
      await listener.stop(0)
      await application.close()
      await database.close()
    },
  }
}

async function listenTo(application: Application): Promise<Listener & { readonly url: string }> {
  const { config, logger } = application.parts
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    headersTimeoutMs: config.headersTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    bodyBytesMax: Math.max(config.bodyBytesMax, config.bulkBodyBytesMax),
    logger,
    fetch: (request, connection) => application.fetch(request, connection),
    answer: (request, connection) => application.answer(request, connection),
  })
  return { ...listener, url: `http://127.0.0.1:${listener.port}` }
}

/** One answer as it came over the wire. */
export type RawAnswer = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export type RawConnection = {
  readonly socket: Socket
  write(data: string | Uint8Array): void
  /** Everything that came until the server closed the connection, answer by answer. */
  closed(): Promise<readonly RawAnswer[]>
}

/** A socket on which a test writes bytes as it likes. */
export function openRaw(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  return {
    socket,
    write: (data) => void socket.write(data),
    closed: async () => {
      if (!socket.closed) await once(socket, 'close')
      return parseAnswers(Buffer.concat(chunks))
    },
  }
}

/** Sends the bytes and reads until the server closes the connection. */
export async function sendRaw(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<readonly RawAnswer[]> {
  const connection = openRaw(port)
  for (const part of parts) connection.write(part)
  return connection.closed()
}

function parseAnswers(bytes: Buffer): readonly RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let rest = bytes; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) throw new Error(`no HTTP answer: ${rest.toString('latin1').slice(0, 200)}`)
    const [statusLine = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n')
    const headers = new Map(lines.map((line) => [cut(line, 0).toLowerCase(), cut(line, 1)]))
    const status = Number(statusLine.split(' ')[1])
    const start = end + 4
    // 100 Continue and 204 have no body and no length.
    const length = Number(headers.get('content-length') ?? 0)
    answers.push({ status, headers, body: rest.subarray(start, start + length).toString() })
    rest = rest.subarray(start + length)
  }
  return answers
}

function cut(line: string, part: 0 | 1): string {
  const colon = line.indexOf(':')
  return (part === 0 ? line.slice(0, colon) : line.slice(colon + 1)).trim()
}

/** The head of a request with the tenant's key; the connection is closed after the answer. */
export function requestHead(
  tenant: Pick<TestTenant, 'key'>,
  line: string,
  headers: Readonly<Record<string, string | number>> = {},
): string {
  const all = {
    host: 'localhost',
    authorization: `Bearer ${tenant.key}`,
    'content-type': 'application/scim+json',
    connection: 'close',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n`
}
