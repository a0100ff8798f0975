import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { listen, type Listener } from '../../src/http/server.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { databaseProxy } from '../harness/database-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../harness/database.ts'
import {
  runRollcall,
  spawnRollcall,
  startServer,
  temporaryFolder,
  type RunningServer,
  type TemporaryFolder,
} from '../harness/spawn.ts'

let own: TestDatabase
let folder: TemporaryFolder
let server: RunningServer
/** The listener alone, over a handler that reads the whole body first. */
let reading: Listener & { readonly url: string }

before(async () => {
  own = await createTestDatabase()
  folder = temporaryFolder()
  server = await start({ ROLLCALL_HEADERS_TIMEOUT_MS: '400', ROLLCALL_REQUEST_TIMEOUT_MS: '600', LOG_LEVEL: 'debug' })
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    headersTimeoutMs: 400,
    requestTimeoutMs: 600,
    bodyBytesMax: 1_000,
    logger: silentLogger,
    fetch: async (request) => new Response(await request.text()),
    answer: () => undefined,
  })
  reading = { ...listener, url: `http://127.0.0.1:${listener.port}` }
})
after(async () => {
  await reading.stop(0)
  await server.stop()
  folder[Symbol.dispose]()
  await own.close()
})

function start(environment: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  return startServer({ environment: { DATABASE_URL: own.url, ROLLCALL_DATA_DIR: folder.path, ...environment } })
}

/** Sends the text as it is and reads until the server closes the connection. */
async function sendRaw(
  url: string,
  text: string,
): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? ''
  return { status: Number(head.split(' ')[1]), type, body }
}

const scimError = /^\{"schemas":\["urn:ietf:params:scim:api:messages:2\.0:Error"\],"status":"(\d+)","detail":"[^"]+"\}$/

async function assertScimError(text: string, status: number): Promise<void> {
  const answer = await sendRaw(server.url, text)
  assert.equal(answer.status, status)
  assert.equal(answer.type, 'application/scim+json')
  assert.equal(scimError.exec(answer.body)?.[1], String(status))
}

const head = 'host: localhost\r\nconnection: close\r\n'

test('headers over 64 KiB get a SCIM error 431, also far over the limit of Node', async () => {
  const fields = Array.from({ length: 70 }, (_, index) => `x-${index}: ${'a'.repeat(1_000)}\r\n`).join('')
  await assertScimError(`GET /scim/v2/Users HTTP/1.1\r\n${head}${fields}\r\n`, 431)
  await assertScimError(`GET /scim/v2/Users HTTP/1.1\r\n${head}x: ${'a'.repeat(400_000)}\r\n\r\n`, 431)
})

test('a URL over 64 KiB gets a SCIM error 414 that names .search', async () => {
  await assertScimError(`GET /scim/v2/Users?filter=${'a'.repeat(70_000)} HTTP/1.1\r\n${head}\r\n`, 414)
})

test('what is no HTTP, a missing Host and a bad request target get a SCIM error 400', async () => {
  await assertScimError('complete nonsense\r\n\r\n', 400)
  await assertScimError('GET /scim/v2/Users HTTP/1.1\r\nconnection: close\r\n\r\n', 400)
  await assertScimError(`GET /scim/v2\\Users HTTP/1.1\r\n${head}\r\n`, 400)
  await assertScimError(`POST /scim/v2/Users HTTP/1.1\r\n${head}content-length: x\r\n\r\n`, 400)
})

test('headers that never end and a body that never comes get a SCIM error 408', async () => {
  await assertScimError('GET /scim/v2/Users HTTP/1.1\r\nhost: localhost\r\n', 408)
  const half = 'POST /scim/v2/Bulk HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"half'
  const answer = await sendRaw(reading.url, half)
  assert.deepEqual([answer.status, answer.type], [408, 'application/scim+json'])
  assert.equal(scimError.exec(answer.body)?.[1], '408')
})

test('a body announced as larger than any endpoint takes is refused before it is read', async () => {
  await assertScimError(`POST /scim/v2/Bulk HTTP/1.1\r\n${head}content-length: 999999999\r\n\r\n{`, 413)
})

test('outside of SCIM paths the same refusals are problem+json', async () => {
  const answer = await sendRaw(server.url, `GET /api/v1/x?${'a'.repeat(70_000)} HTTP/1.1\r\n${head}\r\n`)
  assert.equal(answer.type, 'application/problem+json')
  assert.equal((JSON.parse(answer.body) as { code: string }).code, 'urlTooLong')
})

test('CON-C8: every line of the server is one JSON object but the line that says where it listens', async () => {
  await fetch(`${server.url}/livez`, { headers: { 'x-request-id': 'log-line-1' } })
  const line = await server.waitFor(/^\{.*"req_id":"log-line-1".*\}$/m)
  const { level, msg, method, path, status, time } = JSON.parse(line[0]) as Record<string, unknown>
  assert.deepEqual(
    { level, msg, method, path, status },
    { level: 'debug', msg: 'request', method: 'GET', path: '/livez', status: 200 },
  )
  assert.match(String(time), /^\d{4}-\d\d-\d\dT/)
  const plain = server
    .stdout()
    .split('\n')
    .find((text) => text !== '' && !text.startsWith('{'))
  assert.match(plain ?? '', /^Rollcall ready at http:\/\/127\.0\.0\.1:\d+$/)
})

test('CON-C9: secrets in headers, URL and configuration are found in no log line of the server', async () => {
  const secrets = ['rc_scm_CanaryKey0123456789', 'eyJhbGciOiJub25lIn0.eyJDYW5hcnkiOjF9.CanarySignature']
  for (const secret of secrets) {
    await fetch(`${server.url}/scim/v2/Users/${secret}`, {
      headers: { authorization: `Bearer ${secret}`, cookie: secret },
    })
  }
  await server.waitFor(/\/scim\/v2\/Users\/\[redacted\]/)
  assert.doesNotMatch(server.stdout() + server.stderr(), /Canary/)
})

test('a port in use is said with its number and the way out, before anything is started', async () => {
  const { port } = new URL(server.url)
  const second = await runRollcall({ environment: { PORT: port, ROLLCALL_DATA_DIR: folder.path } })
  assert.equal(second.code, 1)
  assert.match(
    second.stderr,
    new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use\\. .*PORT=${Number(port) + 1} npm start`),
  )
})

test('CON-B6: SIGTERM under load fails no request, says not ready first, and exits 0', async () => {
  const loaded = await start()
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const outcome = { ok: 0, failed: [] as string[] }
  let isStopping = false
  const client = async (): Promise<void> => {
    for (;;) {
      const result = await getStatus(`${loaded.url}/livez`, agent)
      if (result === '200') outcome.ok++
      // Nobody listens any more: the load moves on to another server.
      else if (isStopping && result === 'ECONNREFUSED') return
      else outcome.failed.push(result)
    }
  }
  const clients = Array.from({ length: 8 }, client)
  while (outcome.ok < 100) await sleep(5)
  isStopping = true
  const exited = loaded.stop()
  // On a busy machine a signal takes its time to arrive.
  let ready = '200'
  while (ready === '200') ready = await getStatus(`${loaded.url}/readyz`, agent)
  assert.equal(ready, '503')
  await Promise.all(clients)
  assert.deepEqual(await exited, { code: 0, signal: null })
  assert.deepEqual(outcome.failed, [])
})

async function getStatus(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sent = httpRequest(url, { agent }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(String(answer.statusCode)))
    })
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    sent.end()
  })
}

test('CON-B6: a second signal ends the server at once although a request is in flight', async (t) => {
  const proxy = databaseProxy(own.url)
  t.after(() => proxy.close())
  const stubborn = await start({ DATABASE_URL: await proxy.open() })
  proxy.freeze()
  const inFlight = fetch(`${stubborn.url}/readyz`).catch(() => 'cut off')
  await sleep(50)
  stubborn.child.kill('SIGTERM')
  await sleep(700)
  assert.equal(stubborn.child.exitCode, null)
  stubborn.child.kill('SIGTERM')
  assert.equal((await stubborn.exited).code, 1)
  assert.equal(await inFlight, 'cut off')
})

test('CON-C1: with the database away livez stays 200 and readyz turns 503, and comes back with it', async (t) => {
  const proxy = databaseProxy(own.url)
  t.after(() => proxy.close())
  await using behind = await start({ DATABASE_URL: await proxy.open() })
  const statuses = async (): Promise<readonly number[]> =>
    Promise.all(['/livez', '/readyz'].map(async (path) => (await fetch(behind.url + path)).status))
  assert.deepEqual(await statuses(), [200, 200])
  await proxy.close()
  assert.deepEqual(await statuses(), [200, 503])
  await proxy.open()
  assert.deepEqual(await statuses(), [200, 200])
  await behind.stop()
})

const certificates = fileURLToPath(new URL('./certificates/', import.meta.url))

test('TLS is served from the certificate files and reads them again on SIGHUP', async () => {
  const files = { ROLLCALL_TLS_CERT: join(folder.path, 'cert.pem'), ROLLCALL_TLS_KEY: join(folder.path, 'key.pem') }
  const install = (name: string): void => {
    copyFileSync(join(certificates, `${name}.cert.pem`), files.ROLLCALL_TLS_CERT)
    copyFileSync(join(certificates, `${name}.key.pem`), files.ROLLCALL_TLS_KEY)
  }
  install('first')
  await using secure = await start(files)
  assert.match(secure.url, /^https:/)
  assert.equal(await organizationOf(secure.url), 'first')
  install('second')
  secure.child.kill('SIGHUP')
  await secure.waitFor(/TLS certificate read again/)
  assert.equal(await organizationOf(secure.url), 'second')
  writeFileSync(files.ROLLCALL_TLS_KEY, 'no key')
  secure.child.kill('SIGHUP')
  await secure.waitFor(/not usable; the old one stays/)
  assert.equal(await organizationOf(secure.url), 'second')
})

async function organizationOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(`${url}/livez`, { rejectUnauthorized: false, agent: false }, (answer) => {
      // A request of node:https has a TLS socket.
      resolve(String((answer.socket as TLSSocket).getPeerCertificate().subject.O))
      answer.resume()
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('a certificate that does not fit its key is refused at the start with both files named', async () => {
  const environment = {
    DATABASE_URL: own.url,
    ROLLCALL_DATA_DIR: folder.path,
    PORT: '0',
    ROLLCALL_TLS_CERT: join(certificates, 'first.cert.pem'),
    ROLLCALL_TLS_KEY: join(certificates, 'second.key.pem'),
  }
  const refused = await runRollcall({ environment })
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /first\.cert\.pem and .*second\.key\.pem are no certificate with its key/)
})

test('a log level changed in the configuration file counts from SIGHUP on', async () => {
  const file = join(folder.path, 'level.json')
  writeFileSync(file, '{}')
  await using changing = await start({ ROLLCALL_CONFIG: file })
  await fetch(`${changing.url}/livez`, { headers: { 'x-request-id': 'before-hup' } })
  writeFileSync(file, '{"logLevel":"debug"}')
  changing.child.kill('SIGHUP')
  await changing.waitFor(/log level changed/)
  await fetch(`${changing.url}/livez`, { headers: { 'x-request-id': 'after-hup' } })
  await changing.waitFor(/after-hup/)
  assert.doesNotMatch(changing.stdout(), /before-hup/)
})

test('CON-B5: one program has the roles serve, work, migrate and doctor; help lists them', async () => {
  const help = await runRollcall({ arguments: ['--help'] })
  assert.equal(help.code, 0)
  for (const role of ['serve', 'work', 'migrate', 'doctor']) assert.match(help.stdout, new RegExp(`^ {2}${role} `, 'm'))
  const environment = { DATABASE_URL: own.url, ROLLCALL_DATA_DIR: folder.path, PORT: '0' }
  const migrated = await runRollcall({ arguments: ['migrate'], environment })
  assert.deepEqual([migrated.code, migrated.stdout], [0, 'The database is up to date\n'])
  const worker = await startServerRole('work', environment, /Rollcall worker ready/)
  const web = await startServerRole('serve', environment, /Rollcall ready at http/)
  assert.doesNotMatch(worker.stdout(), /listening/)
  assert.deepEqual(await Promise.all([worker.stop(), web.stop()]), Array(2).fill({ code: 0, signal: null }))
  const unknown = await runRollcall({ arguments: ['dance'] })
  assert.equal(unknown.code, 2)
})

async function startServerRole(
  role: string,
  environment: Readonly<Record<string, string>>,
  pattern: RegExp,
): Promise<ReturnType<typeof spawnRollcall>> {
  const running = spawnRollcall({ arguments: [role], environment })
  await running.waitFor(pattern)
  return running
}

test('CON-B11: doctor finds a healthy installation healthy and names what is wrong with another, with its exit code', async () => {
  const environment = { DATABASE_URL: own.url, ROLLCALL_DATA_DIR: folder.path }
  const healthy = await runRollcall({ arguments: ['doctor', '--json'], environment })
  assert.equal(healthy.code, 0, healthy.stdout)
  const report = JSON.parse(healthy.stdout) as { healthy: boolean; checks: { name: string; status: string }[] }
  assert.equal(report.healthy, true)
  const names = report.checks.map(({ name }) => name)
  for (const name of [
    'configuration',
    'data folder',
    'disk space',
    'database',
    'clock',
    'migrations',
    'encryption keys',
  ]) {
    assert.ok(names.includes(name), name)
  }
  const sick = await runRollcall({
    arguments: ['doctor'],
    environment: {
      ...environment,
      DATABASE_URL: 'postgres://nobody@127.0.0.1/none?host=/nonexistent',
      ROLLCALL_TLS_CERT: join(certificates, 'first.cert.pem'),
      ROLLCALL_TLS_KEY: join(certificates, 'second.key.pem'),
    },
  })
  assert.equal(sick.code, 1)
  assert.match(sick.stdout, /^failed +TLS +ROLLCALL_TLS_KEY is not the key of ROLLCALL_TLS_CERT$/m)
  assert.match(sick.stdout, /^failed +database +.*nonexistent/m)
})
