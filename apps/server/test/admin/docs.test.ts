import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listRouteIds, routes, type Route } from '@rollcall/admin-api'
import { createAdminHarness, listFilledRoutes, type AdminHarness } from './admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

test('/docs shows every route from our own files: no script, no inline style, no address elsewhere, a policy that allows none', async () => {
  const response = await admin.application.fetch('/docs')
  const html = await response.text()
  assert.equal(response.status, 200)
  for (const id of listRouteIds()) assert.ok(html.includes(`id="${id}"`), id)
  assert.doesNotMatch(html, /<script|<style|\sstyle=|\son[a-z]+="|<img|<iframe/i)
  for (const [, target = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
    assert.match(target, /^(?:#|https:\/\/rollcall\.test\/)/, target)
    if (!target.startsWith('#')) assert.equal((await admin.application.fetch(target)).status, 200, target)
  }
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'; style-src 'self'/)
  assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  assert.equal(
    (await admin.application.fetch('/docs/style.css')).headers.get('content-type'),
    'text/css; charset=utf-8',
  )
  assert.equal((await admin.application.fetch('/docs/../../etc/passwd')).status, 404)
  assert.equal((await admin.application.fetch('/docs/package.json')).status, 404)
  assert.equal((await admin.application.fetch('/docs', { method: 'POST' })).status, 405)
})

test('the address of the server leads to the sign-in, and to nothing by another method', async () => {
  const found = await admin.application.fetch('/')
  assert.deepEqual([found.status, found.headers.get('location')], [303, 'https://rollcall.test/sign-in'])
  assert.equal((await admin.application.fetch('/', { method: 'POST' })).status, 405)
})

test('every route with a body refuses what is no JSON, another media type, an unknown field and a body too large, as a problem', async () => {
  await admin.createOrganization('acme')
  const values = new Proxy<Record<string, string>>({}, { get: (_, name) => (name === 'organization' ? 'acme' : 'x') })
  const withBody = listFilledRoutes(values).filter(({ route }) => route.body !== null && !hasOtherParameters(route))
  assert.ok(withBody.length >= 8)
  for (const { id, route, path } of withBody) {
    const send = (body: string, headers: Readonly<Record<string, string>> = {}) =>
      admin.send(route.method, path, { body, headers })
    assert.equal((await send('{"a":')).body.code, 'malformedJson', id)
    assert.equal((await send('{}', { 'content-type': 'text/plain' })).status, 415, id)
    const unknown = await send('{"thisFieldIsUnknown":1}')
    assert.equal(unknown.status, 400, id)
    const pointers = (unknown.body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer)
    assert.ok(pointers.length > 0, id)
    assert.equal((await send(`{"a":"${'x'.repeat(300 * 1024)}"}`)).status, 413, id)
  }
})

function hasOtherParameters(route: Route): boolean {
  return Object.keys(route.params.shape).some((name) => name !== 'organization')
}

test('every path of the table is described in OpenAPI 3.1 with the errors that it may answer', async () => {
  // Looked into freely; what it must hold is asserted.
  const document = (await (await admin.application.fetch('/openapi.json')).json()) as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string } | undefined> | undefined>
  }
  assert.match(document.openapi, /^3\.1\./)
  for (const id of listRouteIds()) {
    const { path, method } = routes[id]
    assert.equal(document.paths[path]?.[method.toLowerCase()]?.operationId, id)
  }
})
