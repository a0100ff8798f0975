import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { createOutboundConnections } from '../../src/outbound-connections.ts'

type Asked = {
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly method: string | undefined
  readonly body: string
}

/** Somebody else's server on loopback, and our connections, which the operator lets go there. */
export async function serve(t: TestContext, answer: (asked: Asked, response: ServerResponse) => void) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const one = { url: new URL(request.url ?? '/', origin), headers: request.headers, method: request.method, body }
      asked.push(one)
      answer(one, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has such an address.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const outbound = createOutboundConnections({ allow: ['127.0.0.0/8'] })
  t.after(() => {
    outbound.close()
    server.close()
    server.closeAllConnections()
  })
  return { origin, asked, outbound }
}

export function json(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
