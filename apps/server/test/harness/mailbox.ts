import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export type ReceivedMail = {
  /** As the envelope had it. */
  readonly from: string
  readonly to: readonly string[]
  readonly wasEncrypted: boolean
  readonly user: string | undefined
  readonly raw: string
  /** By lower-case name; encoded words decoded. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly html: string
}

export type Mailbox = AsyncDisposable & {
  readonly port: number
  readonly received: ReceivedMail[]
  /** What the server says to the next mails: an SMTP status; taken one by one, then all is well. */
  readonly refusals: number[]
}

const certificates = fileURLToPath(new URL('../ground/certificates/', import.meta.url))

/** The certificate that servers here show is its own authority. */
export const mailCaFile = `${certificates}first.cert.pem`

/** A real mail server on this machine that keeps what it gets. */
export async function createMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const received: ReceivedMail[] = []
  const refusals: number[] = []
  const server = new SMTPServer({
    key: readFileSync(`${certificates}first.key.pem`),
    cert: readFileSync(mailCaFile),
    authOptional: true,
    disabledCommands: options.secure === true ? ['STARTTLS'] : [],
    onRcptTo: (_address, _session, callback) => {
      const status = refusals.shift()
      callback(status === undefined ? null : Object.assign(new Error('Not today'), { responseCode: status }))
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { envelope, secure, user } = session
        received.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          wasEncrypted: secure,
          user: typeof user === 'string' ? user : undefined,
          ...parseMail(Buffer.concat(chunks).toString('utf8')),
        })
        callback()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    // A listening TCP server has such an address.
    port: (listener.address() as AddressInfo).port,
    received,
    refusals,
    [Symbol.asyncDispose]: () => new Promise((settle) => server.close(() => settle())),
  }
}

function parseMail(raw: string): Pick<ReceivedMail, 'raw' | 'headers' | 'text' | 'html'> {
  const { headers, body } = splitEntity(raw)
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1]
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, -1)
  const contents = parts.map((part) => splitEntity(part.replace(/^\r\n/, '')))
  const find = (type: string): string => {
    const part = contents.find((content) => content.headers.get('content-type')?.startsWith(type) === true)
    return part === undefined ? '' : decodeBody(part.body, part.headers.get('content-transfer-encoding'))
  }
  return { raw, headers, text: find('text/plain'), html: find('text/html') }
}

function splitEntity(text: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const end = text.indexOf('\r\n\r\n')
  const lines = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), decodeWords(line.slice(at + 1).trim())] as const
    }),
  )
  return { headers, body: text.slice(end + 4) }
}

/** RFC 2047 §2. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString() : decodeQuoted(word.replaceAll('_', ' ')),
    )
}

function decodeBody(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  const text = encoding === 'quoted-printable' ? decodeQuoted(body.replace(/=\r\n/g, '')) : body
  return text.replaceAll('\r\n', '\n')
}

function decodeQuoted(text: string): string {
  return decodeURIComponent(text.replaceAll('%', '%25').replace(/=([0-9A-F]{2})/gi, '%$1'))
}
