import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, rootCertificates } from 'node:tls'
import { type Guard, OutboundRefusal } from '../outbound-guard.ts'
import { LdapError } from './ldap-error.ts'
import { type LdapAddress, type LdapServer, parseLdapUrl } from './ldap-server.ts'
import { askForTls } from './start-tls.ts'

/** A name may have several addresses, of which some do not answer. */
const connectMs = 5_000

/**
 * A connection that is ready for LDAP: to an address that the guard let through and no other, with TLS wherever the server
 * is not one that the operator allowed without. Throws LdapError.
 */
export async function openSocket(guard: Guard, server: LdapServer, signal: AbortSignal): Promise<Socket> {
  const address = parseLdapUrl(server.url)
  if (address === undefined) throw new LdapError('refused', `"${server.url.slice(0, 100)}" is no LDAP address`)
  const isEncrypted = address.isTls || server.startTls
  const socket = await connectFirst(await resolve(guard, address.host, !isEncrypted), address.port, signal)
  if (!isEncrypted) return socket
  const stop = (): void => void socket.destroy(toAborted(signal))
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (!address.isTls) await askForTls(socket)
    return await encrypt(socket, address, server.ca)
  } catch (error) {
    socket.destroy()
    throw error instanceof LdapError ? error : toConnectError(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

type Resolved = Awaited<ReturnType<Guard['resolve']>>

async function resolve(guard: Guard, host: string, isPlain: boolean): Promise<Resolved> {
  try {
    const found = await guard.resolve(host, isPlain)
    if (found.length === 0) throw new LdapError('name', `${host} has no address`)
    return found
  } catch (cause) {
    if (cause instanceof LdapError) throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new LdapError(cause instanceof OutboundRefusal ? 'refused' : 'name', said, { cause })
  }
}

/** The first that answers: domain controllers come and go. */
async function connectFirst(addresses: Resolved, port: number, signal: AbortSignal): Promise<Socket> {
  let last: unknown
  for (const { address } of addresses) {
    if (signal.aborted) throw toAborted(signal)
    try {
      return await connect(address, port, signal)
    } catch (error) {
      last = error
    }
  }
  throw last instanceof LdapError ? last : toConnectError(last)
}

function connect(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve: done, reject } = Promise.withResolvers<Socket>()
  const socket = connectTcp({ host, port, noDelay: true })
  const fail = (error: Error): void => {
    socket.destroy()
    reject(error)
  }
  const stop = (): void => fail(toAborted(signal))
  const timer = setTimeout(() => fail(new LdapError('connect', `${host}:${port} does not answer`)), connectMs)
  signal.addEventListener('abort', stop, { once: true })
  socket.once('error', fail)
  socket.once('connect', () => done(socket))
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    socket.off('error', fail)
    // Until somebody else listens, an error must not end the process.
    socket.on('error', ignore)
  })
}

function ignore(): void {}

/** Verified against the name that was asked for, not the address it led to. */
function encrypt(socket: Socket, { host }: LdapAddress, ca: string | undefined): Promise<Socket> {
  const { promise, resolve: done, reject } = Promise.withResolvers<Socket>()
  const secured = connectTls({
    socket,
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
  })
  const onClose = (): void => reject(new LdapError('connect', 'The server closed the connection during the handshake'))
  secured.once('secureConnect', () => done(secured))
  secured.once('error', reject)
  secured.once('close', onClose)
  return promise.finally(() => {
    secured.off('error', reject)
    secured.off('close', onClose)
    secured.on('error', ignore)
  })
}

export function toAborted({ reason }: AbortSignal): LdapError {
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError'
  return isTimeout
    ? new LdapError('timeout', 'There was no answer in time', { cause: reason })
    : new LdapError('aborted', 'We stopped waiting', { cause: reason })
}

const tlsCodes =
  /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|EPROTO)/

function toConnectError(cause: unknown): LdapError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const said = cause instanceof Error ? cause.message : String(cause)
  return new LdapError(tlsCodes.test(code) ? 'tls' : 'connect', code === '' ? said : `${code}: ${said}`, { cause })
}
