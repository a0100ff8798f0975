import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer as createHttps } from 'node:https'
import { createServer as createHttp, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TargetCredentials } from '@rollcall/admin-api'
import { createOutboundConnections, type OutboundConnections } from '../../src/outbound-connections.ts'
import type { LookUpAddress } from '../../src/outbound-guard.ts'
import { openTarget } from '../../src/provisioning/targets/scim/open-target.ts'
import type { Exchange, Outcome, Target } from '../../src/provisioning/targets/target.ts'
import { startFakeTarget } from './fake-target/fake-target.ts'
import { outboundAllow } from './fake-target/open-fake.ts'

const certificate = (name: string): string =>
  readFileSync(new URL(`../ground/certificates/${name}.pem`, import.meta.url), 'utf8')

type Server = AsyncDisposable & { readonly port: number; readonly connections: () => number }

async function serve(
  listener: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Server> {
  const server = tls === undefined ? createHttp(listener) : createHttps(tls, listener)
  let connections = 0
  server.on(tls === undefined ? 'connection' : 'secureConnection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    port,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const nobody: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/scim+json' }).end('{"totalResults":0,"Resources":[]}')
}

type Opening = {
  readonly url: string
  readonly ca?: string
  readonly credentials?: TargetCredentials
  readonly now?: () => number
  readonly onExchange?: (exchange: Exchange) => void
}

function open(connections: OutboundConnections, { url, ca, credentials, now = Date.now, ...rest }: Opening): Target {
  return openTarget(
    {
      target: { kind: 'scim', baseUrl: url, profile: {}, ...(ca !== undefined && { ca }) },
      credentials: credentials ?? { kind: 'bearer', token: 'secret-token' },
    },
    { send: (call) => connections.send(call), now, ...rest },
  )
}

function tell(outcome: Outcome<unknown>): string {
  return outcome.kind === 'done' ? 'done' : `${outcome.kind} ${outcome.reason}`
}

test('an app at an address that is nobody’s public one is not asked, however the address is written', async () => {
  const lookUp: LookUpAddress = async (host) =>
    host === 'mixed.example'
      ? [
          { address: '93.184.216.34', family: 4 },
          { address: '10.0.0.1', family: 4 },
        ]
      : [{ address: '169.254.169.254', family: 4 }]
  const connections = createOutboundConnections({ allow: [], lookUp })
  for (const url of [
    'https://169.254.169.254/scim',
    'https://127.0.0.1/scim',
    'https://2130706433/scim',
    'https://[::1]/scim',
    'https://[::ffff:10.0.0.1]/scim',
    'https://metadata.example/scim',
    'https://mixed.example/scim',
  ])
    assert.equal(tell(await open(connections, { url }).probe()), 'broken AddressNotAllowed', url)
  connections.close()
})

test('the address that was looked at is the one that is connected to; without TLS only where the operator allowed it', async () => {
  await using server = await serve(nobody)
  const asked: string[] = []
  const lookUp: LookUpAddress = async (host) => {
    asked.push(host)
    return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
  }
  const url = `http://app.example:${server.port}/scim`
  const connections = createOutboundConnections({ allow: ['127.0.0.1/32'], lookUp })
  assert.equal(tell(await open(connections, { url }).probe()), 'done')
  connections.close()
  const fresh = createOutboundConnections({ allow: ['127.0.0.1/32'], lookUp })
  assert.equal(tell(await open(fresh, { url }).probe()), 'broken AddressNotAllowed')
  assert.deepEqual(asked, ['app.example', 'app.example'])
  fresh.close()
})

test('certificates are verified, by authorities of the app’s own too, and cannot be waved through', async () => {
  await using server = await serve(nobody, { key: certificate('first.key'), cert: certificate('first.cert') })
  const lookUp: LookUpAddress = async () => [{ address: '127.0.0.1', family: 4 }]
  const connections = createOutboundConnections({ allow: outboundAllow, lookUp })
  const url = `https://localhost:${server.port}/scim`
  assert.equal(tell(await open(connections, { url }).probe()), 'broken TlsFailed')
  assert.equal(tell(await open(connections, { url, ca: certificate('second.cert') }).probe()), 'broken TlsFailed')
  assert.equal(tell(await open(connections, { url, ca: certificate('first.cert') }).probe()), 'done')
  // Another name than that of the certificate.
  const other = `https://other.example:${server.port}/scim`
  assert.equal(tell(await open(connections, { url: other, ca: certificate('first.cert') }).probe()), 'broken TlsFailed')
  connections.close()
})

test('a redirect is not followed, so that the credentials go nowhere else; a name that is not there is told', async () => {
  const seen: string[] = []
  await using elsewhere = await serve((request, response) => {
    seen.push(request.url ?? '')
    nobody(request, response)
  })
  await using server = await serve((_request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/scim/Users` }).end()
  })
  const connections = createOutboundConnections({ allow: outboundAllow })
  const redirected = await open(connections, { url: `http://127.0.0.1:${server.port}/scim` }).probe()
  assert.deepEqual([tell(redirected), seen], ['broken Redirected', []])
  assert.equal(tell(await open(connections, { url: 'https://nobody.invalid/scim' }).probe()), 'broken NameNotFound')
  assert.equal(tell(await open(connections, { url: 'http://127.0.0.1:1/scim' }).probe()), 'broken ConnectionRefused')
  connections.close()
})

test('connections are kept: twenty requests of two senders take two of them', async () => {
  await using server = await serve(nobody)
  const connections = createOutboundConnections({ allow: outboundAllow })
  const target = open(connections, { url: `http://127.0.0.1:${server.port}/scim` })
  const sender = async (): Promise<void> => {
    for (let count = 0; count < 10; count += 1) assert.equal(tell(await target.probe()), 'done')
  }
  await Promise.all([sender(), sender()])
  assert.ok(server.connections() <= 2, String(server.connections()))
  connections.close()
})

test('an app is asked by bearer token, by name and password, and without any', async () => {
  const headers: (string | undefined)[] = []
  await using server = await serve((request, response) => {
    headers.push(request.headers.authorization)
    nobody(request, response)
  })
  const connections = createOutboundConnections({ allow: outboundAllow })
  const url = `http://127.0.0.1:${server.port}/scim`
  await open(connections, { url }).probe()
  await open(connections, { url, credentials: { kind: 'basic', user: 'scim', password: 'pä:ss' } }).probe()
  await openTarget(
    { target: { kind: 'scim', baseUrl: url, profile: {} }, credentials: null },
    { send: (call) => connections.send(call), now: Date.now },
  ).probe()
  const basic = `Basic ${Buffer.from('scim:pä:ss').toString('base64')}`
  assert.deepEqual(headers, ['Bearer secret-token', basic, undefined])
  connections.close()
})

test('client credentials give one token for all requests, a new one before it ends and after a 401', async () => {
  let tokens = 0
  const forms: string[] = []
  let refused = ''
  await using server = await serve((request, response) => {
    const answer = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.url !== '/token') {
      const { authorization } = request.headers
      return authorization === `Bearer ${refused}` ? answer(401, { detail: 'gone' }) : nobody(request, response)
    }
    let form = ''
    request.on('data', (chunk: Buffer) => (form += chunk.toString()))
    request.on('end', () => {
      forms.push(`${request.headers.authorization ?? ''} ${form}`)
      tokens += 1
      if (tokens === 4) return answer(401, { error: 'invalid_client', error_description: 'no such client' })
      answer(200, { access_token: `token-${tokens}`, expires_in: 3_600 })
    })
  })
  let nowMs = 0
  const connections = createOutboundConnections({ allow: outboundAllow })
  const base = `http://127.0.0.1:${server.port}`
  const target = open(connections, {
    url: `${base}/scim`,
    now: () => nowMs,
    credentials: {
      kind: 'oauth',
      tokenUrl: `${base}/token`,
      clientId: 'us er',
      clientSecret: 'se:cret',
      scope: 'scim',
      secretIn: 'header',
    },
  })
  const all = await Promise.all([target.probe(), target.probe(), target.probe()])
  assert.deepEqual([all.map(tell), tokens], [['done', 'done', 'done'], 1])
  const basic = Buffer.from('us%20er:se%3Acret').toString('base64')
  assert.deepEqual(forms, [`Basic ${basic} grant_type=client_credentials&scope=scim`])
  nowMs = 3_550_000
  assert.deepEqual([tell(await target.probe()), tokens], ['done', 2])
  refused = 'token-2'
  assert.deepEqual([tell(await target.probe()), tokens], ['broken CredentialsRefused', 2])
  assert.deepEqual([tell(await target.probe()), tokens], ['done', 3])
  nowMs += 4_000_000
  const outcome = await target.probe()
  assert.deepEqual([tell(outcome), tokens], ['broken TokenRefused', 4])
  assert.match(outcome.kind === 'done' ? '' : outcome.detail, /invalid_client: no such client/)
  connections.close()
})

test('a server that repeats the credentials that it refuses does not bring them into what is kept', async () => {
  await using fake = await startFakeTarget()
  fake.fault = ({ headers }) => ({
    kind: 'answer',
    status: 401,
    body: { detail: `Bad header ${headers.get('authorization')}` },
  })
  const connections = createOutboundConnections({ allow: outboundAllow })
  const exchanges: Exchange[] = []
  const target = open(connections, {
    url: fake.baseUrl,
    credentials: { kind: 'bearer', token: 'canary-5f1c2a' },
    onExchange: (exchange) => exchanges.push(exchange),
  })
  const outcome = await target.create('user', { userName: 'a', password: 'canary-5f1c2a-password' })
  assert.equal(tell(outcome), 'broken CredentialsRefused')
  assert.equal(exchanges[0]?.method, 'POST')
  assert.ok(!JSON.stringify([outcome, exchanges]).includes('canary-5f1c2a'), JSON.stringify([outcome, exchanges]))
  connections.close()
})
