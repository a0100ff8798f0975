import assert from 'node:assert/strict'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { createRegistry, profiles, scimError, styles } from '@rollcall/scim'
import {
  type BulkOperationInput,
  type Client,
  ScimClientError,
  addMembers,
  and,
  createClient,
  element,
  eq,
  or,
  removeMembers,
  replace,
  sw,
} from '@rollcall/scim/client'
import { createMemoryStorage, createServiceProvider, defaultLimits } from '@rollcall/scim/server'

type Connected = AsyncDisposable & { readonly client: Client; readonly requests: readonly string[] }

/** The service provider of this library on a real socket, and a client of it. */
async function connect(limits: Partial<typeof defaultLimits> = {}, urlCharactersMax = 4000): Promise<Connected> {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`)
    void answer(incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address of this kind.
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`
  const registry = createRegistry()
  const settings = {
    registry,
    profile: profiles.strict,
    style: styles.rollcall,
    baseUrl,
    limits: { ...defaultLimits, ...limits },
    cursorSecret: crypto.getRandomValues(new Uint8Array(32)),
    scope: 'test',
    documentationUri: undefined,
  }
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const response = await provider.fetch(toRequest(incoming, baseUrl))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body === null) outgoing.end()
    else await pipeline(Readable.fromWeb(response.body), outgoing)
  }
  const provider = createServiceProvider({
    storage: createMemoryStorage({ registry }),
    authenticate(request) {
      if (request.headers.get('authorization') === 'Bearer secret') return {}
      throw scimError('unauthorized', 'The token is not known')
    },
    settings: () => settings,
  })
  return {
    client: createClient({ baseUrl, token: 'secret', urlCharactersMax }),
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function toRequest(incoming: IncomingMessage, baseUrl: string): Request {
  const { method = 'GET', url = '/' } = incoming
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === 'string') headers.set(name, value)
  const init =
    method === 'GET' ? { method, headers } : { method, headers, body: Readable.toWeb(incoming), duplex: 'half' }
  // Node's stream types and those of the web differ in name only.
  return new Request(new URL(url, baseUrl), init as RequestInit)
}

async function collect<Item extends { readonly id: string }>(list: AsyncIterable<Item>): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of list) ids.push(id)
  return ids
}

test('a person lives through create, get, find, patch, replace and delete', async () => {
  await using connected = await connect()
  const { users } = connected.client
  const created = await users.create({
    userName: 'bjensen',
    emails: [{ type: 'work', value: 'b@example.com', primary: true }],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Tours' },
  })
  assert.equal(created.meta?.location?.endsWith(`/Users/${created.id}`), true)
  assert.deepEqual(await users.get(created.id), created)
  assert.equal(await users.get(created.id, { ifNoneMatch: created.meta?.version ?? '' }), 'notModified')
  const filter = and(eq('userName', 'BJENSEN'), element('emails', and(eq('type', 'work'), sw('value', 'b@'))))
  assert.deepEqual(await users.find(filter, { attributes: ['userName'] }), {
    schemas: created.schemas,
    id: created.id,
    userName: 'bjensen',
  })
  const patched = await users.patch(created.id, [replace('active', false)], { ifMatch: created.meta?.version })
  assert.equal(patched?.active, false)
  const stale = await failureOf(users.replace(created.id, { userName: 'x' }, { ifMatch: created.meta?.version }))
  assert.equal(stale.status, 412)
  const replaced = await users.replace(created.id, { userName: 'babs' }, { ifMatch: patched?.meta?.version })
  assert.equal(replaced.emails, undefined)
  await users.delete(created.id, { ifMatch: replaced.meta?.version })
  assert.equal((await failureOf(users.get(created.id))).isScimAnswer, true)
})

test('lists by cursor, by index and by .search give everybody once and in the same order', async () => {
  await using connected = await connect({}, 500)
  const { client, requests } = connected
  const made: string[] = []
  for (let index = 0; index < 23; index += 1) made.push((await client.users.create({ userName: `user${index}` })).id)
  const seen = requests.length
  assert.deepEqual(await collect(client.users.list({ count: 10 })), made)
  assert.equal(requests.slice(seen).filter((request) => /cursor=/.test(request)).length, 3)
  assert.deepEqual(await collect(client.users.list({ count: 10, paging: 'index' })), made)
  const everybody = or(eq('userName', 'nobody'), ...made.map((id) => eq('id', id)))
  assert.deepEqual(await collect(client.users.list({ filter: everybody, count: 10 })), made)
  assert.ok(requests.at(-1)?.startsWith('POST /scim/v2/Users/.search'))
  assert.deepEqual(await collect(client.users.list({ filter: everybody, count: 10, paging: 'index' })), made)
})

test('members are added in one operation and removed by id; search over all types finds the group', async () => {
  await using connected = await connect()
  const { client } = connected
  const ids = await Promise.all(['a', 'b', 'c'].map(async (userName) => (await client.users.create({ userName })).id))
  const group = await client.groups.create({ displayName: 'Team' })
  assert.equal(await client.groups.patch(group.id, addMembers(ids)), undefined)
  await client.groups.patch(group.id, removeMembers(ids.slice(0, 2)))
  const after = await client.groups.get(group.id)
  assert.deepEqual(
    after.members?.map((member) => member.value),
    ids.slice(2),
  )
  assert.deepEqual(await collect(client.search({ filter: eq('displayName', 'Team') })), [group.id])
})

test('a bulk larger than the server allows is cut, with references over the cuts and in a circle', async () => {
  await using connected = await connect({ bulkOperationsMax: 3 })
  const { client, requests } = connected
  const operations: BulkOperationInput[] = [
    group('outer', 'u0', 'inner'),
    group('inner', 'u1', 'outer'),
    ...[0, 1, 2, 3, 4].map((index): BulkOperationInput => ({
      method: 'POST',
      path: '/Users',
      bulkId: `u${index}`,
      data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: `bulk${index}` },
    })),
    {
      method: 'POST',
      path: '/Users',
      data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'BULK0' },
    },
  ]
  const results = await client.bulk(operations)
  assert.deepEqual(
    results.map(({ state }) => state),
    ['done', 'done', 'done', 'done', 'done', 'done', 'done', 'failed'],
  )
  assert.equal(results[7]?.error?.scimType, 'uniqueness')
  assert.equal(requests.filter((request) => request === 'POST /scim/v2/Bulk').length, 3)
  const outer = await client.groups.get(results[0]?.id ?? '')
  assert.deepEqual(new Set(outer.members?.map((member) => member.value)), new Set([results[2]?.id, results[1]?.id]))
})

test('discovery says what the server does, and a wrong token is a 401', async () => {
  await using connected = await connect()
  const config = await connected.client.getServiceProviderConfig()
  assert.equal(config.hasPatch && config.bulk.isSupported && config.pagination.hasCursors && config.hasEtag, true)
  const types = await connected.client.listResourceTypes()
  assert.deepEqual(new Set(types.map((type) => type['endpoint'])), new Set(['/Users', '/Groups']))
  assert.ok((await connected.client.listSchemas()).length >= 3)
  const stranger = createClient({ baseUrl: baseOf(config.document), token: 'x' })
  assert.equal((await failureOf(stranger.users.get('u1'))).status, 401)
})

function group(bulkId: string, user: string, other: string): BulkOperationInput {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const members = [{ value: `bulkId:${user}` }, { value: `bulkId:${other}`, type: 'Group' }]
  return { method: 'POST', path: '/Groups', bulkId, data: { schemas, displayName: bulkId, members } }
}

function baseOf(document: unknown): string {
  const location = /"location":"([^"]+)\/ServiceProviderConfig"/.exec(JSON.stringify(document))?.[1]
  assert.ok(location)
  return location
}

async function failureOf(work: Promise<unknown>): Promise<ScimClientError> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ScimClientError, String(error))
  return error
}
