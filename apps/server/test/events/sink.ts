import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A request as an endpoint of a customer gets it. */
export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string }

export type Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly delayMs?: number
}

export type Sink = AsyncDisposable & {
  readonly url: string
  readonly port: number
  readonly received: Received[]
  /** What it answers from now on. */
  answer: Answer | ((request: Received) => Answer)
}

/** A real HTTP server on this machine that remembers what it got. */
export async function createSink(
  tls?: { readonly key: string; readonly cert: string },
  answer: Sink['answer'] = { status: 204 },
): Promise<Sink> {
  const received: Received[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const got = { headers: request.headers, path: request.url ?? '', body: Buffer.concat(chunks).toString() }
      received.push(got)
      const {
        status,
        headers = {},
        body = '',
        delayMs = 0,
      } = typeof sink.answer === 'function' ? sink.answer(got) : sink.answer
      void sleep(delayMs).then(() => response.writeHead(status, headers).end(body))
    })
  }
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sink: Sink = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hook`,
    port,
    received,
    answer,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return sink
}
