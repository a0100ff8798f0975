import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createReach, OutboundError } from './outbound-fetch.ts'

/** Bytes for a server that somebody typed in and that speaks no HTTP. */
export type OutboundMessage = {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly bytes: Buffer
}

/** Resolves when the other side has taken all bytes and closed the connection in order; rejects with OutboundError. */
export type OutboundTcp = (message: OutboundMessage) => Promise<void>

const timeoutMs = 10_000

/** To public addresses only, and to those that the operator allowed; the connection goes to the address that was looked at. */
export function createOutboundTcp(options: {
  /** CIDR ranges besides public addresses. */
  readonly allow: readonly string[]
  /** Authorities besides those of the system. */
  readonly ca?: string
}): OutboundTcp {
  const reach = createReach(options.allow)
  return async ({ host, port, tls, bytes }) => {
    const { address } = await reach(host, !tls)
    const socket = tls
      ? connectTls({
          host: address,
          port,
          ...(isIP(host) === 0 && { servername: host }),
          ...(options.ca !== undefined && { ca: options.ca }),
        })
      : connectTcp({ host: address, port })
    await write(socket, { event: tls ? 'secureConnect' : 'connect', bytes }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new OutboundError(`${host}:${port} did not take it: ${reason}`, { cause })
    })
  }
}

function write(
  socket: Socket,
  { event, bytes }: { readonly event: 'connect' | 'secureConnect'; readonly bytes: Buffer },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let isSent = false
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')))
  socket.on('error', reject)
  // What it may say is of no use, but must be read for the end to come.
  socket.resume()
  socket.once(event, () => socket.end(bytes, () => (isSent = true)))
  socket.on('close', () => (isSent ? resolve() : reject(new Error('the connection was closed'))))
  return promise
}
