import assert from 'node:assert/strict'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import { createExpressApp } from '../../examples/express.ts'
import { createFastifyApp } from '../../examples/fastify.ts'
import { createHonoApp } from '../../examples/hono.ts'

const token = 'secret'
const publicUrl = 'https://example.com/scim/v2'
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** The same few requests to every mount, over a socket. */
async function assertMounted(origin: string): Promise<void> {
  assert.equal(await (await fetch(`${origin}/`)).text(), 'my application')
  const send = (method: string, path: string, body?: object) =>
    fetch(`${origin}/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  assert.equal((await fetch(`${origin}/scim/v2/Users`)).status, 401)
  const created = await send('POST', '/Users', { schemas: [userUrn], userName: 'bjensen' })
  assert.equal(created.status, 201)
  const location = created.headers.get('location') ?? ''
  assert.ok(location.startsWith(`${publicUrl}/Users/`))
  const path = location.slice(publicUrl.length)
  const read = await send('GET', path)
  assert.deepEqual([read.status, read.headers.get('content-type')], [200, 'application/scim+json'])
  assert.equal(read.headers.get('etag'), created.headers.get('etag'))
  assert.match(await read.text(), /"userName":"bjensen"/)
  assert.equal((await send('GET', '?filter=userName%20eq%20%22bjensen%22')).status, 200)
  assert.equal((await send('POST', '/Users', { schemas: [userUrn], userName: 'BJENSEN' })).status, 409)
  assert.equal((await send('DELETE', path)).status, 204)
  assert.equal((await send('GET', path)).status, 404)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address with one.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the example mounts SCIM in Hono', async () => {
  const app = createHonoApp(publicUrl, token)
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const listening = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(listening))
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  await assertMounted(`http://127.0.0.1:${address.port}`)
  server.close()
})

test('the example mounts SCIM in Express', async () => {
  const server = createServer(createExpressApp(publicUrl, token))
  await assertMounted(await listen(server))
  server.close()
})

test('the example mounts SCIM in Fastify', async () => {
  const app = await createFastifyApp(publicUrl, token)
  await assertMounted(await app.listen({ port: 0, host: '127.0.0.1' }))
  await app.close()
})
