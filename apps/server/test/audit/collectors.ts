import { readFileSync } from 'node:fs'
import { createServer as createHttp, type IncomingMessage } from 'node:http'
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'

const certificates = new URL('../ground/certificates/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, certificates), 'utf8')

/** The authority of the servers here. */
export const testCa = read('first.cert.pem')

export type Received = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export type Collector = AsyncDisposable & {
  readonly port: number
  readonly received: Received[]
  /** What it answers from now on. */
  status: number
}

/** A server on this machine that keeps what it is sent. */
export async function createHttpCollector(): Promise<Collector> {
  const received: Received[] = []
  const state = { status: 200 }
  const server = createHttp((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      if (state.status < 400) received.push({ method, path, headers, body: Buffer.concat(chunks) })
      response.writeHead(state.status, { 'content-type': 'application/json' }).end('{"text":"answered","code":0}')
    })
  })
  return Object.assign(state, { port: await listenOn(server), received, [Symbol.asyncDispose]: () => close(server) })
}

/** A syslog server over TCP or TLS; messages are counted by octets. */
export async function createSyslogCollector(
  isTls: boolean,
): Promise<AsyncDisposable & { readonly port: number; readonly messages: string[] }> {
  const messages: string[] = []
  const take = (socket: Socket): void => {
    let rest = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const space = rest.indexOf(' ')
        const length = Number(rest.subarray(0, Math.max(0, space)).toString())
        if (space < 0 || rest.length < space + 1 + length) return
        messages.push(rest.subarray(space + 1, space + 1 + length).toString())
        rest = rest.subarray(space + 1 + length)
      }
    })
  }
  const server = isTls ? createTls({ cert: read('first.cert.pem'), key: read('first.key.pem') }, take) : createTcp(take)
  return { port: await listenOn(server), messages, [Symbol.asyncDispose]: () => close(server) }
}

async function listenOn(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port // A TCP server has no other kind of address.
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
}
