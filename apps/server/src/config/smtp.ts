import { isThisMachine } from '../this-machine.ts'

/** How the connection to a mail server is protected. */
export const smtpTlsModes = ['implicit', 'required', 'optional', 'none'] as const
export type SmtpTls = (typeof smtpTlsModes)[number]

export type SmtpServer = {
  readonly host: string
  readonly port: number
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: SmtpTls
}

const implicitPort = 465
const submissionPort = 587

/**
 * `smtps://` speaks TLS from the first byte (RFC 8314); `smtp://` demands STARTTLS, unless `?tls=optional` or `?tls=none`
 * says otherwise or the server is this very machine. Undefined for what is no such address.
 */
export function parseSmtpUrl(text: string): SmtpServer | undefined {
  if (!/^smtps?:\/\/./i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const { hostname, port, username, password, pathname, searchParams, hash } = url
  const isImplicit = url.protocol === 'smtps:'
  const tls = searchParams.get('tls') ?? (isImplicit ? 'implicit' : defaultTls(unbracket(hostname)))
  const known = smtpTlsModes.find((mode) => mode === tls)
  const isClean = hash === '' && pathname.length <= 1 && [...searchParams.keys()].every((name) => name === 'tls')
  if (hostname === '' || !isClean || known === undefined || isImplicit !== (known === 'implicit')) return undefined
  try {
    return {
      host: unbracket(hostname),
      port: port === '' ? defaultPort(known) : Number(port),
      user: username === '' ? undefined : decodeURIComponent(username),
      password: password === '' ? undefined : decodeURIComponent(password),
      tls: known,
    }
  } catch {
    return undefined
  }
}

/** Of the separate variables. */
export function toSmtpServer(given: {
  readonly host: string
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: SmtpTls | undefined
}): SmtpServer {
  const { host, user, password } = given
  const tls = given.tls ?? (given.port === implicitPort ? 'implicit' : defaultTls(host))
  return { host, user, password, tls, port: given.port ?? defaultPort(tls) }
}

// What stays on this machine nobody reads on the way.
function defaultTls(host: string): SmtpTls {
  return isThisMachine(host) ? 'optional' : 'required'
}

function defaultPort(tls: SmtpTls): number {
  return tls === 'implicit' ? implicitPort : submissionPort
}

function unbracket(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
