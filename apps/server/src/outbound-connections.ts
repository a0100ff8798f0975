import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import { createGuard, hostOf, type LookUpAddress, OutboundRefusal, toLookup, toOutboundUrl } from './outbound-guard.ts'
import { createLdapConnections, type LdapConnections } from './ldap/connections.ts'
import { type HeaderReader, readAnswer, toHeaders, type WholeAnswer } from './outbound-answer.ts'

/** A request to a server that an administrator named, as it goes over the wire. */
export type OutboundCall = {
  readonly method: string
  readonly url: string
  readonly headers: Headers | ReadonlyMap<string, string>
  readonly body: string | undefined
  /** Authorities (PEM) besides those of the system. */
  readonly ca?: string | undefined
  readonly signal: AbortSignal
}

/** An answer whose body is read as it comes; whoever asked reads it to its end or destroys it. */
export type OutboundStream = {
  readonly status: number
  readonly headers: HeaderReader
  readonly chunks: AsyncIterable<Uint8Array>
}

export type OutboundReply = WholeAnswer

/**
 * Asks servers that are asked again and again, over connections that stay open. Rejects with OutboundRefusal where it may
 * not go, else with what the network said.
 */
export type OutboundConnections = {
  send(call: OutboundCall): Promise<OutboundReply>
  /** To servers that speak LDAP. */
  readonly ldap: LdapConnections
  close(): void
}

/** The same for answers of any size. The signal ends the reading too; a body that breaks off is an error while it is read. */
export type OutboundStreams = {
  open(call: OutboundCall): Promise<OutboundStream>
  close(): void
}

/** A free connection is closed after so long: most servers keep them for five seconds. */
const idleMs = 4_000
const replyBytesMax = 64 * 1024 * 1024
/** Sets of authorities whose connections are kept. */
const agentsMax = 200

type Agents = { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent }

/**
 * To public addresses, and to those that the operator allowed; without TLS only to the latter. A name is looked up when a
 * connection is made and the connection goes to what was looked at. Certificates are verified, redirects not followed.
 */
export function createOutboundConnections(options: {
  /** CIDR ranges besides public addresses. */
  readonly allow: readonly string[]
  readonly lookUp?: LookUpAddress | undefined
}): OutboundConnections & OutboundStreams {
  const guard = createGuard(options)
  const ldap = createLdapConnections(guard)
  const agentsByCa = new Map<string, Agents>()
  const agentsFor = (ca = ''): Agents => {
    const found = agentsByCa.get(ca)
    if (found !== undefined) return found
    const made = createAgents(ca)
    agentsByCa.set(ca, made)
    const [oldest] = agentsByCa
    if (agentsByCa.size > agentsMax && oldest !== undefined) agentsByCa.delete(oldest[0])
    return made
  }
  const ask = async (call: OutboundCall): Promise<IncomingMessage> => {
    const url = toOutboundUrl(call.url)
    const isPlain = url.protocol === 'http:'
    // For an address there is no look-up that the guard could sit in.
    if (isIP(hostOf(url)) !== 0) await guard.resolve(hostOf(url), isPlain)
    const agent = agentsFor(call.ca)[isPlain ? 'http:' : 'https:']
    return await request(url, call, { agent, lookup: toLookup(guard, isPlain) })
  }
  return {
    ldap,
    close: () => {
      ldap.close()
      for (const agents of agentsByCa.values()) for (const agent of Object.values(agents)) agent.destroy()
    },
    send: async (call) => {
      const refuse = (message: string): Error => new OutboundRefusal(message)
      return await readAnswer(await ask(call), { bytesMax: replyBytesMax, refuse })
    },
    open: async (call) => {
      const response = await ask(call)
      // A message without an encoding is read as bytes.
      const chunks = response as AsyncIterable<Uint8Array>
      return { status: response.statusCode ?? 0, headers: toHeaders(response), chunks }
    },
  }
}

function createAgents(ca: string): Agents {
  const kept = { keepAlive: true, timeout: idleMs }
  return {
    'http:': new HttpAgent(kept),
    'https:': new HttpsAgent({ ...kept, ...(ca !== '' && { ca: [...rootCertificates, ca] }) }),
  }
}

function request(
  url: URL,
  call: OutboundCall,
  connection: { readonly agent: HttpAgent; readonly lookup: ReturnType<typeof toLookup> },
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const headers: Record<string, string> = Object.fromEntries(call.headers)
  if (call.body !== undefined) headers['content-length'] = String(Buffer.byteLength(call.body))
  const open = url.protocol === 'http:' ? requestHttp : requestHttps
  const sent = open(url, { method: call.method, headers, ...connection }, resolve)
  sent.on('error', reject)
  endWith(call.signal, sent)
  sent.end(call.body)
  return promise
}

/** As the option `signal` of Node, which costs as much as a tenth of the request. */
function endWith(signal: AbortSignal, sent: ClientRequest): void {
  const abort = (): void => void sent.destroy(signal.reason instanceof Error ? signal.reason : new Error('Aborted'))
  if (signal.aborted) return abort()
  signal.addEventListener('abort', abort, { once: true })
  sent.once('close', () => signal.removeEventListener('abort', abort))
}
