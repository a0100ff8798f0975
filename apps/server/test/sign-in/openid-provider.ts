import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export type TestPersonClaims = Readonly<Record<string, unknown>>

/** An identity provider that is not our code, on a port of this machine. */
export type OpenIdProvider = AsyncDisposable & {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What it says of whoever signs in there under that name. */
  readonly people: Map<string, TestPersonClaims>
}

export type OpenIdProviderOptions = {
  /** Where it may send people and messages: addresses of ours, known once the identity provider exists here. */
  readonly client?: () => Record<string, unknown>
}

const clientId = 'rollcall'
const clientSecret = 'a secret of the tests, long enough for everybody'

/** Starts it. People sign in there by its own pages: any name of `people`, any password. */
export async function startOpenIdProvider(options: OpenIdProviderOptions = {}): Promise<OpenIdProvider> {
  const people = new Map<string, TestPersonClaims>()
  let provider: { readonly key: string; readonly listener: RequestListener } | undefined
  const server = createServer((request, response) => {
    const client = options.client?.() ?? {}
    const key = JSON.stringify(client)
    if (provider?.key !== key) provider = { key, listener: createProvider(issuerOf(server), client, people) }
    provider.listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    issuer: issuerOf(server),
    clientId,
    clientSecret,
    people,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function issuerOf(server: Server): string {
  // It listens on a port, never on a pipe.
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

function createProvider(
  issuer: string,
  client: Record<string, unknown>,
  people: ReadonlyMap<string, TestPersonClaims>,
): RequestListener {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: ['https://rollcall.test/none'],
        ...client,
      },
    ],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'oid'],
      groups: ['groups'],
    },
    scopes: ['openid', 'profile', 'email', 'groups'],
    features: {
      devInteractions: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true },
    },
    // Left to itself it refuses to call addresses of this machine.
    fetch: callAnybody,
    cookies: { keys: ['of the tests'] },
    findAccount: (_context: unknown, name: string) => ({
      accountId: name,
      claims: () => ({ sub: name, ...people.get(name) }),
    }),
  })
  return provider.callback()
}

/** Without the dispatcher that it gives along. */
function callAnybody(url: string, init: RequestInit): Promise<Response> {
  const { method, headers, body, redirect, signal } = init
  const given = Object.entries({ method, headers, body, redirect, signal }).filter(([, value]) => value !== undefined)
  return fetch(url, Object.fromEntries(given))
}
