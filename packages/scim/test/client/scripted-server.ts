import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readAll } from 'node:stream/consumers'

/** A request as it arrived. */
export type SeenRequest = {
  readonly method: string
  /** With its query, as sent. */
  readonly url: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** Undefined when the body was no JSON. */
  readonly body: unknown
}

/** An answer to give; `hang` never answers, `drop` closes the connection, `half` breaks off inside the body. */
export type ScriptedAnswer =
  | 'hang'
  | 'drop'
  | 'half'
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
      readonly text?: string
    }

/** A real HTTP server on loopback that answers as a test says. */
export type ScriptedServer = AsyncDisposable & {
  readonly baseUrl: string
  readonly seen: readonly SeenRequest[]
}

/** Starts a server; `answer` is asked for every request, with the number of requests before it. */
export async function startScriptedServer(
  answer: (request: SeenRequest, index: number) => ScriptedAnswer,
): Promise<ScriptedServer> {
  const seen: SeenRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const text = await readAll(incoming)
    const url = incoming.url ?? ''
    const request: SeenRequest = {
      method: incoming.method ?? '',
      url,
      path: url.split('?')[0] ?? '',
      query: new URL(url, 'http://127.0.0.1').searchParams,
      headers: incoming.headers,
      text,
      body: parse(text),
    }
    seen.push(request)
    const given = answer(request, seen.length - 1)
    if (given === 'hang') return
    if (given === 'drop') return void incoming.socket.destroy()
    if (given === 'half') {
      outgoing.writeHead(200, { 'Content-Type': 'application/scim+json', 'Content-Length': '1000' })
      outgoing.write('{"id":', () => incoming.socket.destroy())
      return
    }
    const body = given.text ?? (given.body === undefined ? '' : JSON.stringify(given.body))
    outgoing.writeHead(given.status ?? 200, { 'Content-Type': 'application/scim+json', ...given.headers })
    outgoing.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/scim/v2`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
