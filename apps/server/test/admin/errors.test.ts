import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { apiErrors, limits, listErrorCodes, listRouteIds, routes, type Route } from '@rollcall/admin-api'
import { createMatcher } from '../../src/http/mount.ts'
import { adminMounts } from '../../src/http/admin/mounts.ts'
import { toApiError } from '../../src/http/admin/to-api-error.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { assertScimError } from '../harness/provisioning.ts'
import { createAdminHarness, type AdminHarness, type Send } from './admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
  await admin.createOrganization('acme')
})
after(() => admin[Symbol.asyncDispose]())

const keys = '/api/v1/organizations/acme/keys'

// The harness checks of every answer that it is problem+json with all its members and a code that the route promises.
test('CON-D2: every refusal is problem+json with a stable code, the place at fault, and the request id', async () => {
  const cases: readonly (readonly [method: string, path: string, send: Send, status: number, code: string])[] = [
    ['GET', '/api/v1/nonsense', {}, 404, 'notFound'],
    ['GET', '/api/v1/organizations/nobody', {}, 404, 'notFound'],
    ['GET', `${keys}/key_nonsense`, {}, 404, 'notFound'],
    ['PUT', keys, {}, 405, 'methodNotAllowed'],
    ['GET', keys, { key: null }, 401, 'unauthenticated'],
    ['GET', keys, { key: 'nonsense' }, 401, 'unauthenticated'],
    ['POST', keys, { body: '{"scopes":["scim"' }, 400, 'malformedJson'],
    ['POST', keys, { body: '' }, 400, 'malformedJson'],
    ['POST', keys, { body: '{"scopes":["scim"],"scopes":["admin:enterprise"]}' }, 400, 'malformedJson'],
    ['POST', keys, { body: `{"a":${'['.repeat(100)}${']'.repeat(100)}}` }, 400, 'malformedJson'],
    ['POST', keys, { body: '[]' }, 400, 'invalidRequest'],
    [
      'POST',
      keys,
      { body: { scopes: ['scim'] }, headers: { 'content-type': 'text/plain' } },
      415,
      'unsupportedMediaType',
    ],
    ['POST', keys, { body: ' '.repeat(limits.bodyBytesMax + 1) }, 413, 'bodyTooLarge'],
    ['POST', keys, { body: { scopes: ['scim'], expiresAt: '2020-01-01T00:00:00Z' } }, 400, 'invalidRequest'],
    ['GET', `${keys}?limit=1&limit=2`, {}, 400, 'invalidRequest'],
    ['GET', `${keys}?filter=x`, {}, 400, 'invalidRequest'],
    ['GET', `${keys}?cursor=x`, {}, 400, 'invalidCursor'],
    ['GET', '/api/v1/organizations/%zz', {}, 404, 'notFound'],
    ['GET', '/api/v1/organizations/__proto__', {}, 404, 'notFound'],
  ]
  for (const [method, path, send, status, code] of cases) {
    const refused = await admin.send(method, path, send)
    assert.deepEqual([refused.status, refused.body.code], [status, code], `${method} ${path}`)
  }
  const named = await admin.send('GET', `${keys}?filter=x`)
  assert.deepEqual(named.body.errors, [
    { in: 'query', pointer: '/filter', code: 'unknownField', detail: 'There is no parameter "filter" here' },
  ])
  const expiry = await admin.send('POST', keys, { body: { scopes: ['scim'], expiresAt: '2020-01-01T00:00:00Z' } })
  assert.equal(expiry.body.errors[0].pointer, '/expiresAt')
})

test('CON-D3: SCIM paths answer SCIM errors with a status of text instead, also where the admin API would say problem', async () => {
  for (const path of ['/scim/v2/Users', '/o/acme/scim/v2/nonsense']) {
    const response = await admin.application.fetch(path)
    const text = await response.text()
    assertScimError({ status: response.status, headers: response.headers, text, body: JSON.parse(text) }, 401)
  }
})

test('CON-N2: every error code has a page behind its type URL, as HTML for browsers and Markdown for others', async () => {
  for (const code of listErrorCodes()) {
    const markdown = await admin.application.fetch(`/errors/${code}`)
    assert.equal(markdown.status, 200)
    assert.match(await markdown.text(), new RegExp(`^# .*\n\n## Code\n\n${code}, status ${apiErrors[code].status}\n`))
    const html = await admin.application.fetch(`/errors/${code}`, { headers: { accept: 'text/html,*/*' } })
    assert.equal(html.headers.get('content-type'), 'text/html; charset=utf-8')
    const text = await html.text()
    assert.match(text, /<h1>/)
    assert.doesNotMatch(text, /<script|https?:\/\/(?!rollcall\.test)/)
  }
  const index = await (await admin.application.fetch('/errors', { headers: { accept: 'text/html' } })).text()
  const links = [...index.matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? '')
  assert.equal(links.length, listErrorCodes().length)
  for (const link of links) assert.equal((await admin.application.fetch(link)).status, 200, link)
  assert.equal((await admin.application.fetch('/errors/constructor')).status, 404)
  assert.equal((await admin.application.fetch('/errors', { method: 'POST' })).status, 405)
})

test('the catalogue of errors needs no key and is the table', async () => {
  const { body } = await admin.send('GET', '/api/v1/errors', { key: null })
  assert.deepEqual(
    body.data.map(({ code }: { code: string }) => code),
    listErrorCodes(),
  )
})

test('a body that is no UTF-8 or ends in the middle is malformed, and a name of its place does not repeat its content', async () => {
  const { fetch } = admin.application
  const headers = { authorization: `Bearer ${admin.instanceKey}`, 'content-type': 'application/json' }
  const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])
  const broken: any = await (await fetch(keys, { method: 'POST', headers, body: bytes })).json() // oxlint-disable-line typescript/no-explicit-any -- looked into freely
  assert.equal(broken.code, 'malformedJson')
  const secret = await admin.send('POST', keys, { body: '{"password":"hunter2" "x"' })
  assert.equal(secret.body.detail.includes('hunter2'), false)
  assert.match(secret.body.detail, /position \d+/)
})

test('what nobody foresaw is a plain 500 that tells nothing, and a lost database a 503 with Retry-After', async () => {
  const internal = toApiError(new Error('secret of the house'))
  assert.deepEqual([internal.status, internal.message.includes('secret')], [500, false])
  const lost = toApiError(new DatabaseUnavailable('gone', { retryAfterSeconds: 3 }))
  assert.deepEqual([lost.status, lost.headers['retry-after']], [503, '3'])
})

test('every route of the table has a handler that answers, and no mount but these is behind the API', async () => {
  for (const id of listRouteIds()) {
    const route: Route = routes[id]
    const path = route.path.replace('{organization}', 'acme').replace(/\{\w+\}/g, 'x')
    const reply = await admin.send(route.method, path, route.body === null ? {} : { body: {} })
    assert.notEqual(reply.status, 500, id)
    assert.notEqual(reply.body?.code, 'methodNotAllowed', id)
  }
  const match = createMatcher(adminMounts(admin.application.application.parts))
  assert.equal(match('/api/v1/whoami')?.mount.prefix, '/api/v1')
  assert.equal(match('/api/v10/whoami'), undefined)
})
