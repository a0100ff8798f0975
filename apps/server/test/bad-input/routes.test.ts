import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { scimPrefixes } from '../../src/http/scim/mounts.ts'
import { testUrl } from '../harness/application.ts'
import {
  createTestProvisioning,
  scimInit,
  type ScimAnswer,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'
import { assertNothingChanges, assertRefused, create, toUser } from './refusal.ts'

let server: TestProvisioning
let acme: TestTenant
let userId: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  userId = await create(acme, '/Users', toUser('base'))
})
after(() => server.close())

const mounts = scimPrefixes.map((prefix) => prefix.replace(':slug', 'acme'))
const ask = (method: string, path: string): Promise<ScimAnswer> =>
  server.send(path, scimInit(method, { key: acme.key, ...(writes.has(method) ? { body: {} } : {}) }))
const writes = new Set(['POST', 'PUT', 'PATCH'])
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** What each route takes, besides HEAD and OPTIONS. */
const routes: readonly (readonly [string, string])[] = [
  ['/Users', 'GET, HEAD, POST, OPTIONS'],
  ['/Groups', 'GET, HEAD, POST, OPTIONS'],
  ['/Bulk', 'POST, OPTIONS'],
  ['/.search', 'POST, OPTIONS'],
  ['/Users/.search', 'POST, OPTIONS'],
  ['/Groups/.search', 'POST, OPTIONS'],
  ['/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
  ['/ResourceTypes', 'GET, HEAD, OPTIONS'],
  ['/ResourceTypes/User', 'GET, HEAD, OPTIONS'],
  ['/Schemas', 'GET, HEAD, OPTIONS'],
  ['/Schemas/urn:ietf:params:scim:schemas:core:2.0:User', 'GET, HEAD, OPTIONS'],
  ['/Me', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
]

test('TRAP-H3: under every mount a wrong method is 405 with Allow, an unknown one 501, and OPTIONS tells the methods', async () => {
  await assertNothingChanges(server.database, async () => {
    for (const mount of mounts)
      for (const [route, allow] of routes) {
        const options = await ask('OPTIONS', mount + route)
        assert.deepEqual([options.status, options.headers.get('allow')], [204, allow], mount + route)
        for (const method of methods.filter((each) => !allow.includes(each))) {
          const answer = await ask(method, mount + route)
          assertRefused(answer, { status: 405, detail: new RegExp(method) }, `${method} ${mount}${route}`)
          assert.equal(answer.headers.get('allow'), allow)
        }
        for (const method of ['PROPFIND', 'QUERY', 'SEARCH', 'LOCK'])
          assertRefused(await ask(method, mount + route), { status: 501, detail: new RegExp(method) }, method)
      }
  })
})

test('TRAP-H3: under every mount an unknown path is 404 that repeats it, for every method', async () => {
  await assertNothingChanges(server.database, async () => {
    for (const mount of mounts)
      for (const route of [
        '/Nope',
        '/Users/1/members',
        '/Bulk/1',
        '/Me/1',
        '/ServiceProviderConfigs',
        '/Schemas/urn:none',
        '/ResourceTypes/Nope',
      ])
        for (const method of methods) {
          const answer = await ask(method, mount + route)
          const isDocument = /^\/(?:Schemas|ResourceTypes)\//.test(route) && method !== 'GET'
          assertRefused(answer, { status: isDocument ? 405 : 404 }, `${method} ${mount}${route}`)
        }
  })
})

test('TRAP-H5: double and trailing slashes count as one, wherever they stand; another case is 404 that says so', async () => {
  for (const path of [
    `/scim/v2//Users/${userId}`,
    `//scim/v2/Users/${userId}`,
    `//scim//v2///Users//${userId}//`,
    `/o//acme/scim/v2//Users/${userId}`,
    `/scim/v2/enterprises//acme/Users/${userId}/`,
    `//scim/Users/${userId}`,
  ]) {
    const answer = await server.send(testUrl + path, scimInit('GET', { key: acme.key }))
    assert.deepEqual([answer.status, answer.body.id], [200, userId], path)
  }
  for (const path of [
    '/scim/v2/users',
    '/scim/v2/USERS',
    '/SCIM/V2/Users',
    '/Scim/v2/Users',
    '/scim/v2/Users/.Search',
  ]) {
    const answer = await server.send(path, scimInit('POST', { key: acme.key, body: {} }))
    const isKnown = path.endsWith('.Search')
    assertRefused(answer, isKnown ? { status: 405 } : { status: 404, detail: /case-sensitive/ }, path)
  }
})

test('ids are opaque: whatever stands there is one segment, found or 404', async () => {
  for (const id of [
    '..%2f..%2fadmin',

    "'%20or%201=1",
    '%25',
    '*',
    '(uid=*)',
    userId.toUpperCase(),
    `${userId}%20`,
    '-',
    '0',
  ])
    for (const method of ['GET', 'DELETE'] as const)
      assertRefused(
        await ask(method, `/scim/v2/Users/${id}`),
        { status: 404, detail: /does not exist|Nothing is at/ },
        id,
      )
  for (const path of ['/scim/v2/../v2/Users', '/scim/v2/./Users'])
    assert.equal((await ask('GET', path)).status, 200, path)
})

test('an address that can be no organization is refused like one that is none, with a key and without', async () => {
  for (const slug of ['%00', 'a%00b', '%ff', '%ed%a0%80', "'", 'ACME', '__proto__', 'x'.repeat(30_000)])
    for (const mount of [
      '/o/:slug/scim/v2',
      '/o/:slug/scim',
      '/scim/v2/enterprises/:slug',
      '/scim/v2/organizations/:slug',
    ]) {
      const path = `${mount.replace(':slug', slug)}/Users`
      assertRefused(await ask('GET', path), { status: 401 }, path)
      assertRefused(await server.send(path), { status: 401 }, path)
    }
})

test('conditions that are no entity tags hold for nothing: 412, and nothing is changed', async () => {
  await assertNothingChanges(server.database, async () => {
    for (const tag of [
      'nonsense',
      '""""',
      'W/',
      'W/"99999999999999999999999999"',
      '"',
      ',,,',
      'W/"1e400"',
      '"-1"',
      "W/\"1' or '1'='1\"",
    ])
      for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
        const body =
          method === 'PUT'
            ? toUser('changed')
            : {
                schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
                Operations: [{ op: 'add', path: 'title', value: 'x' }],
              }
        const headers = { 'if-match': tag }
        const answer = await acme.scim(method, `/Users/${userId}`, method === 'DELETE' ? undefined : body, headers)
        assertRefused(answer, { status: 412, detail: /If-Match/ }, `${method} ${tag}`)
      }
  })
})
