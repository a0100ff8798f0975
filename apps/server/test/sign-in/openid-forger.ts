import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

export type Claims = Readonly<Record<string, unknown>>

/** An identity provider that answers whatever a test wants, wrong things above all. */
export type Forger = AsyncDisposable & {
  readonly issuer: string
  readonly publicJwk: JWK
  readonly privateKey: CryptoKey
  /** The ID token of the next code; undefined: none. */
  idToken: string | undefined
  userInfo: Claims
  /** What the token endpoint was sent. */
  readonly asked: URLSearchParams[]
  /** An ID token as it should be, but for what is said here. */
  sign(
    claims: Claims,
    options?: { readonly key?: CryptoKey; readonly alg?: string; readonly typ?: string },
  ): Promise<string>
}

export const forgerClient = { clientId: 'rollcall', clientSecret: 'a secret of the tests' }

/** `now` is the clock of the tests. */
export async function startForger(now: () => Date, more: Claims = {}): Promise<Forger> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const asked: URLSearchParams[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.stringify(await answer(request))
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = issuerOf(server)

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          end_session_endpoint: `${issuer}/end`,
          jwks_uri: `${issuer}/keys`,
          id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256', 'ES256'],
          code_challenge_methods_supported: ['S256'],
          authorization_response_iss_parameter_supported: true,
          ...more,
        }
      case '/keys':
        return { keys: [publicJwk] }
      case '/token':
        asked.push(new URLSearchParams(await readText(request)))
        return { access_token: 'a', token_type: 'Bearer', id_token: forger.idToken }
      case '/userinfo':
        return forger.userInfo
      default:
        return {}
    }
  }

  const forger: Forger = {
    issuer,
    publicJwk,
    privateKey,
    idToken: undefined,
    userInfo: {},
    asked,
    sign: (claims, { key = privateKey, alg = 'RS256', typ } = {}) => {
      const seconds = Math.floor(now().getTime() / 1000)
      const all = { iss: issuer, aud: forgerClient.clientId, iat: seconds, exp: seconds + 300, ...claims }
      return new SignJWT(all).setProtectedHeader({ alg, kid: 'one', ...(typ !== undefined && { typ }) }).sign(key)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return forger
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  // A message without an encoding is read as bytes.
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function issuerOf(server: Server): string {
  // It listens on a port, never on a pipe.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
