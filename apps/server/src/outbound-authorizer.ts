import type { TargetCredentials } from '@rollcall/admin-api'
import { isJsonObject } from '@rollcall/scim'
import { OutboundRefusal } from './outbound-guard.ts'
import type { OutboundCall, OutboundReply } from './outbound-connections.ts'

/** No request can be made, since the app would not know who asks. */
export class CredentialsError extends Error {
  readonly reason: 'TokenRefused' | 'TokenServerFailed' | 'AddressNotAllowed'

  constructor(reason: CredentialsError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** A request of fetch, or what has headers like one. */
export type Unauthorized = { readonly headers: { set(name: string, value: string): unknown } }

/** Puts the credentials on requests. */
export type Authorizer = {
  authorize(request: Unauthorized): Promise<void>
  /** The app took them for none: a token that was given is not used again. */
  forget(): void
  /** What must stand in nothing that is kept, should the app repeat it. */
  secrets(): readonly string[]
}

/** What servers of others know us by: those of apps, and a key in a header of its own. */
export type OutboundCredentials =
  | TargetCredentials
  | { readonly kind: 'apiKey'; readonly header: string; readonly key: string }

type OAuth = Extract<TargetCredentials, { readonly kind: 'oauth' }>

export type AuthorizerParts = {
  readonly send: (call: OutboundCall) => Promise<OutboundReply>
  readonly ca: string | undefined
  readonly now: () => number
}

export function createAuthorizer(credentials: OutboundCredentials | null, parts: AuthorizerParts): Authorizer {
  if (credentials === null) return { authorize: async () => {}, forget: () => {}, secrets: () => [] }
  switch (credentials.kind) {
    case 'bearer':
      return fixed('Authorization', `Bearer ${credentials.token}`, [credentials.token])
    case 'apiKey':
      return fixed(credentials.header, credentials.key, [credentials.key])
    case 'basic':
      return fixed('Authorization', `Basic ${toBasic(credentials.user, credentials.password)}`, [
        credentials.password,
        toBasic(credentials.user, credentials.password),
      ])
    case 'oauth':
      return createOAuthAuthorizer(credentials, parts)
    case 'ldap':
      throw new Error('Credentials of a directory are no credentials of an app that speaks SCIM')
    default:
      return credentials satisfies never
  }
}

function fixed(header: string, value: string, secrets: readonly string[]): Authorizer {
  return {
    authorize: async ({ headers }) => void headers.set(header, value),
    forget: () => {},
    secrets: () => secrets,
  }
}

function toBasic(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64')
}

/** A token is taken anew so long before it ends. */
const earlyMs = 60_000
/** For servers that do not say how long a token holds. */
const tokenMsDefault = 5 * 60_000
const timeoutMs = 15_000

function createOAuthAuthorizer(credentials: OAuth, parts: AuthorizerParts): Authorizer {
  let held: { readonly token: Promise<Token> } | undefined
  let until = 0
  let last: string | undefined
  async function take(): Promise<Token> {
    if (held === undefined || parts.now() >= until) {
      // One request for all that wait.
      held = { token: fetchToken(credentials, parts) }
      until = Number.POSITIVE_INFINITY
    }
    const mine = held
    try {
      const token = await mine.token
      if (held === mine) until = token.until
      last = token.text
      return token
    } catch (error) {
      if (held === mine) held = undefined
      throw error
    }
  }
  return {
    authorize: async (request) => {
      const { text } = await take()
      request.headers.set('Authorization', `Bearer ${text}`)
    },
    forget: () => {
      held = undefined
    },
    secrets: () => (last === undefined ? [credentials.clientSecret] : [credentials.clientSecret, last]),
  }
}

type Token = { readonly text: string; readonly until: number }

/** RFC 6749 §4.4. */
async function fetchToken(credentials: OAuth, { send, ca, now }: AuthorizerParts): Promise<Token> {
  const askedAt = now()
  const reply = await askForToken(credentials, { send, ca, now })
  const body = parse(reply.text)
  if (reply.status === 400 || reply.status === 401 || reply.status === 403)
    throw new CredentialsError('TokenRefused', `The token server refused: ${sayError(body) ?? reply.status}`)
  const token = body?.['access_token']
  if (reply.status !== 200 || typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new CredentialsError('TokenServerFailed', `The token server answered ${reply.status} without a token`)
  const seconds = Number(body?.['expires_in'])
  const lifeMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : tokenMsDefault
  return { text: token, until: askedAt + Math.max(lifeMs / 2, lifeMs - earlyMs) }
}

async function askForToken(credentials: OAuth, { send, ca }: AuthorizerParts): Promise<OutboundReply> {
  const { clientId, clientSecret, scope, audience, secretIn } = credentials
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scope !== undefined) form.set('scope', scope)
  if (audience !== undefined) form.set('audience', audience)
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' })
  if (secretIn === 'body') {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
  } else
    headers.set('authorization', `Basic ${toBasic(encodeURIComponent(clientId), encodeURIComponent(clientSecret))}`)
  const body = form.toString()
  try {
    return await send({
      method: 'POST',
      url: credentials.tokenUrl,
      headers,
      body,
      ca,
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    const reason = cause instanceof OutboundRefusal ? 'AddressNotAllowed' : 'TokenServerFailed'
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new CredentialsError(reason, `The token server did not answer: ${said}`, { cause })
  }
}

function parse(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const body: unknown = JSON.parse(text)
    return isJsonObject(body) ? body : undefined
  } catch {
    return undefined
  }
}

function sayError(body: { readonly [name: string]: unknown } | undefined): string | undefined {
  const said = [body?.['error'], body?.['error_description']].filter((part) => typeof part === 'string').join(': ')
  return said === '' ? undefined : said.slice(0, 500)
}
