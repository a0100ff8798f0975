import assert from 'node:assert/strict'
import { grantRole } from '../../src/access/role-assignments.ts'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { failuresPerWindowMax } from '../../src/access/failed-attempts.ts'
import { createInstanceKey } from '../../src/access/instance-keys.ts'
import { createKeyText } from '../../src/access/key-text.ts'
import { findKey, revokeKey, rotateKey } from '../../src/access/keys.ts'
import { updateServiceAccount } from '../../src/access/service-accounts.ts'
import { updateConnection } from '../../src/access/connections.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { createApplication } from '../../src/application.ts'
import {
  assertScimError,
  createTestProvisioning,
  scimInit,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'

let server: TestProvisioning
let acme: TestTenant
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
})
after(() => server.close())

const get = (key: string, path = '/scim/v2/Users') => server.send(path, scimInit('GET', { key }))
const expired = () => sleep(keyCacheMs + 20)

test('AC-D1: a key without the SCIM scope gets 403 naming it, a service account with the scope gets 200', async () => {
  const reader = await acme.createKey({ scopes: ['organization:read'] })
  const refused = await get(reader.secret)
  assertScimError(refused, 403)
  assert.match(refused.body.detail, /lacks the scope "scim"/)
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer error="insufficient_scope", scope="scim"')
  const account = await acme.createKey({ serviceAccount: 'okta' })
  assert.equal((await get(account.secret)).status, 200)
})

test('AC-D2: the flag that Entra appends to the address changes nothing, with a filter behind it', async () => {
  const answer = await get(acme.key, '/scim/v2/Users?aadOptscim062020&filter=userName%20eq%20%22x%22')
  assert.equal(answer.status, 200)
  assert.equal(answer.body.totalResults, 0)
})

test('AC-G4: scim:enterprise and admin:enterprise open SCIM, and one key replaces the other without a break', async () => {
  const minimal = await acme.createKey({ scopes: ['scim:enterprise'] })
  const wide = await acme.createKey({ scopes: ['admin:enterprise'] })
  for (const { secret } of [minimal, wide, minimal]) assert.equal((await get(secret)).status, 200)
})

test('TRAP-H1: missing, malformed, unknown, expired and revoked keys get 401 with a Bearer challenge and a SCIM error', async () => {
  const expiring = await acme.createKey({ expiresAt: new Date(server.clock().getTime() + 60_000) })
  const revoked = await acme.createKey()
  await revokeKey(server.database, server.call(), { organizationId: acme.organization.id, keyId: revoked.key.id })
  assert.equal((await get(expiring.secret)).status, 200)
  server.clock.advance(60_000)
  const cases: readonly (readonly [string | undefined, RegExp])[] = [
    [undefined, /^Send a key/],
    ['Bearer', /holds no key/],
    ['Bearer ', /holds no key/],
    ['Digest abc', /holds no key/],
    ['Bearer a b', /holds no key/],
    ['Bearer rc_scm_nonsense', /^The key is unknown$/],
    [`Bearer ${createKeyText('scm', acme.organization.shortId)}`, /^The key is unknown$/],
    [`Bearer ${createKeyText('scm', 'ZZZZZZ')}`, /^The key is unknown$/],
    [`Bearer ${expiring.secret}`, /^The key has expired$/],
    [`Bearer ${revoked.secret}`, /^The key has been revoked$/],
  ]
  for (const [authorization, detail] of cases) {
    const init = authorization === undefined ? {} : { headers: { authorization } }
    const answer = await server.send('/scim/v2/Users', init)
    assertScimError(answer, 401)
    assert.match(answer.body.detail, detail, authorization ?? 'none')
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
  }
})

test('AC-O2: a token that is none gets 401 with a SCIM error whose status is the text "401", and a detail', async () => {
  const answer = await server.send('/scim/v2/Users', { headers: { authorization: 'non-token' } })
  assertScimError(answer, 401)
  assert.equal(answer.body.status, '401')
  assert.equal(typeof answer.body.detail, 'string')
})

test('AC-O18: the key is taken with Bearer, without a scheme, as the password of Basic, and as an OAuth access token', async () => {
  const client = await acme.createKey({ use: 'oauthClient' })
  const token = await server.send('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: formatTypeId('key', client.key.id),
      client_secret: client.secret,
    }),
  })
  const headers = [
    `Bearer ${acme.key}`,
    `bearer ${acme.key}`,
    acme.key,
    `Basic ${Buffer.from(`okta:${acme.key}`).toString('base64')}`,
    `Bearer ${token.body.access_token}`,
  ]
  for (const authorization of headers) {
    const answer = await server.send('/scim/v2/Users', { headers: { authorization } })
    assert.equal(answer.status, 200, authorization.slice(0, 12))
  }
})

test('CON-H8: a key in the URL opens nothing', async () => {
  for (const name of ['access_token', 'token', 'key'])
    assertScimError(await server.send(`/scim/v2/Users?${name}=${acme.key}`), 401)
})

test('a revoked key is refused within a second by another process on the same database', async () => {
  const { secret, key } = await acme.createKey()
  const second = createApplication({
    config: server.application.parts.config,
    database: server.database,
    clock: server.clock,
    encryption: server.application.parts.encryption,
  })
  const ask = () => second.fetch(new Request('https://rollcall.test/scim/v2/Users', scimInit('GET', { key: secret })))
  assert.equal((await ask()).status, 200)
  await revokeKey(server.database, server.call(), { organizationId: acme.organization.id, keyId: key.id })
  await sleep(1_000)
  assert.equal((await ask()).status, 401)
  await second.close()
})

test('CON-E7: during a rotation both keys work; after the overlap only the new one does', async () => {
  const { key, secret } = await acme.createKey({ name: 'rotating' })
  const request = { organizationId: acme.organization.id, keyId: key.id, overlapSeconds: 3_600 }
  const rotated = await rotateKey(server.database, server.call(), request)
  assert.deepEqual(rotated.key.scopes, key.scopes)
  await expired()
  for (const text of [secret, rotated.secret]) assert.equal((await get(text)).status, 200)
  server.clock.advance(3_600_000)
  assertScimError(await get(secret), 401)
  assert.equal((await get(rotated.secret)).status, 200)
})

test('CON-H6: a rotation lists both keys, and shows when the old one was last used', async () => {
  const { key, secret } = await acme.createKey()
  assert.equal((await get(secret)).status, 200)
  await sleep(1_100)
  const request = { organizationId: acme.organization.id, keyId: key.id, overlapSeconds: 60 }
  const { previous } = await rotateKey(server.database, server.call(), request)
  assert.equal(previous.lastUsedAt?.getTime(), server.clock().getTime())
  assert.equal(previous.lastUsedIp, '127.0.0.1')
})

test('CON-H5: keys of a disabled service account are dead at once and return with it', async () => {
  const { key, secret } = await acme.createKey({ serviceAccount: 'sleeper' })
  const serviceAccountId = key.serviceAccountId ?? ''
  const set = (state: 'active' | 'disabled') =>
    updateServiceAccount(server.database, server.call(), {
      organizationId: acme.organization.id,
      serviceAccountId,
      command: { state },
    })
  assert.equal((await get(secret)).status, 200)
  await set('disabled')
  await expired()
  const refused = await get(secret)
  assertScimError(refused, 401)
  assert.match(refused.body.detail, /suspended, disabled or gone/)
  await set('active')
  await expired()
  assert.equal((await get(secret)).status, 200)
})

test('a suspended person’s keys are dead at once and return with them; under style datadog they end for good', async () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const datadog = await acme.createConnection({ style: 'datadog' })
  for (const [key, returns] of [
    [acme.key, 200],
    [datadog.key, 401],
  ] as const) {
    const send = (method: string, path: string, body: unknown) =>
      server.send(`/scim/v2${path}`, scimInit(method, { key, body }))
    const { body: person } = await send('POST', '/Users', { schemas, userName: `owner-${returns}` })
    await makeAdmin(person.id)
    const own = await acme.createKey({ userId: person.id })
    const setActive = (value: boolean) =>
      send('PATCH', `/Users/${person.id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value }],
      })
    assert.equal((await get(own.secret)).status, 200)
    await setActive(false)
    await expired()
    assertScimError(await get(own.secret), 401)
    await setActive(true)
    await expired()
    assert.equal((await get(own.secret)).status, returns)
  }
})

/** A person without a role may not speak SCIM. */
async function makeAdmin(id: string): Promise<void> {
  const subject = { kind: 'user', id } as const
  const request = { organizationId: acme.organization.id, role: 'admin', subject, teamId: undefined, reason: undefined }
  await grantRole(server.database, server.call(), request)
}

test('/Me is the person who owns the key, and 501 for a key of nobody', async () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const { body: person } = await acme.scim('POST', '/Users', { schemas, userName: 'me' })
  await makeAdmin(person.id)
  const own = await acme.createKey({ userId: person.id })
  const me = await get(own.secret, '/scim/v2/Me')
  assert.deepEqual([me.status, me.body.id, me.headers.get('location')], [200, person.id, person.meta.location])
  assertScimError(await get(acme.key, '/scim/v2/Me'), 501)
})

test('whoever sends 300 bad keys in a minute gets 429, while good keys from the same address still work', async () => {
  await using fresh = await createTestProvisioning()
  const tenant = await fresh.createTenant('acme')
  const statuses = new Set<number>()
  for (let n = 0; n < failuresPerWindowMax; n++)
    statuses.add((await fresh.send('/scim/v2/Users', { headers: { authorization: 'Bearer junk' } })).status)
  assert.deepEqual([...statuses], [401])
  const blocked = await fresh.send('/scim/v2/Users', { headers: { authorization: 'Bearer junk' } })
  assertScimError(blocked, 429)
  assert.ok(Number(blocked.headers.get('retry-after')) > 0)
  assert.equal((await tenant.scim('GET', '/Users')).status, 200)
})

test('the database is not asked about a text whose checksum is wrong', async () => {
  const before = server.database.stats.roundTrips
  const wrong = `${acme.key.slice(0, -1)}${acme.key.endsWith('x') ? 'y' : 'x'}`
  assertScimError(await get(wrong), 401)
  assert.equal(server.database.stats.roundTrips, before)
})

test('while the database is away a key can be neither known nor refused: 503 with Retry-After, as a SCIM error', async () => {
  const away: typeof server.database = {
    ...server.database,
    query: () => Promise.reject(new DatabaseUnavailable('away')),
  }
  const { config, encryption } = server.application.parts
  const second = createApplication({ config, database: away, clock: server.clock, encryption })
  const response = await second.fetch(
    new Request('https://rollcall.test/scim/v2/Users', scimInit('GET', { key: acme.key })),
  )
  assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'])
  assert.equal(response.headers.get('content-type'), 'application/scim+json')
  assert.match(await response.text(), /"status":"503"/)
  await second.close()
})

test('a disabled connection refuses its keys with 403 and says so; enabled again it serves them', async () => {
  const { connection, key } = await acme.createConnection({ name: 'Okta' })
  const set = (state: 'active' | 'disabled') =>
    updateConnection(server.database, server.call(), {
      organizationId: acme.organization.id,
      connectionId: connection.id,
      command: { state },
    })
  await set('disabled')
  const refused = await get(key)
  assertScimError(refused, 403)
  assert.match(refused.body.detail, /connection "Okta" is disabled/)
  await set('active')
  await expired()
  assert.equal((await get(key)).status, 200)
})

test('a key of the instance and an OAuth client secret speak no SCIM, and the answer says what does', async () => {
  const instance = await createInstanceKey(server.database, { name: 'owner', now: server.clock() })
  const refused = await get(instance)
  assertScimError(refused, 403)
  assert.match(refused.body.detail, /make a key of the organization/)
  const client = await acme.createKey({ use: 'oauthClient' })
  const secret = await get(client.secret)
  assertScimError(secret, 401)
  assert.match(secret.body.detail, /\/oauth\/token/)
})

test('a key is looked up once in half a second, however many requests come with it', async () => {
  const { secret } = await acme.createKey()
  const before = server.database.stats.roundTrips
  await Promise.all(
    Array.from({ length: 50 }, () => server.send('/scim/v2/ServiceProviderConfig', scimInit('GET', { key: secret }))),
  )
  assert.ok(server.database.stats.roundTrips - before <= 3, `${server.database.stats.roundTrips - before} round trips`)
})

test('the last use of a key is written at most once a minute', async () => {
  const { key, secret } = await acme.createKey()
  const lastUse = async () => (await findKey(server.database, acme.organization.id, key.id))?.lastUsedAt?.getTime()
  const start = server.clock().getTime()
  await get(secret)
  await sleep(1_100)
  assert.equal(await lastUse(), start)
  server.clock.advance(30_000)
  await get(secret)
  await sleep(1_100)
  assert.equal(await lastUse(), start)
  server.clock.advance(31_000)
  await get(secret)
  await sleep(1_100)
  assert.equal(await lastUse(), start + 61_000)
})
