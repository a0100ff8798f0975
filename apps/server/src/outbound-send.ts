import { Agent as HttpAgent, request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import {
  createGuard,
  type Guard,
  hostOf,
  type LookUpAddress,
  OutboundRefusal,
  toLookup,
  toOutboundUrl,
} from './outbound-guard.ts'

/** A message to an address that an administrator typed in. */
export type OutboundMessage = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came back, or why nothing did. Never thrown: that a stranger's server is broken is nothing unexpected. */
export type OutboundResult = {
  /** Null: there was no answer. */
  readonly status: number | null
  /** For people; null where there was an answer. */
  readonly error: string | null
  readonly retryAfter: string | null
  /** The beginning of the body. */
  readonly excerpt: string
  readonly durationMs: number
}

export type OutboundSender = {
  send(message: OutboundMessage): Promise<OutboundResult>
  /** Why nothing may be sent there; undefined: it may, or its name means nothing at the moment. */
  findFlaw(url: string): Promise<string | undefined>
  close(): void
}

export type OutboundSenderOptions = {
  /** CIDR ranges besides public addresses. */
  readonly allow: readonly string[]
  /** By default the resolver of the machine. */
  readonly lookUp?: LookUpAddress | undefined
  /** Authorities in the place of those of the system. */
  readonly ca?: string | undefined
  readonly timeoutMs?: number
}

const timeoutMsDefault = 15_000
/** A free connection is closed after so long, so that the next message looks the name up anew. */
const idleMs = 4_000
const excerptBytes = 1_024
/** An answer that is longer is cut off, and its connection with it. */
const answerBytesMax = 64 * 1024

/**
 * Sends to public addresses, and to those that the operator allowed: by https, and by plain http only to the latter.
 * A name is looked up when a connection is made, every address of it must be allowed, and the connection goes to one of
 * these: there is no second look-up that could say something else. Redirects are not followed.
 */
export function createOutboundSender(options: OutboundSenderOptions): OutboundSender {
  const guard = createGuard(options)
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, timeout: idleMs }),
    'https:': new HttpsAgent({ keepAlive: true, timeout: idleMs, ...(options.ca !== undefined && { ca: options.ca }) }),
  }
  const settings = { guard, agents, timeoutMs: options.timeoutMs ?? timeoutMsDefault }
  return {
    findFlaw: (url) => findFlaw(guard, url),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy()
    },
    send: async (message) => {
      const startedMs = performance.now()
      const finish = (result: Omit<OutboundResult, 'durationMs'>): OutboundResult => ({
        ...result,
        durationMs: Math.round(performance.now() - startedMs),
      })
      try {
        return finish(await sendOnce(settings, message))
      } catch (error) {
        return finish({ status: null, error: describe(error, settings.timeoutMs), retryAfter: null, excerpt: '' })
      }
    },
  }
}

async function findFlaw(guard: Guard, text: string): Promise<string | undefined> {
  try {
    const url = toOutboundUrl(text)
    await guard.resolve(hostOf(url), url.protocol === 'http:')
    return undefined
  } catch (error) {
    return error instanceof OutboundRefusal ? error.message : undefined
  }
}

type Settings = {
  readonly guard: Guard
  readonly agents: { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent }
  readonly timeoutMs: number
}

type Answered = Omit<OutboundResult, 'durationMs'>

async function sendOnce(settings: Settings, message: OutboundMessage): Promise<Answered> {
  const url = toOutboundUrl(message.url)
  const isPlain = url.protocol === 'http:'
  const host = hostOf(url)
  // For an address there is no look-up that the guard could sit in.
  if (isIP(host) !== 0) await settings.guard.resolve(host, isPlain)
  const signal = AbortSignal.timeout(settings.timeoutMs)
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...message.headers, 'content-length': String(Buffer.byteLength(message.body)) },
    signal,
    lookup: toLookup(settings.guard, isPlain),
  }
  try {
    return await exchange(url, { ...options, agent: agentOf(settings, url) }, message.body)
  } catch (error) {
    // The other side closed a kept connection just as we used it: nothing was answered, so it is sent once more.
    if (!(error instanceof StaleConnection)) throw error
    return await exchange(url, { ...options, agent: false }, message.body)
  }
}

function agentOf({ agents }: Settings, url: URL): HttpAgent {
  return url.protocol === 'http:' ? agents['http:'] : agents['https:']
}

class StaleConnection extends Error {}

function exchange(url: URL, options: RequestOptions, body: string): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options, (response) => {
    readStart(response).then(
      (excerpt) =>
        resolve({
          status: response.statusCode ?? 0,
          error: null,
          retryAfter: response.headers['retry-after'] ?? null,
          excerpt,
        }),
      reject,
    )
  })
  request.on('error', (error) => {
    const isStale = request.reusedSocket && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
    reject(isStale ? new StaleConnection() : error)
  })
  request.end(body)
  return promise
}

/** The beginning of the body; the rest is read too where it is short, so that the connection can be used again. */
async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  let kept = 0
  let bytes = 0
  // A message without an encoding is read as bytes.
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    if (kept < excerptBytes) chunks.push(chunk.subarray(0, excerptBytes - kept))
    kept = Math.min(excerptBytes, kept + chunk.byteLength)
    bytes += chunk.byteLength
    if (bytes > answerBytesMax) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function describe(error: unknown, timeoutMs: number): string {
  if (error instanceof OutboundRefusal) return error.message
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `No answer within ${timeoutMs / 1000} seconds`
  // Several addresses were tried, and each has its own reason.
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : []
  const reason = all[0] instanceof Error ? all[0] : error
  return 'code' in reason ? `${String(reason.code)}: ${reason.message}` : reason.message
}
