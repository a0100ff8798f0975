import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  createConnectionHarness,
  type ConnectionHarness,
  type TestConnection,
} from '../connections/connection-harness.ts'

const core = 'urn:scim:schemas:core:1.0'
const enterprise = 'urn:scim:schemas:extension:enterprise:1.0'
let server: ConnectionHarness
let okta: TestConnection

before(async () => {
  server = await createConnectionHarness()
  const acme = await server.organization('acme')
  okta = await acme.connect({ settings: { scim11: true } })
})
after(() => server[Symbol.asyncDispose]())

const scim = (method: string, path: string, body?: unknown, key = okta.key) =>
  server.admin.send(method, `/scim/v1${path}`, { key, body, headers: { 'user-agent': 'Okta SCIM Client 1.0.0' } })

// As Okta's SCIM 1.1 reference shows it.
const person = (userName: string) => ({
  schemas: [core, enterprise],
  userName,
  name: { givenName: 'Test', familyName: 'User' },
  emails: [{ primary: true, value: `${userName}@example.com`, type: 'work' }],
  active: true,
  [enterprise]: { employeeNumber: '7', manager: { managerId: 'm-1', displayName: 'Boss' } },
})

test('AC-O29: the calls that Okta makes when a configuration is saved are answered in SCIM 1.1', async () => {
  const users = await scim('GET', '/Users?startIndex=1&count=2')
  assert.equal(users.status, 200)
  assert.match(users.headers.get('content-type') ?? '', /^application\/json/)
  assert.deepEqual(users.body, { schemas: [core], totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] })
  assert.equal((await scim('GET', '/Groups?startIndex=1&count=100')).body.totalResults, 0)
  const configs = await scim('GET', '/ServiceProviderConfigs')
  assert.deepEqual(configs.body.schemas, [core])
  assert.deepEqual([configs.body.patch.supported, configs.body.bulk.supported], [true, false])
})

test('AC-O29: a person of core:1.0 is created, read, replaced and patched, and speaks 2.0 as well', async () => {
  const made = await scim('POST', '/Users', person('o29'))
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(made.body.schemas, [core, enterprise])
  assert.match(made.body.meta.location, /\/scim\/v1\/Users\//)
  assert.equal(made.headers.get('location'), made.body.meta.location)
  // The manager's name is readOnly: it is looked up, not sent.
  assert.deepEqual(made.body[enterprise], { employeeNumber: '7', manager: { managerId: 'm-1' } })
  const { id } = made.body
  const filter = encodeURIComponent('userName eq "O29"')
  assert.equal((await scim('GET', `/Users?filter=${filter}&startIndex=1&count=100`)).body.Resources[0].id, id)
  const byNumber = encodeURIComponent(`${enterprise}:employeeNumber eq "7"`)
  assert.equal((await scim('GET', `/Users?filter=${byNumber}`)).body.totalResults, 1)

  const put = await scim('PUT', `/Users/${id}`, { ...made.body, active: false })
  assert.deepEqual([put.status, put.body.active], [200, false])
  const patched = await scim('PATCH', `/Users/${id}`, {
    schemas: [core],
    active: true,
    title: 'Tester',
    name: { givenName: 'Better' },
    meta: { attributes: [`${enterprise}:employeeNumber`] },
  })
  assert.equal(patched.status, 200, JSON.stringify(patched.body))
  const { active, title, name } = patched.body
  assert.deepEqual([active, title, name], [true, 'Tester', { givenName: 'Better', familyName: 'User' }])
  assert.equal(patched.body[enterprise].employeeNumber, undefined)
  const { body: second } = await okta.scim('GET', `/Users/${id}`)
  assert.deepEqual([second.userName, second.meta.resourceType, second.title], ['o29', 'User', 'Tester'])
})

test('AC-O29: members join and leave by operation "delete"; the description that Okta adds is ignored', async () => {
  const ids = []
  for (const name of ['one', 'two']) ids.push((await scim('POST', '/Users', person(name))).body.id)
  const [one, two] = ids
  const made = await scim('POST', '/Groups', {
    schemas: [core, 'urn:okta:custom:group:1.0'],
    displayName: 'Test SCIM 1.1',
    'urn:okta:custom:group:1.0': { description: 'Ignored' },
    members: [{ value: one, display: 'one' }],
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(made.body.schemas, [core])
  const path = `/Groups/${made.body.id}`
  const moved = await scim('PATCH', path, {
    schemas: [core],
    members: [
      { value: one, display: 'one', operation: 'delete' },
      { value: two, display: 'two' },
    ],
  })
  assert.ok(moved.status === 200 || moved.status === 204)
  const { body: group } = await scim('GET', path)
  assert.deepEqual(
    group.members.map((member: { value: string }) => member.value),
    [two],
  )
  const renamed = await scim('PATCH', path, { schemas: [core], displayName: 'Renamed' })
  assert.ok(renamed.status < 300)
  assert.equal((await scim('GET', path)).body.displayName, 'Renamed')
  assert.equal((await scim('DELETE', path)).status, 204)
})

test('AC-O29: errors are an Errors array with a numeric code, whatever is wrong', async () => {
  await scim('POST', '/Users', person('twice'))
  for (const [method, path, body, code] of [
    ['POST', '/Users', person('twice'), 409],
    ['GET', '/Users/nobody', undefined, 404],
    ['POST', '/Users', '{', 400],
    ['POST', '/Bulk', {}, 501],
    ['GET', '/Users?filter=userName%20xx%20%221%22', undefined, 400],
  ] as const) {
    const answer = await scim(method, path, body)
    assert.equal(answer.status, code, `${method} ${path}`)
    assert.deepEqual(Object.keys(answer.body), ['Errors'])
    assert.equal(answer.body.Errors[0].code, code)
    assert.ok(answer.body.Errors[0].description.length > 10)
  }
  const stranger = await scim('GET', '/Users', undefined, 'rc_scm_nobody')
  assert.deepEqual([stranger.status, stranger.body.Errors[0].code], [401, 401])
})

test('AC-O29: SCIM 1.1 is off until the connection asks for it, and stands below the organization’s address too', async () => {
  const other = await server.organization('plain')
  const plain = await other.connect()
  const refused = await scim('GET', '/Users', undefined, plain.key)
  assert.equal(refused.status, 403)
  assert.match(refused.body.Errors[0].description, /"scim11"/)
  assert.equal((await plain.scim('GET', '/Users')).status, 200)
  const own = await server.admin.send('GET', '/o/acme/scim/v1/Users', { key: okta.key })
  assert.equal(own.status, 200)
  const foreign = await server.admin.send('GET', '/o/plain/scim/v1/Users', { key: okta.key })
  assert.equal(foreign.status, 401)
})
