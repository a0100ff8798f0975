import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, rootCertificates, type DetailedPeerCertificate } from 'node:tls'
import type { SourcePlace } from '@rollcall/admin-api'
import { askForTls } from '../ldap/start-tls.ts'
import type { Guard } from '../outbound-guard.ts'

/** One stretch of the way to a source, with how long it took. */
export type SourceStep = {
  readonly name: 'resolve' | 'connect' | 'secure' | 'signIn' | 'read'
  readonly isDone: boolean
  readonly ms: number
  /** What was found, or why it went no further; for people. */
  readonly detail: string | undefined
}

type Endpoint = {
  readonly host: string
  readonly port: number
  /** How TLS begins: at once, or after it was asked for in the words of the protocol. */
  readonly tls: 'none' | 'atOnce' | 'postgres' | 'ldap'
  readonly ca: string | undefined
}

const connectMsMax = 5_000
const chainMax = 5

/** Goes the way to the server of a source step by step, up to the first that fails; none for what lies here. */
export async function walkToSource(
  place: SourcePlace,
  guard: Guard,
  signal: AbortSignal,
): Promise<readonly SourceStep[]> {
  const endpoint = findEndpoint(place)
  if (endpoint === undefined) return []
  const steps: SourceStep[] = []
  const sockets: Socket[] = []
  const take = async <Value>(name: SourceStep['name'], go: () => Promise<readonly [Value, string]>): Promise<Value> => {
    const { step, value } = await timeStep(name, go)
    steps.push(step)
    if (value === undefined) throw new StepFailed()
    return value
  }
  try {
    const addresses = await take('resolve', () => resolve(guard, endpoint))
    const socket = await take('connect', async () => connectFirst(addresses, endpoint.port, signal))
    sockets.push(socket)
    if (endpoint.tls !== 'none') await take('secure', () => secure(socket, endpoint, signal))
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  return steps
}

class StepFailed extends Error {}

/** How long something took, and what came of it. */
export async function timeStep<Value>(
  name: SourceStep['name'],
  go: () => Promise<readonly [Value, string | undefined]>,
): Promise<{ readonly step: SourceStep; readonly value: Value | undefined; readonly error: unknown }> {
  const begun = performance.now()
  const toStep = (isDone: boolean, detail: string | undefined): SourceStep => ({
    name,
    isDone,
    ms: Math.round(performance.now() - begun),
    detail,
  })
  try {
    const [value, detail] = await go()
    return { step: toStep(true, detail), value, error: undefined }
  } catch (error) {
    return { step: toStep(false, describe(error)), value: undefined, error }
  }
}

function describe(error: unknown): string {
  // Several addresses were tried, and each has its own reason.
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : []
  const first = all[0] ?? error
  if (!(first instanceof Error)) return String(first)
  return 'code' in first && !first.message.includes(String(first.code))
    ? `${String(first.code)}: ${first.message}`
    : first.message
}

function findEndpoint(place: SourcePlace): Endpoint | undefined {
  switch (place.kind) {
    case 'url':
    case 'http':
    case 'scim':
      return toWebEndpoint(place.url, place.ca)
    case 'sql': {
      const { host, port, tls, ca } = place
      return { host, port, tls: tls === 'off' ? 'none' : 'postgres', ca }
    }
    case 'ldap': {
      const { host, tls, ca } = place
      const { port = tls === 'ldaps' ? 636 : 389 } = place
      return { host, port, tls: tls === 'off' ? 'none' : tls === 'ldaps' ? 'atOnce' : 'ldap', ca }
    }
    case 'file':
    case 'folder':
    case 'upload':
      return undefined
    default:
      return place satisfies never
  }
}

function toWebEndpoint(address: string, ca: string | undefined): Endpoint {
  const url = new URL(address)
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, tls: isTls ? 'atOnce' : 'none', ca }
}

async function resolve(guard: Guard, { host, tls }: Endpoint): Promise<readonly [readonly string[], string]> {
  const found = await guard.resolve(host, tls === 'none')
  const addresses = found.map(({ address }) => address)
  if (addresses.length === 0) throw new Error(`${host} has no address`)
  return [addresses, addresses.join(', ')]
}

async function connectFirst(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<readonly [Socket, string]> {
  const failures: unknown[] = []
  for (const address of addresses) {
    try {
      return [await connect(address, port, signal), isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`]
    } catch (error) {
      failures.push(error)
    }
  }
  throw new AggregateError(failures, 'No address answers')
}

function connect(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve: done, reject } = Promise.withResolvers<Socket>()
  const socket = connectTcp({ host, port })
  socket.setTimeout(connectMsMax, () => socket.destroy(new Error(`${host}:${port} does not answer`)))
  const stop = (): void => void socket.destroy(new Error('There was no answer in time'))
  signal.addEventListener('abort', stop, { once: true })
  socket.once('connect', () => done(socket))
  // Stays, since nobody else listens until TLS begins.
  socket.on('error', reject)
  return promise
}

async function secure(plain: Socket, endpoint: Endpoint, signal: AbortSignal): Promise<readonly [true, string]> {
  const { host, ca } = endpoint
  if (endpoint.tls === 'postgres') await askPostgresForTls(plain)
  if (endpoint.tls === 'ldap') await askForTls(plain)
  const { promise, resolve: done, reject } = Promise.withResolvers<readonly [true, string]>()
  const socket = connectTls({
    socket: plain,
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
  })
  const stop = (): void => void socket.destroy(new Error('There was no answer in time'))
  signal.addEventListener('abort', stop, { once: true })
  socket.once('secureConnect', () =>
    done([true, [socket.getProtocol(), printChain(socket.getPeerCertificate(true))].filter(Boolean).join(', ')]),
  )
  socket.on('error', reject)
  socket.once('close', () => reject(new Error('The server closed the connection during the handshake')))
  return await promise
}

/** PostgreSQL's protocol, 55.2.11: a request of eight bytes, answered by one letter. */
async function askPostgresForTls(socket: Socket): Promise<void> {
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
  const { promise, resolve: done, reject } = Promise.withResolvers<Buffer>()
  socket.once('data', done)
  socket.once('close', () => reject(new Error('The server closed the connection')))
  const answer = await promise
  socket.pause()
  if (answer.toString('latin1') !== 'S') throw new Error('The server offers no TLS')
}

/** The names of a chain from the server up, and until when the first one holds. */
function printChain(certificate: DetailedPeerCertificate): string {
  const names: string[] = []
  let at: DetailedPeerCertificate | undefined = certificate
  while (at !== undefined && names.length < chainMax) {
    names.push(nameOf(at.subject))
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate
  }
  const until = new Date(certificate.valid_to)
  const end = Number.isNaN(until.getTime()) ? [] : [until.toISOString().slice(0, 10)]
  return [names.join(' ← '), ...end].join(', ')
}

function nameOf(subject: DetailedPeerCertificate['subject'] | undefined): string {
  return [subject?.CN ?? subject?.O ?? '?'].flat().join(', ')
}
