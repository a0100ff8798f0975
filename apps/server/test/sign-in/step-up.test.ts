import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listRouteIds, routes, type Route } from '@rollcall/admin-api'
import { provenMinutes } from '../../src/sign-in/prove.ts'
import { createTestProvisioning, type TestProvisioning } from '../harness/provisioning.ts'
import { testUrl } from '../harness/application.ts'
import { createSoftwareKey } from './software-key.ts'
import { createPerson, createVisitor, passkeyOptions, password, type Visitor } from './visitor.ts'

const minute = 60_000

test('CON-M2: a dangerous act asks a session that was confirmed too long ago to confirm, tells where, and then goes ahead', async () => {
  await using server = await createTestProvisioning()
  const { visitor, key } = await signInOwner(server)
  const create = { scopes: ['people:read'] }
  const keys: number = (await send(server, visitor, 'GET', '/keys')).body.data.length
  assert.equal((await send(server, visitor, 'POST', '/keys', create)).status, 201, 'just signed in')
  server.clock.advance(provenMinutes * minute)
  assert.equal((await send(server, visitor, 'POST', '/keys', create)).status, 201, 'at the limit')
  server.clock.advance(1)
  const refused = await send(server, visitor, 'POST', '/keys', create)
  assert.equal(refused.status, 403)
  assert.equal(refused.body.code, 'stepUpRequired')
  assert.equal(refused.body.confirmUrl, `${testUrl}/account/confirm`)
  assert.match(refused.body.detail, /within the last 15 minutes/)
  assert.equal((await send(server, visitor, 'GET', '/keys')).body.data.length, keys + 2, 'nothing was made')

  // What is not dangerous goes on, and so does a part of the settings that is not.
  assert.equal((await send(server, visitor, 'POST', '/teams', { name: 'Sky' })).status, 201)
  assert.equal((await send(server, visitor, 'PATCH', '', { name: 'Acme' })).status, 200)
  const lock = { settings: { signIn: { isLockedDown: true } } }
  assert.equal((await send(server, visitor, 'PATCH', '', lock)).body.code, 'stepUpRequired')

  const page = await visitor.get('/account/confirm?next=/account/factors')
  const { get } = passkeyOptions(page.html)
  assert.equal((await visitor.post({ act: 'passkey', answer: key.get(get) })).path, '/account/factors')
  assert.equal((await send(server, visitor, 'POST', '/keys', create)).status, 201)
  assert.equal((await send(server, visitor, 'PATCH', '', lock)).status, 200)
})

test('a key is never asked to confirm, nor does a wrong confirmation count', async () => {
  await using server = await createTestProvisioning()
  const { visitor, tenantKey } = await signInOwner(server)
  server.clock.advance(16 * minute)
  const made = await server.send('/api/v1/organizations/acme/keys', {
    method: 'POST',
    headers: { authorization: `Bearer ${tenantKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ scopes: ['people:read'] }),
  })
  assert.equal(made.status, 201, made.text)
  await visitor.get('/account/confirm')
  const stranger = createSoftwareKey({ origin: testUrl, rpId: new URL(testUrl).hostname })
  const { get } = passkeyOptions((await visitor.get('/account/confirm')).html)
  assert.equal((await visitor.post({ act: 'passkey', answer: stranger.get(get) })).status, 400)
  const refused = await send(server, visitor, 'POST', '/keys', { scopes: ['people:read'] })
  assert.equal(refused.body.code, 'stepUpRequired')
})

test('whatever gives rights, makes secrets or cannot be undone asks for it, and says so in the description', () => {
  const asking = listRouteIds().filter((id) => (routes[id] as Route).stepUp !== undefined)
  for (const id of [
    'createKey',
    'rotateKey',
    'createApiKey',
    'grantRole',
    'createRoleMapping',
    'deleteOrganization',
    'updateOrganization',
    'createIdentityProvider',
    'updateIdentityProvider',
    'deleteIdentityProvider',
    'resetPersonFactors',
    'createPasswordLink',
    'purgePerson',
    'beginOwnPasskey',
    'removeOwnPasskey',
    'makeOwnRecoveryCodes',
    'createOwnKey',
  ] as const)
    assert.ok(asking.includes(id), id)
})

async function signInOwner(server: TestProvisioning) {
  const tenant = await server.createTenant('acme')
  await createPerson(server, tenant, { userName: 'ann@example.com', role: 'owner' })
  const visitor = createVisitor(server)
  const page = await visitor.post({ name: 'ann@example.com', password }, '/o/acme/sign-in')
  const key = createSoftwareKey({ origin: testUrl, rpId: new URL(testUrl).hostname })
  await visitor.post({ act: 'addPasskey', name: 'Key', answer: key.create(passkeyOptions(page.html).create) })
  const { secret: tenantKey } = await tenant.createKey({ scopes: ['admin:enterprise'] })
  return { visitor, key, tenantKey }
}

/** What a page of ours would send, with the cookie. */
async function send(server: TestProvisioning, visitor: Visitor, method: string, path: string, body?: unknown) {
  const response = await server.fetch(`/api/v1/organizations/acme${path}`, {
    method,
    headers: {
      cookie: `__Host-rollcall_session=${visitor.cookie()}`,
      'sec-fetch-site': 'same-origin',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
