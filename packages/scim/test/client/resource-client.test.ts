import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Client, ScimClientError, add, createClient, eq, removeMembers } from '../../src/client/index.ts'
import { type ScriptedAnswer, type SeenRequest, startScriptedServer } from './scripted-server.ts'

async function connect(
  answer: (request: SeenRequest, index: number) => ScriptedAnswer,
): Promise<AsyncDisposable & { client: Client; seen: readonly SeenRequest[] }> {
  const server = await startScriptedServer(answer)
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret', retries: 0 })
  return { client, seen: server.seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function failureOf(work: Promise<unknown>): Promise<ScimClientError> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ScimClientError, String(error))
  return error
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

test('create sends the resource with its schemas and gives what the server stored', async () => {
  await using server = await connect(() => ({ status: 201, body: { id: 'u1', userName: 'bjensen', active: true } }))
  const user = await server.client.users.create({ userName: 'bjensen', [enterprise]: { department: 'R&D' } })
  assert.equal(user.active, true)
  assert.equal(`${server.seen[0]?.method} ${server.seen[0]?.url}`, 'POST /scim/v2/Users')
  assert.equal(server.seen[0]?.headers['content-type'], 'application/scim+json')
  assert.deepEqual(server.seen[0]?.body, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName: 'bjensen',
    [enterprise]: { department: 'R&D' },
  })
})

test('a 201 without a body is read by its Location, but only the id is taken from there', async () => {
  await using server = await connect((request) =>
    request.method === 'POST'
      ? { status: 201, headers: { Location: 'http://elsewhere.invalid/Users/u%2F1' } }
      : { body: { id: 'u/1', userName: 'bjensen' } },
  )
  assert.equal((await server.client.users.create({ userName: 'bjensen' })).id, 'u/1')
  assert.equal(server.seen[1]?.url, '/scim/v2/Users/u%2F1')
})

test('a 201 with neither body nor Location is malformed and its outcome unknown', async () => {
  await using server = await connect(() => ({ status: 201 }))
  const error = await failureOf(server.client.users.create({ userName: 'bjensen' }))
  assert.equal(error.kind, 'malformed')
  assert.equal(error.outcome, 'unknown')
})

test('get with If-None-Match gives notModified for 304', async () => {
  await using server = await connect((request) =>
    request.headers['if-none-match'] === 'W/"2"' ? { status: 304 } : { body: { id: 'u1', userName: 'bjensen' } },
  )
  assert.equal(await server.client.users.get('u1', { ifNoneMatch: 'W/"2"' }), 'notModified')
  const found = await server.client.users.get('u1', { ifNoneMatch: 'W/"1"' })
  assert.equal(found !== 'notModified' && found.userName, 'bjensen')
})

test('an ETag header stands in for a missing meta.version', async () => {
  await using server = await connect((_, index) => ({
    headers: { ETag: 'W/"3"' },
    body: { id: 'u1', userName: 'b', ...(index === 0 ? {} : { meta: { version: 'W/"own"' } }) },
  }))
  assert.equal((await server.client.users.get('u1')).meta?.version, 'W/"3"')
  assert.equal((await server.client.users.get('u1')).meta?.version, 'W/"own"')
})

test('attributes and excludedAttributes go along with reads and writes', async () => {
  await using server = await connect(() => ({ body: { id: 'g1', displayName: 'Team' } }))
  await server.client.groups.get('g1', { excludedAttributes: ['members'] })
  await server.client.groups.patch('g1', [add('displayName', 'Team')], { attributes: ['displayName', 'id'] })
  assert.deepEqual(
    server.seen.map((request) => request.url),
    ['/scim/v2/Groups/g1?excludedAttributes=members', '/scim/v2/Groups/g1?attributes=displayName%2Cid'],
  )
})

test('replace, patch and delete carry If-Match, and 412 is an error', async () => {
  await using server = await connect((request) =>
    request.headers['if-match'] === 'W/"1"' ? { status: 412 } : { body: { id: 'u1', userName: 'b' } },
  )
  const { users } = server.client
  assert.equal((await failureOf(users.replace('u1', { userName: 'b' }, { ifMatch: 'W/"1"' }))).status, 412)
  assert.equal((await failureOf(users.patch('u1', [add('title', 'x')], { ifMatch: 'W/"1"' }))).status, 412)
  assert.equal((await failureOf(users.delete('u1', { ifMatch: 'W/"1"' }))).status, 412)
  assert.equal((await users.replace('u1', { userName: 'b' }, { ifMatch: '*' })).id, 'u1')
})

test('replace answered with 204 is read again', async () => {
  await using server = await connect((request) =>
    request.method === 'PUT' ? { status: 204 } : { body: { id: 'u1', userName: 'b', title: 'Boss' } },
  )
  assert.equal((await server.client.users.replace('u1', { userName: 'b' })).title, 'Boss')
})

test('patch sends a PatchOp; 204 gives undefined', async () => {
  await using server = await connect(() => ({ status: 204 }))
  assert.equal(await server.client.groups.patch('g1', removeMembers(['u"1'])), undefined)
  assert.deepEqual(server.seen[0]?.body, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'remove', path: 'members[value eq "u\\"1"]' }],
  })
})

test('find gives the one resource, undefined for none, and refuses to choose between two', async () => {
  await using server = await connect((_, index) => ({
    body: { totalResults: index, Resources: Array.from({ length: index }, (_, at) => ({ id: `u${at}` })) },
  }))
  const { users } = server.client
  assert.equal(await users.find(eq('userName', 'b')), undefined)
  assert.equal((await users.find(eq('userName', 'b')))?.id, 'u0')
  assert.equal((await failureOf(users.find(eq('userName', 'b')))).kind, 'ambiguous')
  assert.equal(server.seen[0]?.url, '/scim/v2/Users?filter=userName%20eq%20%22b%22&startIndex=1&count=2')
})

test('an id is one segment of the path whatever it holds, and never a way upwards', async () => {
  await using server = await connect(() => ({ body: { id: 'x', userName: 'b' } }))
  await server.client.users.get('a/../b?c#d e')
  assert.equal(server.seen[0]?.url, '/scim/v2/Users/a%2F..%2Fb%3Fc%23d%20e')
  for (const id of ['', '.', '..']) assert.equal((await failureOf(server.client.users.get(id))).kind, 'invalidRequest')
  assert.equal(server.seen.length, 1)
})

test('a resource type of one’s own is typed by its caller and takes its schema', async () => {
  type Device = { readonly displayName: string }
  await using server = await connect(() => ({ status: 201, body: { id: 'd1', displayName: 'Printer' } }))
  const devices = server.client.resource<Device>('/Devices', { schema: 'urn:example:Device' })
  const device = await devices.create({ displayName: 'Printer' })
  assert.equal(device.displayName, 'Printer')
  assert.deepEqual(server.seen[0]?.body, { schemas: ['urn:example:Device'], displayName: 'Printer' })
  assert.throws(() => server.client.resource('/../admin'), ScimClientError)
})

test('a 200 whose body is no resource is malformed', async () => {
  await using server = await connect((_, index) => ({ body: index === 0 ? {} : [] }))
  assert.equal((await failureOf(server.client.users.get('u1'))).kind, 'malformed')
  assert.equal((await failureOf(server.client.users.get('u1'))).kind, 'malformed')
})

test('discovery is read once for all callers, again after its time, and never kept when it failed', async () => {
  let now = 0
  await using server = await startScriptedServer((_, index) =>
    index === 0 ? { status: 500 } : { body: { patch: { supported: true }, bulk: { supported: 'true' } } },
  )
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret', now: () => now, discoveryTtlMs: 1000 })
  assert.equal((await failureOf(client.getServiceProviderConfig())).status, 500)
  const [first, second] = await Promise.all([client.getServiceProviderConfig(), client.getServiceProviderConfig()])
  assert.equal(first, second)
  assert.equal(first.hasPatch, true)
  assert.equal(first.hasSort, false)
  assert.equal(server.seen.length, 2)
  now = 1001
  await client.getServiceProviderConfig()
  assert.equal(server.seen.length, 3)
  client.forgetDiscovery()
  await client.getServiceProviderConfig()
  assert.equal(server.seen.length, 4)
})

test('resource types and schemas are read from a ListResponse and from a bare list', async () => {
  await using server = await connect((request) =>
    request.path.endsWith('/Schemas')
      ? { body: [{ id: 'urn:a' }, { id: 'urn:b' }] }
      : { body: { totalResults: 1, Resources: [{ name: 'User', endpoint: '/Users' }] } },
  )
  assert.deepEqual(await server.client.listResourceTypes(), [{ name: 'User', endpoint: '/Users' }])
  assert.equal((await server.client.listSchemas()).length, 2)
})
