import assert from 'node:assert/strict'
import test from 'node:test'
import type { Mount } from '../../src/http/mount.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { createTestApplication, type TestApplicationOptions } from '../harness/application.ts'

/** A mount that answers with what it was told. */
const echo: Mount = {
  prefix: '/o/:slug/scim/v2',
  fetch: (_, context) => {
    context.route = '/o/{slug}/scim/v2/Users/{id}'
    const { path, mountUrl, clientIp, traceparent } = context
    return Response.json({ path, mountUrl, clientIp, traceparent, slug: context.parameters.get('slug') })
  },
}
const failing: Mount = {
  prefix: '/scim/v2',
  fetch: (_, { path }) => {
    throw path === '/down' ? new DatabaseUnavailable('down') : new Error('canary in a message')
  },
}
const mounts: TestApplicationOptions = { mounts: [() => [echo, failing]] }
const spoofed = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.test' }

test('CON-A7: absolute addresses come from ROLLCALL_PUBLIC_URL with its sub-path, whether or not a proxy removed it', async () => {
  await using app = await createTestApplication({
    ...mounts,
    settings: { ROLLCALL_PUBLIC_URL: 'https://id.example.com/rollcall/' },
  })
  for (const path of ['/rollcall/o/acme/scim/v2/Users', '/o/acme/scim/v2/Users']) {
    const answer = await app.fetch(path, { headers: { ...spoofed, host: 'evil.test' } })
    const body: unknown = await answer.json()
    assert.deepEqual(body, {
      path: '/Users',
      mountUrl: 'https://id.example.com/rollcall/o/acme/scim/v2',
      clientIp: '127.0.0.1',
      slug: 'acme',
    })
  }
  assert.equal((await app.fetch('/rollcallo/acme/scim/v2/Users')).status, 404)
})

test('CON-A8: forwarded headers are ignored by default and believed for as many proxies as ROLLCALL_TRUST_PROXY says', async () => {
  const clientIps: unknown[] = []
  for (const hops of ['false', 'true', '2']) {
    await using app = await createTestApplication({ ...mounts, settings: { ROLLCALL_TRUST_PROXY: hops } })
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }
    const body = (await (await app.fetch('/o/a/scim/v2', { headers })).json()) as { clientIp: string }
    clientIps.push(body.clientIp)
  }
  assert.deepEqual(clientIps, ['127.0.0.1', '203.0.113.9', '198.51.100.1'])
})

test('Forwarded (RFC 7239) of a trusted proxy gives the client address, quoted IPv6 with port included', async () => {
  await using app = await createTestApplication({ ...mounts, settings: { ROLLCALL_TRUST_PROXY: 'true' } })
  const headers = {
    forwarded: 'for=192.0.2.1, for="[2001:db8::7]:4711";proto=https;host=id.test',
    'x-forwarded-for': '9.9.9.9',
  }
  const body = (await (await app.fetch('/o/a/scim/v2', { headers })).json()) as { clientIp: string }
  assert.equal(body.clientIp, '2001:db8::7')
})

test('CON-C10: a sound X-Request-Id comes back, a bad one is replaced, and traceparent reaches the mount', async () => {
  await using app = await createTestApplication(mounts)
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const sound = await app.fetch('/o/a/scim/v2', { headers: { 'x-request-id': 'abc-123', traceparent } })
  assert.equal(sound.headers.get('x-request-id'), 'abc-123')
  assert.equal(((await sound.json()) as { traceparent: string }).traceparent, traceparent)
  for (const bad of ['a b', 'x'.repeat(200), '<script>']) {
    const answer = await app.fetch('/o/a/scim/v2', { headers: { 'x-request-id': bad, traceparent: 'nonsense' } })
    assert.match(answer.headers.get('x-request-id') ?? '', /^req_[0-9a-z]{26}$/)
    assert.equal(Object.hasOwn((await answer.json()) as object, 'traceparent'), false)
  }
})

test('an unknown path answers a SCIM error below any spelling of scim and problem+json elsewhere', async () => {
  await using app = await createTestApplication(mounts)
  for (const path of ['/SCIM/V2/Users', '//SCIM//v2/Users', '/nowhere/scim']) {
    const answer = await app.fetch(`https://rollcall.test${path}`)
    assert.equal(answer.status, 404)
    assert.equal(answer.headers.get('content-type'), 'application/scim+json')
    assert.equal(((await answer.json()) as { status: string }).status, '404')
  }
  const problem = await app.fetch('/elsewhere')
  assert.equal(problem.headers.get('content-type'), 'application/problem+json')
  const body = (await problem.json()) as { code: string; requestId: string }
  assert.equal(body.code, 'notFound')
  assert.equal(body.requestId, problem.headers.get('x-request-id'))
})

test('a database that is away answers 503 with Retry-After, any other failure 500 without its message', async () => {
  await using app = await createTestApplication(mounts)
  const away = await app.fetch('/scim/v2/down')
  assert.equal(away.status, 503)
  assert.equal(away.headers.get('retry-after'), '1')
  const broken = await app.fetch('/scim/v2/broken')
  assert.equal(broken.status, 500)
  assert.doesNotMatch(await broken.text(), /canary/)
})

test('CON-C1: livez answers as long as the process does, readyz fails with a check and while draining, healthz is the same', async () => {
  let isDown = false
  const checks = [{ name: 'database', run: async () => (isDown ? Promise.reject(new Error('canary')) : undefined) }]
  await using app = await createTestApplication({ ...mounts, checks })
  const statuses = async (): Promise<readonly number[]> =>
    Promise.all(['/livez', '/readyz', '/healthz'].map(async (path) => (await app.fetch(path)).status))
  assert.deepEqual(await statuses(), [200, 200, 200])
  isDown = true
  assert.deepEqual(await statuses(), [200, 503, 503])
  const verbose = await (await app.fetch('/readyz?verbose')).text()
  assert.equal(verbose, 'ok not draining\nfailed database\nnot ready\n')
  isDown = false
  app.application.drain()
  assert.deepEqual(await statuses(), [200, 503, 503])
  assert.equal((await app.fetch('/livez', { method: 'POST' })).status, 405)
})

test('CON-C4: the duration of requests is counted by method, route template and status, never by path', async () => {
  await using app = await createTestApplication(mounts)
  for (const id of ['canary-1', 'canary-2', 'canary-3']) await app.fetch(`/o/${id}/scim/v2/Users/${id}`)
  await app.fetch('/canary-path')
  const text = await (await app.fetch('/metrics')).text()
  assert.match(
    text,
    /http_server_request_duration_seconds_count\{http_request_method="GET",http_route="\/o\/\{slug\}\/scim\/v2\/Users\/\{id\}",http_response_status_code="200"\} 3/,
  )
  assert.match(text, /rollcall_build_info\{version="[^"]+",commit="[^"]+"\} 1/)
  assert.doesNotMatch(text, /canary/)
})
