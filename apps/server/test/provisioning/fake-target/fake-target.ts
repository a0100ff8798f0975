import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readAll } from 'node:stream/consumers'
import { createAccounts, type Accounts } from './accounts.ts'
import { answerRequest, type FakeAnswer, type FakeParts } from './answer-request.ts'
import type { Fault, SeenRequest } from './faults.ts'
import { goodServer, type FakeQuirks } from './quirks.ts'
import { Refusal } from './refusal.ts'

export { faults, type Fault, type SeenRequest } from './faults.ts'

/** Somebody else's SCIM server, in this process and on a port of it. */
export type FakeTarget = AsyncDisposable & {
  /** What stands before `/Users`. */
  readonly baseUrl: string
  readonly token: string
  readonly users: Accounts
  readonly groups: Accounts
  /** May be changed at any time. */
  readonly quirks: FakeQuirks
  /** Asked for each request; the test puts its own there. */
  fault: (request: SeenRequest) => Fault
  /** Requests since `clearCounts`, by `POST /Users`, `PATCH /Users/…`. */
  readonly counts: ReadonlyMap<string, number>
  readonly requests: number
  clearCounts(): void
  /** The last 1,000 requests. */
  readonly seen: readonly SeenRequest[]
  /** Does what is late and due by now, oldest first. Called before every request too. */
  applyLate(): void
  /** In the place of the network: the same server without sockets. A drop rejects. */
  readonly fetch: (request: Request) => Promise<Response>
  close(): Promise<void>
}

export type FakeTargetOptions = {
  readonly quirks?: Partial<FakeQuirks>
  /** Milliseconds; by default the clock of the machine. */
  readonly now?: () => number
  readonly token?: string
}

const seenMax = 1_000

class Dropped extends Error {}

/** Starts a server on loopback. */
export async function startFakeTarget(options: FakeTargetOptions = {}): Promise<FakeTarget> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const target = createFakeTarget({ ...options, baseUrl: `http://127.0.0.1:${port}/scim/v2` })
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void forward(incoming, outgoing, target)
  })
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return Object.assign(target, { close, [Symbol.asyncDispose]: close })
}

/** The same without a port: `fetch` is the network. */
export function createFakeTarget(options: FakeTargetOptions & { readonly baseUrl?: string } = {}): FakeTarget {
  const now = options.now ?? Date.now
  const quirks: FakeQuirks = { ...goodServer, ...options.quirks }
  const baseUrl = options.baseUrl ?? 'https://target.test/scim/v2'
  const parts: FakeParts = {
    baseUrl,
    quirks,
    users: createAccounts({ nameAttribute: 'userName', prefix: 'u', quirks, now }),
    groups: createAccounts({ nameAttribute: 'displayName', prefix: 'g', quirks, now }),
  }
  const counts = new Map<string, number>()
  const seen: SeenRequest[] = []
  const late: { readonly at: number; readonly run: () => void }[] = []
  let requests = 0

  const target: FakeTarget = {
    ...parts,
    token: options.token ?? 'fake-token',
    fault: () => 'none',
    counts,
    get requests() {
      return requests
    },
    clearCounts: () => {
      counts.clear()
      requests = 0
    },
    seen,
    applyLate: () => {
      for (const item of late.filter(({ at }) => at <= now()).toSorted((left, right) => left.at - right.at)) {
        late.splice(late.indexOf(item), 1)
        item.run()
      }
    },
    fetch: async (request) => {
      target.applyLate()
      requests += 1
      const read = await readRequest(request, baseUrl, requests)
      note(read)
      return await settle(read, target, (byMs) =>
        late.push({ at: now() + byMs, run: () => void tryAnswer(read, parts, target.token) }),
      )
    },
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }

  function note(request: SeenRequest): void {
    const name = `${request.method} ${request.path.replace(/^(\/\w+)\/.+$/, '$1/…')}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
    seen.push(request)
    if (seen.length > seenMax) seen.shift()
  }

  async function settle(
    request: SeenRequest,
    { fault, token }: FakeTarget,
    postpone: (byMs: number) => void,
  ): Promise<Response> {
    const wrong = fault(request)
    if (wrong === 'hang') return await new Promise<never>(() => {})
    if (wrong === 'dropBefore') throw new Dropped('reset before')
    if (typeof wrong === 'object' && wrong.kind === 'late') {
      postpone(wrong.byMs)
      throw new Dropped('reset, done later')
    }
    if (typeof wrong === 'object') return toResponse({ ...wrong, headers: { ...wrong.headers } }, wrong.html)
    const answer = tryAnswer(request, parts, token)
    if (wrong === 'dropAfter') throw new Dropped('reset after')
    if (wrong === 'hangAfter') return await new Promise<never>(() => {})
    return toResponse(answer)
  }

  return target
}

function tryAnswer(request: SeenRequest, parts: FakeParts, token: string): FakeAnswer {
  try {
    if (request.headers.get('authorization') !== `Bearer ${token}`) throw new Refusal(401, 'Who are you?')
    return answerRequest(request, parts)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, scimType, message } = error
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error']
    return { status, body: { schemas, status: String(status), scimType, detail: message } }
  }
}

function toResponse({ status, body, headers }: FakeAnswer, html?: string): Response {
  const type = html === undefined ? 'application/scim+json' : 'text/html'
  const text = html ?? (body === undefined ? null : JSON.stringify(body))
  return new Response(text, { status, headers: { 'Content-Type': type, ...headers } })
}

async function readRequest(request: Request, baseUrl: string, number: number): Promise<SeenRequest> {
  const url = new URL(request.url)
  const text = await request.text()
  const path = url.pathname.slice(new URL(baseUrl).pathname.length)
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return { method: request.method, path, query: url.searchParams, headers: request.headers, body, number }
}

async function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: FakeTarget): Promise<void> {
  const { method = 'GET', url = '/' } = incoming
  const text = await readAll(incoming)
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const request = new Request(new URL(url, target.baseUrl), {
    method,
    headers,
    ...(text !== '' && { body: text }),
  })
  try {
    const response = await target.fetch(request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(await response.text())
  } catch (error) {
    if (!(error instanceof Dropped)) throw error
    incoming.socket.destroy()
  }
}
