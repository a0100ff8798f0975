import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatTypeId, idPrefixes } from '@rollcall/admin-api'
import { adminMounts } from '../../src/http/admin/mounts.ts'
import { createId } from '../../src/type-id.ts'
import { createAdminHarness, listFilledRoutes, type AdminHarness } from './admin-harness.ts'

// Within a second every process knows (DESIGN §5, 11).
const revocationMs = 1_000

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness({ settings: { ROLLCALL_TRUST_PROXY: '1' } })
})
after(() => admin[Symbol.asyncDispose]())

test('CON-D11: every route asks for its scope: 401 with a challenge without a key, 403 that names what is missing', async () => {
  await admin.createOrganization('matrix')
  const keys = new Map<string, string>()
  for (const scope of ['scim', 'organization:read', 'organization:admin'])
    keys.set(
      scope,
      (await admin.send('POST', '/api/v1/organizations/matrix/keys', { body: { scopes: [scope] } })).body.key,
    )
  const id = createId()
  const ids = Object.entries(idPrefixes).map(([name, prefix]) => [name, formatTypeId(prefix, id)])
  const own = {
    person: formatTypeId('usr', id),
    connectionRun: formatTypeId('run', id),
    member: formatTypeId('usr', id),
    object: formatTypeId('usr', id),
    anchor: 'x',
  }
  const values = { ...Object.fromEntries(ids), ...own, organization: 'matrix' }
  for (const [index, { id: route, route: entry, path }] of listFilledRoutes(values).entries()) {
    if (entry.scope === 'none' || entry.scope === 'setupLink') continue
    // There are more routes than wrong keys that one address may try in a minute.
    const headers = { 'x-forwarded-for': `192.0.2.${index % 250}` }
    const nobody = await admin.send(entry.method, path, { key: null, headers })
    assert.equal(nobody.status, 401, route)
    assert.match(nobody.headers.get('www-authenticate') ?? '', /^Bearer realm="Rollcall"$/)
    const wrong = await admin.send(entry.method, path, { key: `rc_adm_${'0'.repeat(34)}`, headers })
    assert.match(wrong.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
    if (entry.scope === 'any') continue
    const lacking =
      entry.scope === 'instance' ? 'organization:admin' : entry.scope.endsWith(':read') ? 'scim' : 'organization:read'
    const refused = await admin.send(entry.method, path, { key: keys.get(lacking) ?? '', headers })
    assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden'], route)
    assert.ok(refused.body.detail.includes(entry.scope), refused.body.detail)
    assert.match(refused.headers.get('www-authenticate') ?? '', /error="insufficient_scope", scope="/)
  }
})

test('a revoked key of the admin API is refused within a second', async () => {
  await admin.createOrganization('revoking')
  const path = '/api/v1/organizations/revoking/keys'
  const made = await admin.send('POST', path, { body: { scopes: ['organization:admin'] } })
  const { key } = made.body
  assert.equal((await admin.send('GET', path, { key })).status, 200)
  assert.equal((await admin.send('POST', `${path}/${made.body.id}/revoke`)).status, 200)
  await sleep(revocationMs)
  assert.equal((await admin.send('GET', path, { key })).status, 401)
})

test('a key of one organization lists only its own and is told nothing about others', async () => {
  const mine = await admin.createOrganization('mine')
  const theirs = await admin.createOrganization('theirs')
  const listed = await admin.send('GET', '/api/v1/organizations?total=true', { key: mine.key })
  assert.deepEqual([listed.body.data.length, listed.body.total, listed.body.data[0].slug], [1, 1, 'mine'])
  const foreign = await admin.send('GET', `/api/v1/organizations/${theirs.id}`, { key: mine.key })
  const absent = await admin.send('GET', '/api/v1/organizations/absent', { key: mine.key })
  assert.deepEqual([foreign.status, foreign.body.detail], [404, absent.body.detail])
  const { body: connections } = await admin.send('GET', '/api/v1/organizations/theirs/connections')
  const body = { scopes: ['scim'], connection: connections.data[0].id }
  const borrowed = await admin.send('POST', '/api/v1/organizations/mine/keys', { key: mine.key, body })
  assert.deepEqual([borrowed.status, borrowed.body.errors[0].pointer], [404, '/connection'])
})

test('CON-D12: answers allow no other origin, no framing, no guessing and no cache, and ask for https where it is', async () => {
  for (const path of ['/api/v1/whoami', '/api/v1/nonsense', '/errors/notFound', '/openapi.json']) {
    const response = await admin.application.fetch(path, { headers: { origin: 'https://evil.example' } })
    const { headers } = response
    assert.equal(headers.get('access-control-allow-origin'), null, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
    assert.equal(headers.get('cache-control'), 'no-store', path)
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/, path)
    assert.match(headers.get('strict-transport-security') ?? '', /max-age=\d{7,}/, path)
  }
  const preflight = await admin.application.fetch('/api/v1/organizations', {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  })
  assert.equal(preflight.status, 405)
  assert.equal(preflight.headers.get('access-control-allow-methods'), null)
})

test('CON-D7: every answer tells the limit and what is left of it; above it 429 with Retry-After until the window ends', async () => {
  await using few = await createAdminHarness({ mounts: [(parts) => adminMounts(parts, { requestsPerMinuteMax: 3 })] })
  const remaining: string[] = []
  for (let index = 0; index < 3; index++) {
    const { status, headers } = await few.send('GET', '/api/v1/whoami')
    assert.equal(status, 200)
    assert.equal(headers.get('ratelimit-policy'), '"default";q=3;w=60')
    remaining.push(headers.get('ratelimit') ?? '')
  }
  assert.deepEqual(remaining, ['"default";r=2;t=60', '"default";r=1;t=60', '"default";r=0;t=60'])
  few.application.clock.advance(20_500)
  const refused = await few.send('GET', '/api/v1/whoami')
  assert.deepEqual([refused.status, refused.body.code], [429, 'tooManyRequests'])
  assert.equal(refused.headers.get('retry-after'), '40')
  assert.equal(refused.headers.get('ratelimit'), '"default";r=0;t=40')
  few.application.clock.advance(40_000)
  assert.equal((await few.send('GET', '/api/v1/whoami')).status, 200)
})

test('CON-D9: /openapi.json is OpenAPI 3.1 of exactly the routes that are served, with this server’s address', async () => {
  const response = await admin.application.fetch('/openapi.json')
  assert.equal(response.headers.get('content-type'), 'application/json')
  const document: any = await response.json() // oxlint-disable-line typescript/no-explicit-any -- looked into freely
  assert.match(document.openapi, /^3\.1\./)
  assert.deepEqual(document.servers, [{ url: 'https://rollcall.test' }])
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(Object(item)).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const served = listFilledRoutes({}).map(({ route }) => `${route.method} ${route.path}`)
  assert.deepEqual(operations.toSorted(), served.toSorted())
  const ids = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`))
  const references = JSON.stringify(document).match(/#\/(?:components\/schemas|\$defs)\/\w+/g) ?? []
  assert.deepEqual(
    references.filter((reference) => !ids.has(reference)),
    [],
  )
})
