import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import { isMailAddress } from '../access/mail-address.ts'

/** As the configuration has it. */
export type MailServer = {
  readonly host: string
  readonly port: number
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: 'implicit' | 'required' | 'optional' | 'none'
  /** PEM file of the certificates that the server's one may descend from. */
  readonly caFile: string | undefined
}

export type OutgoingMail = {
  readonly from: string
  readonly to: string
  readonly messageId: string
  readonly date: Date
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/**
 * What became of an attempt. `refused`: the server will never take this mail; `later`: it may take it another time;
 * `unreachable`: nothing is wrong with the mail, the server cannot be spoken to.
 */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused' | 'later' | 'unreachable'; readonly reason: string }

export type MailTransport = {
  send(mail: OutgoingMail): Promise<SendOutcome>
  close(): void
}

/** Connections to the mail server at once. */
export const mailConnectionsMax = 3
const connectTimeoutMs = 10_000
const silenceTimeoutMs = 30_000
/** After that an attempt counts as failed, whatever the connection still does. */
export const sendTimeoutMs = 60_000
const mailsPerConnectionMax = 100
const reasonCharactersMax = 500

export function createMailTransport(
  server: MailServer,
  options: { readonly connectTimeoutMs?: number } = {},
): MailTransport {
  const transport = createSmtp(server, options.connectTimeoutMs ?? connectTimeoutMs)
  return {
    send: async (mail) => {
      if (!isMailAddress(mail.to)) return { kind: 'refused', reason: 'The recipient is not one bare mail address' }
      try {
        await within(sendTimeoutMs, transport.sendMail(toMessage(mail)))
        return { kind: 'sent' }
      } catch (error) {
        return { kind: kindOf(error), reason: reasonOf(error) }
      }
    },
    close: () => transport.close(),
  }
}

/** Undefined when the server takes us as it is configured; else what is wrong. */
export async function verifyMailServer(server: MailServer): Promise<string | undefined> {
  try {
    const transport = createSmtp(server, connectTimeoutMs)
    await within(sendTimeoutMs, transport.verify()).finally(() => transport.close())
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

function createSmtp(server: MailServer, patienceMs: number) {
  const { host, port, user, password, tls } = server
  const ca = server.caFile === undefined ? {} : { ca: readFileSync(server.caFile) }
  return createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    // Whoever may take TLS away entirely may as well show a wrong certificate.
    tls: { ...ca, rejectUnauthorized: tls !== 'optional', minVersion: 'TLSv1.2' },
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    pool: true,
    maxConnections: mailConnectionsMax,
    maxMessages: mailsPerConnectionMax,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: silenceTimeoutMs,
    // No mail of ours has a file or an address in it that the library should fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function toMessage({ from, to, messageId, date, language, subject, text, html }: OutgoingMail) {
  return {
    // As objects, so that nobody parses them; the envelope has the one address and no other.
    from: { name: 'Rollcall', address: from },
    to: { name: '', address: to },
    envelope: { from, to: [to] },
    messageId,
    date,
    subject,
    text,
    html,
    headers: {
      // RFC 3834 §5: holiday notices must not answer.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': language,
    },
  }
}

const unreachableCodes = new Set([
  'EAUTH',
  'ENOAUTH',
  'ETLS',
  'ECONNECTION',
  'ETIMEDOUT',
  'ESOCKET',
  'EDNS',
  'EPROTOCOL',
  'EPROXY',
  'ECONNREFUSED',
  'ECONNRESET',
])

function kindOf(error: unknown): Exclude<SendOutcome['kind'], 'sent'> {
  if (!(error instanceof Error)) return 'later'
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (unreachableCodes.has(code) || status === 421) return 'unreachable'
  return status !== undefined && status >= 500 ? 'refused' : 'later'
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/[\p{Cc}]+/gu, ' ').slice(0, reasonCharactersMax)
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`The mail server took more than ${ms / 1000} seconds`)), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
