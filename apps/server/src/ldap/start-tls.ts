import type { Socket } from 'node:net'
import { BerReader } from 'ldapts'
import { LdapError } from './ldap-error.ts'

/** RFC 4511 §4.14: an extended request with this name and the message id 1. */
const name = '1.3.6.1.4.1.1466.20037'
const request = Buffer.concat([
  Buffer.from([0x30, 7 + name.length, 0x02, 0x01, 0x01, 0x77, 2 + name.length, 0x80, name.length]),
  Buffer.from(name),
])
const responseTag = 0x78
/** An answer is a code and a sentence. */
const bytesMax = 64 * 1024

/** Asks for TLS on a connection on which nothing was said yet; when it resolves, the handshake may begin. */
export async function askForTls(socket: Socket): Promise<void> {
  socket.write(request)
  const answer = await readMessage(socket)
  const reader = new BerReader(answer)
  reader.readSequence()
  reader.readInt()
  if (reader.readSequence() !== responseTag) throw new LdapError('tls', 'The server does not answer as LDAP servers do')
  const code = reader.readEnumeration() ?? 0
  reader.readString()
  const said = reader.readString() ?? ''
  if (code !== 0) throw new LdapError('tls', `The server offers no StartTLS: ${said} (code ${code})`)
}

/** One message to its end. Bytes behind it were said before TLS and would be taken for said within it. */
function readMessage(socket: Socket): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  let read = Buffer.alloc(0)
  const onData = (data: Buffer): void => {
    read = Buffer.concat([read, data])
    const length = lengthOf(read)
    if (length === undefined && read.length < bytesMax) return
    if (length === read.length) resolve(read)
    else if (length === undefined || read.length > length)
      reject(new LdapError('tls', 'The server says more than the answer to StartTLS'))
  }
  const onEnd = (): void => reject(new LdapError('connect', 'The server closed the connection'))
  socket.on('data', onData)
  socket.once('error', reject)
  socket.once('close', onEnd)
  return promise.finally(() => {
    socket.off('data', onData)
    socket.off('error', reject)
    socket.off('close', onEnd)
    // Without anybody who reads, what comes next waits for the handshake.
    socket.pause()
  })
}

/** So many bytes the first message has; undefined: that is not known yet. */
function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined
  const reader = new BerReader(bytes)
  try {
    return reader.readSequence() === null ? undefined : reader.offset + reader.length
  } catch (cause) {
    throw new LdapError('tls', 'The server does not answer as LDAP servers do', { cause })
  }
}
