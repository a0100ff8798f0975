import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { registerSchema } from '../../src/access/custom-types.ts'
import { updateConnection } from '../../src/access/connections.ts'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { scimPrefixes } from '../../src/http/scim/mounts.ts'
import { testUrl } from '../harness/application.ts'
import {
  assertScimError,
  createTestProvisioning,
  scimInit,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'

let server: TestProvisioning
let acme: TestTenant
let other: TestTenant
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  other = await server.createTenant('other')
})
after(() => server.close())

const mountsOf = (tenant: TestTenant) => scimPrefixes.map((prefix) => prefix.replace(':slug', tenant.organization.slug))
const user = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName })

test('AC-G1: all mounts answer, each with its own address, and each shows its organization only', async () => {
  const { body: mine } = await acme.scim('POST', '/Users', user('g1-mine'))
  const { body: theirs } = await other.scim('POST', '/Users', user('g1-theirs'))
  for (const mount of mountsOf(acme)) {
    const answer = await server.send(`${mount}/Users/${mine.id}`, scimInit('GET', { key: acme.key }))
    assert.equal(answer.status, 200, mount)
    assert.equal(answer.body.meta.location, `${testUrl}${mount}/Users/${mine.id}`)
    assert.equal(answer.headers.get('location'), answer.body.meta.location)
    assertScimError(await server.send(`${mount}/Users/${theirs.id}`, scimInit('GET', { key: acme.key })), 404)
    const list = await server.send(
      `${mount}/Users?filter=userName%20sw%20%22g1-%22`,
      scimInit('GET', { key: acme.key }),
    )
    assert.deepEqual(
      list.body.Resources.map((resource) => resource.userName),
      ['g1-mine'],
    )
  }
})

test('GitHub’s first check: GET Users with Content-Type application/scim+json answers an empty list on every mount', async () => {
  const fresh = await server.createTenant('first-check')
  for (const mount of mountsOf(fresh))
    for (const type of ['application/scim+json', 'application/scim']) {
      const answer = await server.send(
        `${mount}/Users`,
        scimInit('GET', { key: fresh.key, headers: { 'content-type': type } }),
      )
      assert.equal(answer.status, 200, mount)
      assert.equal(answer.headers.get('content-type'), 'application/scim+json')
      assert.deepEqual([answer.body.totalResults, answer.body.Resources ?? []], [0, []])
    }
})

test('a key shown at the address of another organization gets 401, as does one at the address of none', async () => {
  for (const slug of ['other', 'nobody', 'ACME', acme.organization.id])
    for (const prefix of scimPrefixes.filter((candidate) => candidate.includes(':slug'))) {
      const answer = await server.send(`${prefix.replace(':slug', slug)}/Users`, scimInit('GET', { key: acme.key }))
      assertScimError(answer, 401)
      assert.equal(answer.body.detail, 'The key is unknown')
    }
})

test('AC-G2: /users is not /Users: 404, and the detail says how it is spelled', async () => {
  const answer = await acme.scim('GET', '/users')
  assertScimError(answer, 404)
  assert.match(answer.body.detail, /spelled \/Users/)
})

test('AC-G3: under style github a request without User-Agent is refused with the reason, with one it is served', async () => {
  const { key } = await acme.createConnection({ style: 'github' })
  for (const headers of [{ 'user-agent': '' }]) {
    const refused = await server.send('/scim/v2/Users', scimInit('GET', { key, headers }))
    assertScimError(refused, 403)
    assert.match(refused.body.detail, /User-Agent/)
  }
  assert.equal((await server.send('/scim/v2/Users', scimInit('GET', { key }))).status, 200)
})

test('TRAP-H5: no User-Agent, trailing and double slashes, no /v2, and percent-encoded ids are served', async () => {
  const { body } = await acme.scim('POST', '/Users', user('h5'))
  const encoded = [...body.id].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')
  for (const path of [
    '/scim/v2/Users/',
    '/scim/v2//Users',
    'https://rollcall.test//scim//v2/Users',
    '/scim/v2/Users//',
    '/scim/Users',
    '/scim/Users/',
    '/o/acme/scim/Users',
    `/scim/v2/Users/${encoded}`,
    `/scim/v2/Users/${body.id}/`,
  ]) {
    const headers = { authorization: `Bearer ${acme.key}` }
    assert.equal((await server.send(path, { headers })).status, 200, path)
  }
})

test('TRAP-H3: unknown endpoints and wrong methods are SCIM errors on every mount, 405 with Allow', async () => {
  for (const mount of mountsOf(acme)) {
    const unknown = await server.send(`${mount}/Nothing/at/all`, scimInit('GET', { key: acme.key }))
    assertScimError(unknown, 404)
    const wrong = await server.send(`${mount}/Users`, scimInit('DELETE', { key: acme.key }))
    assertScimError(wrong, 405)
    assert.equal(wrong.headers.get('allow'), 'GET, HEAD, POST, OPTIONS')
  }
  for (const path of ['/o/acme/scim/v3', '/SCIM/v2/Users', '/api/v4/scim/v2/Users'])
    assertScimError(await server.send(path, scimInit('GET', { key: acme.key })), 404)
})

test('a schema that an organization registers is served by its mounts within a second, and by no other organization’s', async () => {
  const tenant = await server.createTenant('schemas')
  const organizationId = tenant.organization.id
  assert.equal((await tenant.scim('GET', '/Badges')).status, 404)
  const badge = {
    id: 'urn:example:scim:Badge',
    name: 'Badge',
    attributes: [{ name: 'number', required: true, uniqueness: 'server' }],
  } as const
  const use = { kind: 'resourceType', name: 'Badge', endpoint: '/Badges' } as const
  await registerSchema(server.database, server.call(), { organizationId, schema: badge, use })
  const shoe = { id: 'urn:example:scim:Shoe', name: 'Shoe', attributes: [{ name: 'size', type: 'integer' }] } as const
  const extension = { kind: 'extension', resourceType: 'User', required: false } as const
  await registerSchema(server.database, server.call(), { organizationId, schema: shoe, use: extension })
  await sleep(keyCacheMs + 20)
  const made = await tenant.scim('POST', '/Badges', { schemas: [badge.id], number: '7' })
  assert.equal(made.status, 201, made.text)
  assert.equal((await tenant.scim('POST', '/Badges', { schemas: [badge.id], number: '7' })).status, 409)
  assert.equal(
    (await tenant.scim('GET', `/Badges/${made.body.id}`)).body.meta.location,
    `${testUrl}/scim/v2/Badges/${made.body.id}`,
  )
  const worn = await tenant.scim('POST', '/Users', {
    ...user('worn'),
    schemas: [...user('').schemas, shoe.id],
    [shoe.id]: { size: 42 },
  })
  assert.equal(worn.status, 201, worn.text)
  const found = await tenant.scim('GET', `/Users?filter=${encodeURIComponent(`${shoe.id}:size gt 41`)}`)
  assert.equal(found.body.totalResults, 1)
  assert.equal((await acme.scim('GET', '/Badges')).status, 404)
  const again = registerSchema(server.database, server.call(), { organizationId, schema: badge, use })
  await assert.rejects(again, /registered already/)
})

test('AC-G7: under style github writes are refused while the switch is off; reads and searches are served', async () => {
  const { connection, key } = await acme.createConnection({ style: 'github', settings: { writesEnabled: false } })
  const full = {
    ...user('octocat'),
    externalId: 'g7',
    active: true,
    displayName: 'Octo',
    emails: [{ value: 'o@x.test', type: 'work', primary: true }],
  }
  const send = (method: string, path: string, body?: unknown) =>
    server.send(`/scim/v2${path}`, scimInit(method, { key, body }))
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'userName eq "nobody"' }
  const bulk = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: full }],
  }
  for (const [method, path, body] of [
    ['POST', '/Users', full],
    ['PUT', '/Users/x', full],
    ['PATCH', '/Users/x', {}],
    ['DELETE', '/Users/x', undefined],
    ['POST', '/Groups', {}],
    ['POST', '/Bulk', bulk],
  ] as const) {
    const refused = await send(method, path, body)
    assertScimError(refused, 403)
    assert.match(refused.body.detail, /"writesEnabled"/, `${method} ${path}`)
  }
  assert.equal((await send('GET', '/Users')).status, 200)
  assert.equal((await send('POST', '/Users/.search', search)).status, 200)
  const command = { settings: { writesEnabled: true } }
  await updateConnection(server.database, server.call(), {
    organizationId: acme.organization.id,
    connectionId: connection.id,
    command,
  })
  await sleep(keyCacheMs + 20)
  assert.equal((await send('POST', '/Users', full)).status, 201)
})

test('AC-G9: under style github a list has startIndex 1 and 30 of 31 people, in integers', async () => {
  const tenant = await server.createTenant('g9')
  for (let n = 0; n < 31; n++) assert.equal((await tenant.scim('POST', '/Users', user(`g9-${n}`))).status, 201)
  const { key } = await tenant.createConnection({ style: 'github' })
  const { body } = await server.send('/scim/v2/Users', scimInit('GET', { key }))
  assert.deepEqual([body.startIndex, body.itemsPerPage, body.totalResults, body.Resources.length], [1, 30, 31, 30])
})

test('AC-E1: Entra’s test connection, a filter on a random name, gets 200 with an empty list', async () => {
  for (const path of [
    'Users?filter=userName+eq+"7f3c1b9e-0000-4000-8000-000000000000"',
    'Groups?filter=displayName+eq+"7f3c1b9e-0000-4000-8000-000000000000"',
  ]) {
    const answer = await acme.scim('GET', `/${encodeURI(path)}`)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:ListResponse'])
    assert.equal(answer.body.totalResults, 0)
  }
})

test('AC-E2: every answer with a body is application/scim+json, whatever its status', async () => {
  const { body } = await acme.scim('POST', '/Users', user('e2'))
  const answers = [
    await acme.scim('GET', '/Users'),
    await acme.scim('GET', `/Users/${body.id}`),
    await acme.scim('POST', '/Users', user('e2')),
    await acme.scim('POST', '/Users', '{'),
    await acme.scim('POST', '/Users', user('e2b'), { 'content-type': 'text/plain' }),
    await acme.scim('GET', '/Nothing'),
    await acme.scim('PUT', '/Users', {}),
    await acme.scim('GET', '/Users?filter=nonsense'),
    await acme.scim('GET', '/Schemas'),
    await acme.scim('GET', '/ResourceTypes'),
    await acme.scim('GET', '/ServiceProviderConfig'),
    await server.send('/scim/v2/Users'),
  ]
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 409, 400, 415, 404, 405, 400, 200, 200, 200, 401],
  )
  for (const answer of answers) assert.equal(answer.headers.get('content-type'), 'application/scim+json')
})

test('AC-E46: Entra’s old and new PATCH shapes are both taken by the default profile, without any flag', async () => {
  const old = { op: 'Replace', path: 'active', value: 'False' }
  const flagged = { op: 'replace', value: { active: true } }
  for (const [operation, active] of [
    [old, false],
    [flagged, true],
    [old, false],
    [flagged, true],
  ] as const) {
    const { body: made } = await acme.scim('POST', '/Users', { ...user(`e46-${Math.random()}`), active: !active })
    const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] }
    const answer = await acme.scim('PATCH', `/Users/${made.id}`, patch)
    assert.deepEqual([answer.status, answer.body.active], [200, active])
  }
})

test('AC-O21: application/json and application/scim+json are taken, with charset, and on GET too', async () => {
  for (const type of [
    'application/json',
    'application/scim+json',
    'application/scim+json; charset=utf-8',
    'application/json;charset=UTF-8',
  ]) {
    const made = await acme.scim('POST', '/Users', user(`o21-${Math.random()}`), { 'content-type': type })
    assert.equal(made.status, 201, type)
    assert.equal((await acme.scim('GET', '/Users', undefined, { 'content-type': type })).status, 200)
  }
})

test('AC-O24: Okta’s order with entitlements: ResourceTypes, Schemas, then one of the roles and one entitlement', async () => {
  const { key } = await acme.createConnection({ profile: 'okta' })
  const send = (method: string, path: string, body?: unknown) =>
    server.send(`/scim/v2${path}`, scimInit(method, { key, body }))
  const types = (await send('GET', '/ResourceTypes')).body.Resources
  const schemas = (await send('GET', '/Schemas')).body.Resources
  for (const name of ['Role', 'Entitlement']) {
    const urn = `urn:okta:scim:schemas:core:1.0:${name}`
    const endpoint = types.find((candidate) => candidate.schema === urn)?.endpoint ?? ''
    assert.ok(schemas.some((schema) => schema.id === urn))
    for (const displayName of ['Admin', 'Reader']) {
      const made = await send('POST', endpoint, { schemas: [urn], displayName, type: name, description: 'x' })
      assert.equal(made.status, 201, made.text)
    }
    const page = await send('GET', `${endpoint}?count=1&startIndex=1`)
    assert.deepEqual([page.body.itemsPerPage, page.body.totalResults, page.body.Resources.length], [1, 2, 1])
    assert.deepEqual([page.body.Resources[0]?.displayName, page.body.Resources[0]?.type], ['Admin', name])
  }
  const plain = (await acme.scim('GET', '/ResourceTypes')).body.Resources
  assert.deepEqual(
    plain.map((type) => type.name),
    ['User', 'Group'],
  )
})

test('TRAP-H4: meta.location comes from the configured address; Host and forwarded headers of strangers are ignored', async () => {
  const { body } = await acme.scim('POST', '/Users', user('h4'))
  const headers = {
    host: 'evil.test',
    'x-forwarded-host': 'evil.test',
    'x-forwarded-proto': 'http',
    forwarded: 'host=evil.test',
  }
  const answer = await acme.scim('GET', `/Users/${body.id}`, undefined, headers)
  assert.equal(answer.body.meta.location, `${testUrl}/scim/v2/Users/${body.id}`)
  assert.ok(!answer.text.includes('evil'))
  const own = await server.send(`/o/other/scim/v2/Users/${body.id}`, scimInit('GET', { key: other.key, headers }))
  assertScimError(own, 404)
  assert.ok(!own.text.includes('acme'))
})

test('CON-A7: under a sub-path every address in an answer carries it, whether the proxy removed it or not', async () => {
  await using sub = await createTestProvisioning({ settings: { ROLLCALL_PUBLIC_URL: 'https://x.test/y' } })
  const tenant = await sub.createTenant('acme')
  for (const prefix of ['', '/y']) {
    const made = await sub.send(
      `${prefix}/scim/v2/Users`,
      scimInit('POST', { key: tenant.key, body: user(`a7${prefix}`) }),
    )
    assert.equal(made.status, 201)
    assert.equal(made.headers.get('location'), `https://x.test/y/scim/v2/Users/${made.body.id}`)
    const config = await sub.send(
      `${prefix}/o/acme/scim/v2/ServiceProviderConfig`,
      scimInit('GET', { key: tenant.key }),
    )
    assert.equal(config.body.meta.location, 'https://x.test/y/o/acme/scim/v2/ServiceProviderConfig')
  }
})

test('CON-A8: forwarded headers count only with ROLLCALL_TRUST_PROXY and without a configured address', async () => {
  const headers = {
    'x-forwarded-host': 'id.example.com',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.9',
  }
  const locationWith = async (settings: Readonly<Record<string, string>>) => {
    await using trusting = await createTestProvisioning({ settings })
    const tenant = await trusting.createTenant('acme')
    return (await tenant.scim('GET', '/ServiceProviderConfig', undefined, headers)).body.meta.location
  }
  const path = '/scim/v2/ServiceProviderConfig'
  assert.equal(
    await locationWith({ ROLLCALL_PUBLIC_URL: '', ROLLCALL_TRUST_PROXY: '1' }),
    `https://id.example.com${path}`,
  )
  assert.equal(await locationWith({ ROLLCALL_PUBLIC_URL: '' }), `http://localhost:8080${path}`)
  assert.equal(await locationWith({ ROLLCALL_TRUST_PROXY: '1' }), `${testUrl}${path}`)
})

test('CON-E1: each organization has a base ending in /scim/v2, and takes both content types there', async () => {
  for (const type of ['application/json', 'application/scim+json']) {
    const init = scimInit('POST', {
      key: acme.key,
      body: user(`con-e1-${type.length}`),
      headers: { 'content-type': type },
    })
    assert.equal((await server.send('/o/acme/scim/v2/Users', init)).status, 201)
  }
})

test('CON-E2: discovery is readable with a key and refused without one', async () => {
  for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']) {
    assert.equal((await acme.scim('GET', path)).status, 200)
    assertScimError(await server.send(`/scim/v2${path}`), 401)
  }
  const { body } = await acme.scim('GET', '/ServiceProviderConfig')
  assert.deepEqual(
    body.authenticationSchemes.map((scheme) => scheme.type),
    ['oauthbearertoken', 'oauth2', 'httpbasic'],
  )
})
